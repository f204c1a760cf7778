"""A comparison of two runs, as tables, as a figure and as a notebook's cell."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from darklaunch.errors import UsageError
from darklaunch.publish.excess_range import ExcessRange
from darklaunch.publish.notebook.cells import SHOWN, CellRow, cell_row, comparison_cell
from darklaunch.publish.report.endpoint import ALL_ENDPOINTS
from darklaunch.publish.report.run import RunReport
from darklaunch.publish.svg import Scale
from darklaunch.runs.changes import Changes, changes
from darklaunch.runs.differences import ListedRun
from darklaunch.runs.pages.changes import BothSides, both_sides
from darklaunch.runs.turnover import CauseChange, PathChange, Turnover

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two runs, as ``run.compare(other)`` returns them.

    Attributes:
        before: the report of the first run.
        after: the report of the other.
        changes: what is another thing in the other.

    Examples:
        >>> import darklaunch
        >>> run = darklaunch.open_run("out")
        >>> same = run.compare(run)
        >>> same.is_one_launch, set(same.causes["state"])
        (True, {'persistent'})
    """

    before: RunReport = field(repr=False)
    after: RunReport = field(repr=False)
    changes: Changes = field(repr=False)

    @property
    def is_one_launch(self) -> bool:
        """Whether evidence goes on from the first run to the other: one name, the same releases and rules."""
        return not self.changes.launch_differences

    @property
    def endpoints(self) -> "pd.DataFrame":
        """One row an endpoint, those whose verdict changed first: verdict and numbers in both; not seen is ``<NA>``."""
        from darklaunch.runs.comparing.frames import sides_frame

        return sides_frame(self._sides())

    @property
    def causes(self) -> "pd.DataFrame":
        """One row a cause: ``state`` is new, fixed (or not seen any more) or persistent; requests, shares of both.

        Raises:
            UsageError: a run was made before causes were looked for.
        """
        from darklaunch.runs.comparing.frames import causes_frame

        if self.changes.causes is None:
            raise UsageError("causes: found a run without any in verdict.json, wanted newer runs; make it again")
        return causes_frame(self.changes.causes)

    @property
    def paths(self) -> "pd.DataFrame":
        """One row a differing path that no rule settles, likewise; ``note`` is why a run may only seem to lack it."""
        from darklaunch.runs.comparing.frames import paths_frame

        return paths_frame(self.changes.paths)

    def plot_excess(self) -> "Figure":
        """Every endpoint's excess with its bounds in both runs, against the tolerated excess."""
        from darklaunch.runs.comparing.figure import excess_figure

        return excess_figure(self.before, self.after, self._sides())

    def _repr_html_(self) -> str:
        """Verdicts, what changed, and both intervals of each endpoint, for a notebook's cell."""
        scale, sides = self._scale(), self._sides()
        fleet = cell_row(scale, ALL_ENDPOINTS, self.before.fleet, self.after.fleet)
        rows = [fleet, *(_row(scale, each) for each in sides[:SHOWN])]
        return comparison_cell(
            self.before,
            self.after,
            rows,
            launch_differences=self.changes.launch_differences,
            lines=list(self._lines()),
            scale=scale,
            left=len(sides[SHOWN:]),
        )

    def _sides(self) -> list[BothSides]:
        return sorted(both_sides(self.before, self.after, self._scale()), key=lambda each: each.rank)

    def _scale(self) -> Scale:
        fleet, others = self.after.fleet, (self.before.fleet, *self.before.endpoints, *self.after.endpoints)
        return Scale(range=ExcessRange.over(fleet, others))

    def _lines(self) -> Iterator[str]:
        changed = len(self.changes.endpoints)
        yield f"verdict changed at {changed:,} of {changed + sum(self.changes.same.values()):,} endpoints"
        if self.changes.causes is not None:
            yield f"causes: {_counted(self.changes.causes)}"
        yield f"differing paths: {_counted(self.changes.paths)}"


def compare_runs(before: ListedRun, after: ListedRun) -> Comparison:
    """Compares two runs, the second one mostly the later."""
    return Comparison(before=before.report, after=after.report, changes=changes(before, after))


def _row(scale: Scale, sides: BothSides) -> CellRow:
    return cell_row(scale, sides.name, sides.before, sides.after)


def _counted(turnover: Turnover[CauseChange] | Turnover[PathChange]) -> str:
    new, gone, kept = len(turnover.new), len(turnover.gone), len(turnover.persistent)
    return f"{new:,} new, {gone:,} fixed or not seen any more, {kept:,} persistent"
