"""Parser of form data."""

from urllib.parse import parse_qsl

from darklaunch.diff.http.charset import decode_text
from darklaunch.diff.http.parsed_body import Binary, Json, ParsedBody, Text


def parse_form(raw: bytes, charset: str | None) -> ParsedBody:
    """Reads ``application/x-www-form-urlencoded``.

    Args:
        raw: the body.
        charset: of the escaped bytes, where the content type says it; else UTF-8.

    Returns:
        ``{name: value}``, a name that is given several times with the array of its values; the text itself
        where what is escaped is not of the charset.
    """
    text = decode_text(raw, charset)
    if text is None:
        return Binary(raw)
    try:
        pairs = parse_qsl(text, keep_blank_values=True, encoding=charset or "utf-8", errors="strict")
    except (ValueError, LookupError):
        return Text(text)
    values_by_name: dict[str, list[str]] = {}
    for name, value in pairs:
        values_by_name.setdefault(name, []).append(value)
    return Json({name: values[0] if len(values) == 1 else values for name, values in values_by_name.items()})
