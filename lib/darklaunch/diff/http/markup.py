"""Parsers of XML and HTML to a tree of objects, in which the same paths and rules hold as in JSON."""

import codecs
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

import re2

from darklaunch.diff.http.charset import codec_of, decode_text
from darklaunch.diff.http.html_tree import HtmlTreeBuilder
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
_TYPE: Final = "{http://www.w3.org/2001/XMLSchema-instance}type"
_XML_ENCODING: Final = re.compile(rb"<\?xml\s[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})")
_DOCTYPE: Final = re2.compile(
    r"""(?s)(?:<\?.*?\?>|<!--.*?-->|[ \t\n\r])*<!DOCTYPE[ \t\n\r]+("""
    r"""(?:"[^"]*"|'[^']*'|[^"'\[>])*"""
    r"""(?:\[(?:<!--.*?-->|<\?.*?\?>|"[^"]*"|'[^']*'|[^\]"'])*\])?)[ \t\n\r]*>"""
)
"""A document up to the end of its doctype; RE2, because strangers write it."""
_LOOKS_LIKE_XML: Final = re.compile(rb"(?:\xef\xbb\xbf)?<\?xml\s")
_LOOKS_LIKE_HTML: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html[\s>])", re.IGNORECASE)
_META_CHARSET: Final = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([\w.:+-]{1,40})", re.IGNORECASE)
_META_BYTES: Final = 1024
_SAFE_OPTIONS: Final[dict[str, Any]] = {
    "no_network": True,
    "remove_comments": True,
    "huge_tree": False,
}


def parse_xml(raw: bytes, charset: str | None) -> ParsedBody:
    """Reads XML, without network, DTD or expansion of entities.

    Args:
        raw: the document; its own declaration says the charset where ``charset`` does not.
        charset: of the content type, which is stronger than the declaration, and weaker than
            a byte order mark (RFC 7303).

    Returns:
        ``{name of the root: element}`` as ``ElementTreeBuilder`` builds it; a reference to an entity stays as it is
        written. ``Unparsable`` where it is not well-formed.
    """
    from lxml import etree

    if len(raw) > MAXIMUM_MARKUP_BYTES:
        return _TOO_LARGE
    raw, charset = _widened(raw, charset)
    try:
        encoding = None if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else charset
        parser = etree.XMLParser(encoding=encoding, resolve_entities=False, load_dtd=False, **_SAFE_OPTIONS)
    except LookupError:
        return Undecodable("a charset that is unknown")
    try:
        root = etree.fromstring(raw, parser)
        return Json(_tree(root, _doctype(root, raw)), markup=True)
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
        ``{"html": element}`` as ``HtmlTreeBuilder`` builds it; the text itself where no element comes of it, and bytes
        where they are no text.
    """
    from lxml import etree

    if len(raw) > MAXIMUM_MARKUP_BYTES:
        return _TOO_LARGE
    text = _html_text(raw, charset)
    if text is None:
        return Binary(raw)
    # a target, because the tree of libxml2 takes quadratic time for attributes and ends silently at a depth of 255
    builder = HtmlTreeBuilder()
    parser = etree.HTMLParser(encoding="utf-8", target=builder, **_SAFE_OPTIONS)  # type: ignore[arg-type]  # the stubs ask for more than lxml
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except MarkupTooLargeError as error:
        return Undecodable(str(error))
    if any(entry.type == _RESOURCE_LIMIT for entry in parser.error_log):
        return _OVER_LIMITS
    return Json(root, markup=True) if root else Text(text)


def _widened(raw: bytes, charset: str | None) -> tuple[bytes, str | None]:
    """A document of ISO-8859-1 as UTF-8, of the wider charset that browsers take for it; others as they are."""
    label = _XML_ENCODING.match(raw)
    named = charset or (label[1].decode("ascii") if label is not None else None)
    try:
        wide = named is not None and codec_of(named) == "cp1252"
    except (LookupError, ValueError):
        return raw, charset
    text = decode_text(raw, named) if wide else None
    return (raw, charset) if text is None else (text.encode("utf-8"), "utf-8")


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


def _tree(root: "etree._Element", doctype: str | None) -> dict[str, object]:
    from lxml import etree

    builder = ElementTreeBuilder()
    if doctype is not None:
        builder.declare(doctype)
    _instruct(builder, reversed(list(root.itersiblings(etree.PI, preceding=True))))
    todo: list[tuple[etree._Element, bool]] = [(root, True)]
    while todo:
        element, opens = todo.pop()
        if isinstance(element, etree._ProcessingInstruction):  # noqa: SLF001 - lxml has no other name for it
            _instruct(builder, (element,))
        elif not isinstance(element.tag, str):  # a reference to an entity, which was not followed
            builder.data(element.text or "")
        elif opens:
            builder.start(element.tag, _attributes(element))
            builder.data(element.text or "")
            todo.append((element, False))
            todo.extend((child, True) for child in reversed(element))
            continue
        else:
            builder.end(element.tag)
        if element is not root:
            builder.data(element.tail or "")
    _instruct(builder, root.itersiblings(etree.PI))
    return builder.close()


def _instruct(builder: ElementTreeBuilder, instructions: "Iterable[etree._Element]") -> None:
    for instruction in instructions:
        target, text = instruction.target, instruction.text  # type: ignore[attr-defined]
        builder.instruct(f"{target} {text}" if text else str(target))


def _attributes(element: "etree._Element") -> dict[str, str]:
    """The attributes, a type by the namespace that its prefix stands for (XML Schema 1.1, 2.7.1)."""
    attributes = {str(name): str(value) for name, value in element.attrib.items()}
    if _TYPE in attributes:
        prefix, _, name = attributes[_TYPE].strip(_XML_BLANKS).rpartition(":")
        namespace = element.nsmap.get(prefix or None)
        if namespace is not None:
            attributes[_TYPE] = f"{{{namespace}}}{name}"
    return attributes


def _doctype(root: "etree._Element", raw: bytes) -> str | None:
    """The declaration of the document's type with all that it defines, as it is written; None: there is none."""
    document = root.getroottree().docinfo
    if document.internalDTD is None:
        return None
    try:
        text = raw.decode(document.encoding or "utf-8", "replace")
    except LookupError:
        text = raw.decode("utf-8", "replace")
    found = _DOCTYPE.match(text.removeprefix("\ufeff"))
    return str(found[1]) if found is not None else document.root_name
