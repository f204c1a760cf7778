"""Learned noise: as it is frozen with a launch, and as the run report holds it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from darklaunch.diff.rules.rule import Rule
from darklaunch.noise.candidate import VolatilePath
from darklaunch.window import HOUR, Window, parse_moment


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningProgress:
    """Hours of baseline traffic that were seen, and how many are wanted before rules are learned."""

    hours_seen: int
    hours_wanted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoiseReport:
    """The rules that were learned from the baseline arm.

    Attributes:
        baseline: whether there is such an arm.
        learning: how far learning is; None: it is over, or not asked for.
        learned: volatile paths that have become rules.
        refused: volatile paths that still count, because a rule there could hide a fault.
        refused_beyond: how many more of these are not listed.
        lost_hours: hours of evidence that fell away when the rules were frozen.
    """

    baseline: bool
    learning: LearningProgress | None
    learned: tuple[VolatilePath, ...]
    refused: tuple[VolatilePath, ...]
    refused_beyond: int
    lost_hours: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenNoise:
    """The noise that a launch learned from its first hours; its rules hold for the rest of the launch.

    Attributes:
        launch_name: of the launch.
        rules_digest: of the written rules.
        hours_wanted: hours that had to be seen before anything was learned.
        windows: those that it was learned from.
        learned: volatile paths that have become rules.
        refused: volatile paths that still count.
        refused_beyond: how many more of these are not listed.
        lost_hours: hours of evidence that fell away when the rules were frozen.
    """

    launch_name: str
    rules_digest: str
    hours_wanted: int
    windows: tuple[Window, ...]
    learned: tuple[VolatilePath, ...]
    refused: tuple[VolatilePath, ...]
    refused_beyond: int
    lost_hours: int = 0

    @property
    def rules(self) -> list[Rule]:
        """The learned rules."""
        return [noise.rule() for noise in self.learned]

    def report(self, *, until: datetime) -> NoiseReport:
        """The noise as a look sees it; one at a time when the hours were not complete stays what it was then."""
        seen = hours_covered(self.windows, until=until)
        progress = LearningProgress(hours_seen=seen, hours_wanted=self.hours_wanted)
        return NoiseReport(
            baseline=True,
            learning=progress if seen < self.hours_wanted else None,
            learned=self.learned,
            refused=self.refused,
            refused_beyond=self.refused_beyond,
            lost_hours=self.lost_hours,
        )

    def as_dict(self) -> dict[str, Any]:
        """The noise as a JSON object, ``learned.json``."""
        return {
            "schema_version": 1,
            "launch": {"name": self.launch_name, "rules_digest": self.rules_digest},
            "hours_wanted": self.hours_wanted,
            "windows": [[window.start.isoformat(), window.end.isoformat()] for window in self.windows],
            "learned": [noise.as_dict() for noise in self.learned],
            "refused": [noise.as_dict() for noise in self.refused],
            "refused_beyond": self.refused_beyond,
            "lost_hours": self.lost_hours,
        }

    @classmethod
    def from_dict(cls, written: Mapping[str, Any]) -> "FrozenNoise":
        """Reads what ``as_dict`` wrote."""
        return cls(
            launch_name=written["launch"]["name"],
            rules_digest=written["launch"]["rules_digest"],
            hours_wanted=written["hours_wanted"],
            windows=tuple(
                Window(start=parse_moment(start), end=parse_moment(end)) for start, end in written["windows"]
            ),
            learned=tuple(VolatilePath.from_dict(noise) for noise in written["learned"]),
            refused=tuple(VolatilePath.from_dict(noise) for noise in written["refused"]),
            refused_beyond=written["refused_beyond"],
            lost_hours=written.get("lost_hours", 0),
        )


def no_noise(*, baseline: bool, learning: LearningProgress | None = None) -> NoiseReport:
    """The report of a launch that has learned nothing, or not yet."""
    return NoiseReport(baseline=baseline, learning=learning, learned=(), refused=(), refused_beyond=0, lost_hours=0)


def hours_covered(windows: Iterable[Window], *, until: datetime | None = None) -> int:
    """How many hours some windows cover together, those that overlap once; None: whenever they are."""
    covered, reached = 0, None
    for window in sorted(windows, key=lambda each: each.start):
        start = window.start if reached is None else max(window.start, reached)
        end = window.end if until is None else min(window.end, until)
        covered += max((end - start) // HOUR, 0)
        reached = end if reached is None else max(reached, end)
    return covered
