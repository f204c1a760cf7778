"""The intervals of two runs on one plot."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from darklaunch.decide.verdict import WORST_FIRST
from darklaunch.publish import formatting
from darklaunch.publish.excess_range import ExcessRange
from darklaunch.publish.report.endpoint import ALL_ENDPOINTS, EndpointReport
from darklaunch.publish.report.run import RunReport
from darklaunch.runs.figures import COLOURS, INK, MARKERS, MOST_ROWS, SOFT, Drawing, plain, scale_excess, short_name
from darklaunch.runs.pages.changes import BothSides
from darklaunch.text.undefined import number_or_none


def excess_figure(before: RunReport, after: RunReport, sides: Sequence[BothSides]) -> Drawing:
    """Draws both intervals of each endpoint's excess on an asinh scale: before thin, after thick.

    Args:
        before: the run named first.
        after: the run named second.
        sides: endpoints in both runs, in the order of their rows.
    """
    drawn = sides[:MOST_ROWS]
    rows = [(before.fleet, after.fleet), *((each.before, each.after) for each in drawn)]
    figure = Drawing(figsize=(10, 1.7 + 0.42 * len(rows)), dpi=110, layout="constrained")
    axes = figure.subplots()
    for row, (earlier, later) in enumerate(rows):
        _draw(axes, row - 0.16, earlier, width=1.2)
        _draw(axes, row + 0.16, later, width=3)
        newest = later or earlier
        if newest is not None:
            ends = [row - 0.38, row + 0.38]
            axes.plot([newest.tolerated_excess, newest.tolerated_excess], ends, color=INK, linewidth=1.2)
    seen = [report for pair in rows for report in pair if report is not None]
    scale_excess(axes, ExcessRange.over(after.fleet, seen))
    names = [ALL_ENDPOINTS, *(each.name for each in drawn)]
    axes.set_yticks(range(len(rows)), labels=[short_name(name) for name in names], parse_math=False)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlabel("excess with its bounds: before thin, after thick; | marks the tolerated excess")
    plain(axes, "x")
    more = f" ({MOST_ROWS} of {len(sides)} endpoints)" if len(sides) > MOST_ROWS else ""
    launches = [formatting.visible(each.launch.name, longest=30) for each in (before, after)]
    title = f"{launches[0]}: {before.verdict.value}, then {launches[1]}: {after.verdict.value}{more}"
    figure.suptitle(title, parse_math=False, color=INK, fontsize=12)
    figure.legend(handles=_legend(axes), loc="outside lower center", ncols=5, frameon=False, fontsize=9)
    return figure


def _draw(axes: Axes, height: float, report: EndpointReport | None, *, width: float) -> None:
    if report is None:
        return
    low, excess, high = (number_or_none(each) for each in (report.excess_low, report.excess, report.excess_high))
    colour = COLOURS[report.verdict]
    if low is not None and high is not None:
        axes.plot([low, high], [height, height], color=colour, linewidth=width, solid_capstyle="butt")
    if excess is not None:
        axes.plot([excess], [height], MARKERS[report.verdict], color=colour, markersize=3.5 + width)


def _legend(axes: Axes) -> list[Line2D]:
    verdicts = [
        axes.plot([], [], MARKERS[verdict], color=COLOURS[verdict], label=verdict.value)[0] for verdict in WORST_FIRST
    ]
    runs = [
        axes.plot([], [], color=SOFT, linewidth=width, label=label)[0]
        for width, label in ((1.2, "before"), (3, "after"))
    ]
    return [*verdicts, *runs]
