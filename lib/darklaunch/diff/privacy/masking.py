"""Masking: the settings of what must not be shown, and paths without the secrets in them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import ClassVar, Final

from darklaunch.diff.privacy.secrets import MASKED, is_secret_header, is_secret_name, mask_secrets
from darklaunch.diff.values.json_path import JsonPath, PathPattern, PathStep, parse_pattern, render_path

_PLAIN_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z_-]{0,31}")


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
