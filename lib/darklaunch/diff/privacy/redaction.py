"""Values as people may see them: short, printable, and with secrets and personal data left out."""

import json
from typing import Any, Final
from urllib.parse import unquote_plus

from darklaunch.diff.privacy.masking import Level, Masking, Seen, is_secret
from darklaunch.diff.privacy.secrets import MASKED, SHORTEST_NUMBER, hide, hide_piece, secret_header, secret_parameter

__all__ = [
    "MAXIMUM_LENGTH",
    "Level",
    "Masking",
    "Seen",
    "clear",
    "is_secret",
    "mask_query",
    "mask_text",
    "secret_header",
    "show",
]

MAXIMUM_LENGTH: Final = 200
"""Characters of a value that a difference keeps."""

_SEARCHED: Final = 1024


def show(value: Any, masking: Masking, *, secret: bool) -> str:  # noqa: ANN401 - any JSON value
    """Writes a value for people.

    Args:
        value: a JSON value, or text.
        masking: what has to be left out.
        secret: the value lies at a path that is secret.

    Returns:
        JSON text of a scalar, cut to ``MAXIMUM_LENGTH``; of an object or array only how much it holds.
    """
    if masking.level is Level.ALL or (masking.level is Level.SENSITIVE and secret):
        return f"masked {_kind(value)}"
    match value:
        case dict():
            return f"{{{len(value)} members}}"
        case list():
            return f"[{len(value)} elements]"
        case str():
            shown = json.dumps(clear(value, masking), ensure_ascii=False)
        case _:
            text = _number(value)
            shown = text if len(text) < SHORTEST_NUMBER else clear(text, masking)
    return shown if len(shown) <= MAXIMUM_LENGTH else shown[: MAXIMUM_LENGTH - 1] + "…"


def clear(text: str, masking: Masking) -> str:
    """The start of a text without its secrets."""
    if masking.level is Level.NONE:
        return text[:_SEARCHED]
    return hide_piece(text, 0, _SEARCHED)


def mask_text(text: str, masking: Masking) -> str:
    """A free text, such as a request's path, a message or an error, as people may see it; not cut."""
    match masking.level:
        case Level.NONE:
            return text
        case Level.SENSITIVE:
            return hide(text)
        case Level.ALL:
            return "masked text"


def mask_query(query: str, masking: Masking) -> str:
    """A query string, without its question mark, as people may see it: ``page=2&token=[masked]``."""
    if masking.level is Level.NONE:
        return query
    return "&".join(_parameter(piece, masking) for piece in query.split("&"))


def _parameter(piece: str, masking: Masking) -> str:
    name, equals, value = piece.partition("=")
    plain_name, plain_value = unquote_plus(name), unquote_plus(value)
    shown = MASKED if hide(plain_name) != plain_name else name
    masked = masking.level is Level.ALL or secret_parameter(plain_name) or hide(plain_value) != plain_value
    return f"{shown}={MASKED}" if equals and masked else f"{shown}{equals}{value}"


def _kind(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case str():
            return "text"
        case dict():
            return "object"
        case list():
            return "array"
        case _:
            return "number"


def _number(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case _:
            return str(value)
