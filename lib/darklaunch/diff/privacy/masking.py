"""Masking: what must not be shown at each level, and paths, values, texts and queries as people may see them."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import ClassVar, Final
from urllib.parse import unquote_plus

from darklaunch.diff.privacy.secrets import (
    MASKED,
    SHORTEST_NUMBER,
    is_secret_header,
    is_secret_name,
    is_secret_parameter,
    mask_excerpt,
    mask_secrets,
)
from darklaunch.diff.values.json_path import JsonPath, PathPattern, PathStep, parse_pattern, render_path
from darklaunch.diff.values.json_types import json_type
from darklaunch.text.escape import encodable

_PLAIN_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z_-]{0,31}")

MAXIMUM_LENGTH: Final = 200
"""Characters of a value that a difference keeps."""

_SEARCHED_CHARACTERS: Final = 1024


class MaskingLevel(str, Enum):
    """Levels of masking: nothing, what looks secret or personal, every value."""

    NONE = "none"
    SENSITIVE = "sensitive"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class MaskedPath:
    """A path without the secrets in it, and whether the values there are secret."""

    text: str
    secret: bool


@dataclass(frozen=True, slots=True)
class Masking:
    """Settings of what must not leave the diff stage in the clear.

    Attributes:
        level: nothing is masked, what looks secret or personal, or every value.
        paths: JSONPath patterns of values that are always secret, with all below them.

    Raises:
        UsageError: a path can't be read.
    """

    NONE: ClassVar["Masking"]
    SENSITIVE: ClassVar["Masking"]
    ALL: ClassVar["Masking"]

    level: MaskingLevel
    paths: tuple[str, ...] = ()
    _patterns: tuple[PathPattern, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "level", MaskingLevel(self.level))
        object.__setattr__(self, "_patterns", tuple(parse_pattern(path) for path in self.paths))

    def mask_path(self, path: JsonPath) -> MaskedPath:
        """A path without its secrets; not cached, unlike by the nodes of an index."""
        if self.level is MaskingLevel.NONE:
            return MaskedPath(render_path(path), secret=False)
        steps: list[PathStep] = []
        secret = False
        for length, step in enumerate(path, start=1):
            matching = [pattern for pattern in self._patterns if pattern.matches(path[:length])]
            # a member that a wildcard names is data, as are most names below a secret
            is_data = secret or any(pattern.selectors[-1].name is None for pattern in matching)
            steps.append(_mask_step(step, is_data=is_data))
            secret = secret or bool(matching) or is_secret_path(path[:length][-2:])
        return MaskedPath(render_path(tuple(steps)), secret=secret)


Masking.NONE, Masking.SENSITIVE, Masking.ALL = (Masking(level) for level in MaskingLevel)


def _mask_step(step: PathStep, *, is_data: bool) -> PathStep:
    if not isinstance(step, str):
        return step
    return MASKED if mask_secrets(step) != step or (is_data and not _PLAIN_NAME.fullmatch(step)) else step


def is_secret_path(names: Iterable[object]) -> bool:
    """Whether the steps of a path name something secret or personal."""
    steps = [str(name) for name in names]
    return any(map(is_secret_name, steps)) or (len(steps) > 1 and steps[0] == "headers" and is_secret_header(steps[1]))


def masked_value(value: object, masking: Masking, *, secret: bool) -> str:
    """A value as people may see it.

    Args:
        value: a JSON value, or text.
        masking: what has to be left out.
        secret: the value lies at a path that is secret.

    Returns:
        JSON text of a scalar, which UTF-8 can hold, cut to ``MAXIMUM_LENGTH``; of an object or array only its size.
    """
    if masking.level is MaskingLevel.ALL or (masking.level is MaskingLevel.SENSITIVE and secret):
        return f"masked {json_type(value).value}"
    match value:
        case dict():
            return f"{{{len(value)} members}}"
        case list():
            return f"[{len(value)} elements]"
        case str():
            text = encodable(json.dumps(masked_prefix(value, masking), ensure_ascii=False))
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
        case _:  # a level that nobody knows shows nothing either
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
