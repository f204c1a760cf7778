"""Parsers of XML and HTML to a tree of objects, in which the same paths and rules hold as in JSON."""

import codecs
import re
from typing import TYPE_CHECKING, Any, Final

from darklaunch.diff.http.content_coding import decode_text
from darklaunch.diff.http.markup_tree import ElementTreeBuilder, MarkupTooLargeError
from darklaunch.diff.http.media_type import BodyFormat
from darklaunch.diff.http.parsed_body import Binary, Json, ParsedBody, Text, Undecodable, Unparsable

if TYPE_CHECKING:
    from lxml import etree

MAXIMUM_MARKUP_BYTES: Final = 8 * 2**20
"""Markup longer than this is not compared: a tree takes many times the size of its text."""

_TOO_LARGE: Final = Undecodable(f"markup larger than {MAXIMUM_MARKUP_BYTES} bytes")
_RESOURCE_LIMIT: Final = 114
"""XML_ERR_RESOURCE_LIMIT of libxml2: too deep, a text too long, entities within entities."""
_OVER_LIMITS: Final = Undecodable("markup nested too deeply, or with texts or entities that are too large")
_XML_BLANKS: Final = " \t\n\r"
_BLANKS: Final = re.compile(r"[ \t\n\r\f]+")
_LOOKS_LIKE_XML: Final = re.compile(rb"(?:\xef\xbb\xbf)?<\?xml\s")
_LOOKS_LIKE_HTML: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html[\s>])", re.IGNORECASE)
_META_CHARSET: Final = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([\w.:+-]{1,40})", re.IGNORECASE)
_META_BYTES: Final = 1024
_SAFE_OPTIONS: Final[dict[str, Any]] = {
    "no_network": True,
    "remove_comments": True,
    "remove_pis": True,
    "huge_tree": False,
}


def parse_xml(raw: bytes, charset: str | None) -> ParsedBody:
    """Reads XML, without network, DTD or expansion of entities.

    Args:
        raw: the document; its own declaration says the charset where ``charset`` does not.
        charset: of the content type, which is stronger than the declaration, and weaker than
            a byte order mark (RFC 7303).

    Returns:
        ``{name of the root: element}`` as ``ElementTreeBuilder`` builds it, blanks around texts left out; a
        reference to an entity stays as it is written. ``Unparsable`` where it is not well-formed.
    """
    from lxml import etree

    if len(raw) > MAXIMUM_MARKUP_BYTES:
        return _TOO_LARGE
    try:
        encoding = None if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else charset
        parser = etree.XMLParser(encoding=encoding, resolve_entities=False, load_dtd=False, **_SAFE_OPTIONS)
    except LookupError:
        return Undecodable("a charset that is unknown")
    try:
        return Json(_tree(etree.fromstring(raw, parser)), markup=True)
    except etree.XMLSyntaxError as error:
        over_limits = error.code == _RESOURCE_LIMIT  # type: ignore[attr-defined]  # missing in the stubs
        return _OVER_LIMITS if over_limits else Unparsable(raw.decode("utf-8", "backslashreplace"))
    except MarkupTooLargeError as error:
        return Undecodable(str(error))


def parse_html(raw: bytes, charset: str | None) -> ParsedBody:
    """Reads HTML as browsers do: whatever it is, something is made of it.

    Args:
        raw: the document.
        charset: of the content type; without one UTF-8, and what the document says where it is not that.

    Returns:
        ``{"html": element}`` as ``ElementTreeBuilder`` builds it, runs of blanks being one; the text itself where no
        element comes of it, and bytes where they are no text.
    """
    from lxml import etree

    if len(raw) > MAXIMUM_MARKUP_BYTES:
        return _TOO_LARGE
    text = _html_text(raw, charset)
    if text is None:
        return Binary(raw)
    # a target, because the tree of libxml2 takes quadratic time for attributes and ends silently at a depth of 255
    builder = ElementTreeBuilder(lambda run: _BLANKS.sub(" ", run).strip(" "))
    parser = etree.HTMLParser(encoding="utf-8", target=builder, **_SAFE_OPTIONS)  # type: ignore[arg-type]  # the stubs ask for more than lxml
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except MarkupTooLargeError as error:
        return Undecodable(str(error))
    if any(entry.type == _RESOURCE_LIMIT for entry in parser.error_log):
        return _OVER_LIMITS
    return Json(root, markup=True) if root else Text(text)


def _html_text(raw: bytes, charset: str | None) -> str | None:
    text = decode_text(raw, charset)
    if text is None and charset is None:
        meta = _META_CHARSET.search(raw[:_META_BYTES])
        text = decode_text(raw, meta[1].decode("ascii", "replace")) if meta else None
    return text


def sniff_format(raw: bytes, declared: BodyFormat) -> BodyFormat:
    """The format of the content type; where it has none, that of markup which the bytes look like."""
    if declared is BodyFormat.UNKNOWN:
        if _LOOKS_LIKE_XML.match(raw):
            return BodyFormat.XML
        if _LOOKS_LIKE_HTML.match(raw):
            return BodyFormat.HTML
    return declared


def _tree(root: "etree._Element") -> dict[str, object]:
    builder = ElementTreeBuilder(lambda run: run.strip(_XML_BLANKS))
    todo: list[tuple[etree._Element, bool]] = [(root, True)]
    while todo:
        element, opens = todo.pop()
        if not isinstance(element.tag, str):  # a reference to an entity, which was not followed
            builder.data(element.text or "")
        elif opens:
            builder.start(element.tag, dict(element.attrib))
            builder.data(element.text or "")
            todo.append((element, False))
            todo.extend((child, True) for child in reversed(element))
            continue
        else:
            builder.end(element.tag)
        if element is not root:
            builder.data(element.tail or "")
    return builder.close()
