"""XML and HTML to a tree of objects, so that the same paths and rules hold for them as for JSON."""

import codecs
import re
from typing import TYPE_CHECKING, Any, Final

from darklaunch.diff.http.content_coding import read_text
from darklaunch.diff.http.markup_tree import Elements, MarkupTooMuch
from darklaunch.diff.http.media_type import Format
from darklaunch.diff.http.parsed_body import Binary, Json, Lifted, Text, Undecodable, Unparsable

if TYPE_CHECKING:
    from lxml import etree

MAXIMUM_MARKUP_BYTES: Final = 8 * 2**20
"""Markup longer than this is not compared: a tree takes many times the size of its text."""

_TOO_LARGE: Final = Undecodable(f"markup larger than {MAXIMUM_MARKUP_BYTES} bytes")
_RESOURCE_LIMIT: Final = 114
"""XML_ERR_RESOURCE_LIMIT of libxml2: too deep, a text too long, entities within entities."""
_BEYOND: Final = Undecodable("markup nested too deeply, or with texts or entities that are too large")
_XML_BLANKS: Final = " \t\n\r"
_BLANKS: Final = re.compile(r"[ \t\n\r\f]+")
_LOOKS_LIKE_XML: Final = re.compile(rb"(?:\xef\xbb\xbf)?<\?xml\s")
_LOOKS_LIKE_HTML: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html[\s>])", re.IGNORECASE)
_META_CHARSET: Final = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([\w.:+-]{1,40})", re.IGNORECASE)
_META_BYTES: Final = 1024
_SAFE: Final[dict[str, Any]] = {"no_network": True, "remove_comments": True, "remove_pis": True, "huge_tree": False}


def lift_xml(raw: bytes, charset: str | None) -> Lifted:
    """Reads XML, without network, DTD or expansion of entities.

    Args:
        raw: the document; its own declaration says the charset where ``charset`` does not.
        charset: what the content type says, which is stronger than the declaration, and weaker than
            a byte order mark (RFC 7303).

    Returns:
        ``{name of the root: element}`` as ``Elements`` builds it, blanks around texts left out; a reference to
        an entity stays as it is written. ``Unparsable`` where it is not well-formed.
    """
    from lxml import etree

    if len(raw) > MAXIMUM_MARKUP_BYTES:
        return _TOO_LARGE
    try:
        stated = None if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else charset
        parser = etree.XMLParser(encoding=stated, resolve_entities=False, load_dtd=False, **_SAFE)
    except LookupError:
        return Undecodable("a charset that is unknown")
    try:
        return Json(_walked(etree.fromstring(raw, parser)), markup=True)
    except etree.XMLSyntaxError as error:
        beyond = error.code == _RESOURCE_LIMIT  # type: ignore[attr-defined]  # missing in the stubs
        return _BEYOND if beyond else Unparsable(raw.decode("utf-8", "backslashreplace"))
    except MarkupTooMuch as error:
        return Undecodable(str(error))


def lift_html(raw: bytes, charset: str | None) -> Lifted:
    """Reads HTML as browsers do: whatever it is, something is made of it.

    Args:
        raw: the document.
        charset: what the content type says; without one UTF-8, and what the document says where it is not that.

    Returns:
        ``{"html": element}`` as ``Elements`` builds it, runs of blanks being one; the text itself where no
        element comes of it, and bytes where they are no text.
    """
    from lxml import etree

    if len(raw) > MAXIMUM_MARKUP_BYTES:
        return _TOO_LARGE
    text = _html_text(raw, charset)
    if text is None:
        return Binary(raw)
    # a target, because the tree of libxml2 takes quadratic time for attributes and ends silently at a depth of 255
    elements = Elements(lambda run: _BLANKS.sub(" ", run).strip(" "))
    parser = etree.HTMLParser(encoding="utf-8", target=elements, **_SAFE)  # type: ignore[arg-type]  # the stubs ask for more than lxml
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except MarkupTooMuch as error:
        return Undecodable(str(error))
    if any(entry.type == _RESOURCE_LIMIT for entry in parser.error_log):
        return _BEYOND
    return Json(root, markup=True) if root else Text(text)


def _html_text(raw: bytes, charset: str | None) -> str | None:
    text = read_text(raw, charset)
    if text is None and charset is None:
        meta = _META_CHARSET.search(raw[:_META_BYTES])
        text = read_text(raw, meta[1].decode("ascii", "replace")) if meta else None
    return text


def look(raw: bytes, said: Format) -> Format:
    """Looks for markup where the content type says nothing."""
    if said is Format.UNKNOWN:
        if _LOOKS_LIKE_XML.match(raw):
            return Format.XML
        if _LOOKS_LIKE_HTML.match(raw):
            return Format.HTML
    return said


def _walked(root: "etree._Element") -> dict[str, Any]:
    elements = Elements(lambda run: run.strip(_XML_BLANKS))
    todo: list[tuple[etree._Element, bool]] = [(root, True)]
    while todo:
        element, opens = todo.pop()
        if not isinstance(element.tag, str):  # a reference to an entity, which was not followed
            elements.data(element.text or "")
        elif opens:
            elements.start(element.tag, dict(element.attrib))
            elements.data(element.text or "")
            todo.append((element, False))
            todo.extend((child, True) for child in reversed(element))
            continue
        else:
            elements.end(element.tag)
        if element is not root:
            elements.data(element.tail or "")
    return elements.close()
