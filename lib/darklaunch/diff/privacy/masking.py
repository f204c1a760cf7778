"""What must not be seen, and what is left of a path when its secrets are taken out."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import ClassVar, Final

from darklaunch.diff.privacy.secrets import MASKED, hide, secret_header, secret_name
from darklaunch.diff.values.json_path import Path, Pattern, Step, parse_pattern, render

_PLAIN: Final = re.compile(r"[A-Za-z_][A-Za-z_-]{0,31}")


class Level(str, Enum):
    """How much is left out."""

    NONE = "none"
    SENSITIVE = "sensitive"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Seen:
    """A path as people may see it, and whether the values there are secret."""

    text: str
    secret: bool


@dataclass(frozen=True, slots=True)
class Masking:
    """What must not leave the diff stage in the clear.

    Attributes:
        level: nothing is masked, what looks secret or personal, or every value.
        paths: JSONPath patterns of values that are always secret, with all below them.

    Raises:
        UsageError: a path can't be read.
    """

    NONE: ClassVar["Masking"]
    SENSITIVE: ClassVar["Masking"]
    ALL: ClassVar["Masking"]

    level: Level
    paths: tuple[str, ...] = ()
    _patterns: tuple[Pattern, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "level", Level(self.level))
        object.__setattr__(self, "_patterns", tuple(parse_pattern(path) for path in self.paths))

    def at(self, path: Path) -> Seen:
        """What may be seen of a path; not remembered, unlike by the nodes of an index."""
        if self.level is Level.NONE:
            return Seen(render(path), secret=False)
        steps: list[Step] = []
        secret = False
        for at, step in enumerate(path, start=1):
            configured = [pattern for pattern in self._patterns if pattern.matches(path[:at])]
            # a member that a wildcard names is data, as are most names below a secret
            data = secret or any(pattern.selectors[-1].name is None for pattern in configured)
            steps.append(_step(step, data=data))
            secret = secret or bool(configured) or is_secret(path[:at][-2:])
        return Seen(render(tuple(steps)), secret=secret)


Masking.NONE, Masking.SENSITIVE, Masking.ALL = (Masking(level) for level in Level)


def _step(step: Step, *, data: bool) -> Step:
    if not isinstance(step, str):
        return step
    return MASKED if hide(step) != step or (data and not _PLAIN.fullmatch(step)) else step


def is_secret(names: Iterable[object]) -> bool:
    """Says whether the steps of a path name something secret or personal."""
    steps = [str(name) for name in names]
    return any(map(secret_name, steps)) or (len(steps) > 1 and steps[0] == "headers" and secret_header(steps[1]))
