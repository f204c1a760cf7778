"""Charsets by the labels of the web, and characters decoded by them."""

import codecs
from typing import Final

_BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_FIRST_BYTES: Final = frozenset(mark[0] for mark, _ in _BYTE_ORDER_MARKS)
# these take quadratic time, or read escapes that are no charset of the web
_REFUSED: Final = frozenset({"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape", "mbcs", "oem"})
_WIDER: Final = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "big5": "big5hkscs",
}
"""By the name of Python's codec the one that browsers take for its label (Encoding Standard of WHATWG, section 4.2)."""

_WINDOWS_1252: Final = "".join(
    character if character != "\ufffd" else chr(byte)
    for byte in range(256)
    for character in (bytes([byte]).decode("cp1252", "replace"),)
)
"""A table: in the standard, the five bytes that Python's codec refuses are control characters."""


def decode_text(raw: bytes, charset: str | None) -> str | None:
    """Decodes characters: by the byte order mark, else by the charset, else as UTF-8.

    Args:
        raw: the body, its content codings undone.
        charset: of the content type, if it has one.

    Returns:
        The text without a byte order mark; None where the bytes are not of that charset, or it is unknown.
    """
    mark, of_mark = _mark(raw)
    try:
        codec = of_mark or codec_of(charset or "utf-8")
        if codec == "cp1252":
            return codecs.charmap_decode(raw, "strict", _WINDOWS_1252)[0]
        return None if codec in _REFUSED else raw[len(mark) :].decode(codec)
    except (LookupError, ValueError):
        return None


def codec_of(charset: str) -> str:
    """The name of the codec that browsers take for the label of a charset.

    Raises:
        LookupError: nobody knows it.
        ValueError: it is no name.
    """
    codec = codecs.lookup(charset).name
    return _WIDER.get(codec, codec)


def without_mark(raw: bytes) -> bytes:
    """A text as UTF-8 without a mark where a byte order mark says what it is; as it is where none does."""
    if raw[:1] and raw[0] in _FIRST_BYTES and _mark(raw)[0]:
        text = decode_text(raw, None)
        return raw if text is None else text.encode("utf-8", "surrogatepass")
    return raw


def _mark(raw: bytes) -> tuple[bytes, str | None]:
    return next(((mark, name) for mark, name in _BYTE_ORDER_MARKS if raw.startswith(mark)), (b"", None))
