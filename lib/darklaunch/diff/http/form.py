"""Form data to an object."""

from typing import Any
from urllib.parse import parse_qsl

from darklaunch.diff.http.content_coding import read_text
from darklaunch.diff.http.parsed_body import Binary, Json, Lifted, Text


def lift_form(raw: bytes, charset: str | None) -> Lifted:
    """Reads ``application/x-www-form-urlencoded``.

    Args:
        raw: the body.
        charset: of the escaped bytes, where the content type says it; else UTF-8.

    Returns:
        ``{name: value}``, a name that is given several times with the array of its values; the text itself
        where what is escaped is not of the charset.
    """
    text = read_text(raw, charset)
    if text is None:
        return Binary(raw)
    members: dict[str, Any] = {}
    try:
        given = parse_qsl(text, keep_blank_values=True, encoding=charset or "utf-8", errors="strict")
    except (ValueError, LookupError):
        return Text(text)
    repeated: dict[str, list[str]] = {}
    for name, value in given:
        repeated.setdefault(name, []).append(value)
    members.update((name, values[0] if len(values) == 1 else values) for name, values in repeated.items())
    return Json(members)
