"""Values, texts and queries as people may see them: short, printable, without secrets and personal data."""

import json
from typing import Final
from urllib.parse import unquote_plus

from darklaunch.diff.privacy.masking import Masking, MaskingLevel
from darklaunch.diff.privacy.secrets import MASKED, SHORTEST_NUMBER, is_secret_parameter, mask_excerpt, mask_secrets
from darklaunch.diff.values.json_types import json_type

MAXIMUM_LENGTH: Final = 200
"""Characters of a value that a difference keeps."""

_SEARCHED_CHARACTERS: Final = 1024


def masked_value(value: object, masking: Masking, *, secret: bool) -> str:
    """A value as people may see it.

    Args:
        value: a JSON value, or text.
        masking: what has to be left out.
        secret: the value lies at a path that is secret.

    Returns:
        JSON text of a scalar, cut to ``MAXIMUM_LENGTH``; of an object or array only its size.
    """
    if masking.level is MaskingLevel.ALL or (masking.level is MaskingLevel.SENSITIVE and secret):
        return f"masked {json_type(value).value}"
    match value:
        case dict():
            return f"{{{len(value)} members}}"
        case list():
            return f"[{len(value)} elements]"
        case str():
            text = json.dumps(masked_prefix(value, masking), ensure_ascii=False)
        case _:
            text = _scalar_text(value)
            text = text if len(text) < SHORTEST_NUMBER else masked_prefix(text, masking)
    return text if len(text) <= MAXIMUM_LENGTH else text[: MAXIMUM_LENGTH - 1] + "…"


def masked_prefix(text: str, masking: Masking) -> str:
    """The start of a text without its secrets."""
    if masking.level is MaskingLevel.NONE:
        return text[:_SEARCHED_CHARACTERS]
    return mask_excerpt(text, 0, _SEARCHED_CHARACTERS)


def mask_text(text: str, masking: Masking) -> str:
    """A free text, such as a request's path, a message or an error, as people may see it; not cut."""
    match masking.level:
        case MaskingLevel.NONE:
            return text
        case MaskingLevel.SENSITIVE:
            return mask_secrets(text)
        case MaskingLevel.ALL:
            return "masked text"


def mask_query(query: str, masking: Masking) -> str:
    """A query string, without its question mark, as people may see it: ``page=2&token=[masked]``."""
    if masking.level is MaskingLevel.NONE:
        return query
    return "&".join(_masked_parameter(parameter, masking) for parameter in query.split("&"))


def _masked_parameter(parameter: str, masking: Masking) -> str:
    name, equals, value = parameter.partition("=")
    plain_name, plain_value = unquote_plus(name), unquote_plus(value)
    masked_name = MASKED if mask_secrets(plain_name) != plain_name else name
    masks_value = (
        masking.level is MaskingLevel.ALL or is_secret_parameter(plain_name) or mask_secrets(plain_value) != plain_value
    )
    return f"{masked_name}={MASKED}" if equals and masks_value else f"{masked_name}{equals}{value}"


def _scalar_text(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case _:
            return str(value)
