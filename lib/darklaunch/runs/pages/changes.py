"""The changes between two runs as one HTML file that needs nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from darklaunch.publish import svg
from darklaunch.publish.excess_range import ExcessRange
from darklaunch.publish.html import environment
from darklaunch.publish.report.endpoint import ALL_ENDPOINTS, EndpointReport
from darklaunch.publish.report.run import RunReport
from darklaunch.runs.changes import Changes
from darklaunch.runs.turnover import CauseChange, PathChange, Turnover

LISTED: Final = 200
"""So many of each list are shown; `--json` has them all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BothSides:
    """An endpoint in both runs; None where a run has not seen it."""

    name: str
    before: EndpointReport | None
    after: EndpointReport | None
    before_interval: svg.Interval | None
    after_interval: svg.Interval | None

    @property
    def changed(self) -> bool:
        """Whether its verdict is another one, or only one run has seen it."""
        verdicts = [None if each is None else each.verdict for each in (self.before, self.after)]
        return verdicts[0] != verdicts[1]

    @property
    def rank(self) -> tuple[bool, int, int, str]:
        """A sort key: changed verdicts first, then the worst, then by traffic."""
        newest = self.after or self.before
        if newest is None:
            raise ValueError("an endpoint was seen by one of two runs")
        return not self.changed, newest.verdict.rank, -newest.pairs, self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedChanges:
    """Changes of one meaning, as many as are shown."""

    meaning: str
    shown: Sequence[PathChange | CauseChange]
    left: int


def render_changes(before: RunReport, after: RunReport, changes: Changes) -> str:
    """Renders the page.

    Args:
        before: the run named first.
        after: the run named second.
        changes: between them.
    """
    scale = svg.Scale(range=_range(before, after))
    sides = sorted(both_sides(before, after, scale), key=lambda each: each.rank)
    return (
        environment()
        .get_template("changes.html.j2")
        .render(
            before=before,
            after=after,
            changes=changes,
            scale=scale,
            fleet=_both(ALL_ENDPOINTS, before.fleet, after.fleet, scale),
            changed=[each for each in sides if each.changed][:LISTED],
            changed_count=sum(each.changed for each in sides),
            sides=sides[:LISTED],
            sides_left=max(0, len(sides) - LISTED),
            causes=None if changes.causes is None else _lists(changes.causes),
            paths=_lists(changes.paths),
        )
    )


def _range(before: RunReport, after: RunReport) -> ExcessRange:
    return ExcessRange.over(after.fleet, (before.fleet, *before.endpoints, *after.endpoints))


def both_sides(before: RunReport, after: RunReport, scale: svg.Scale) -> list[BothSides]:
    """Sets the endpoints of two runs side by side, in no order; a run may not have seen one."""
    earlier, later = ({each.name: each for each in run.endpoints} for run in (before, after))
    return [_both(name, earlier.get(name), later.get(name), scale) for name in {**earlier, **later}]


def _both(name: str, before: EndpointReport | None, after: EndpointReport | None, scale: svg.Scale) -> BothSides:
    return BothSides(
        name=name,
        before=before,
        after=after,
        before_interval=None if before is None else scale.interval(before),
        after_interval=None if after is None else scale.interval(after),
    )


def _lists(turnover: Turnover[PathChange] | Turnover[CauseChange]) -> list[ListedChanges]:
    lists: tuple[tuple[str, Sequence[PathChange | CauseChange]], ...] = (
        ("New", turnover.new),
        ("Fixed, or not seen in the later window", turnover.gone),
        ("Persistent", turnover.persistent),
    )
    return [
        ListedChanges(meaning=meaning, shown=listed[:LISTED], left=max(0, len(listed) - LISTED))
        for meaning, listed in lists
    ]
