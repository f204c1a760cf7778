"""Cells of a notebook as HTML that needs nothing else, light or dark."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from jinja2 import Environment, PackageLoader

from darklaunch.decide.verdict import WORST_FIRST, Verdict
from darklaunch.publish import svg
from darklaunch.publish.excess_range import ExcessRange
from darklaunch.publish.html import environment
from darklaunch.publish.report.endpoint import EndpointReport, ranked
from darklaunch.publish.report.run import RunReport

SHOWN: Final = 20
"""So many rows of a table, and reasons of a verdict, are shown; a cell is for looking, a DataFrame has them all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CellRow:
    """An endpoint in a table that has an interval, or two, in every row.

    Attributes:
        name: of the endpoint, or of all together.
        reports: what is known of it, by run; None: the run has not seen it.
        intervals: the places of their bounds; None: there are none.
    """

    name: str
    reports: tuple[EndpointReport | None, ...]
    intervals: tuple[svg.Interval | None, ...]


def run_cell(report: RunReport) -> str:
    """A run: verdict, reasons, and a table of its endpoints with a plot of their excess in every row.

    Args:
        report: the run's; the worst endpoints are shown.
    """
    endpoints = ranked(report.endpoints)
    shown = endpoints[:SHOWN]
    scale = svg.Scale(range=ExcessRange.over(report.fleet, shown))
    return _render(
        "run.html.j2",
        report=report,
        reasons=report.reasons[:SHOWN],
        reasons_left=max(0, len(report.reasons) - SHOWN),
        rows=[cell_row(scale, each.name, each) for each in (report.fleet, *shown)],
        tally={verdict.value: sum(each.verdict is verdict for each in endpoints) for verdict in WORST_FIRST},
        left=len(endpoints) - len(shown),
        scale=scale,
    )


def comparison_cell(before: RunReport, after: RunReport, rows: Sequence[CellRow], **more: object) -> str:
    """Two runs: their verdicts, and a table of endpoints with both intervals in every row.

    Args:
        before: the run named first.
        after: the run named second.
        rows: the fleet and endpoints, those that changed first, the report of each run in each.
        more: what the template wants beside them.
    """
    return _render("comparison.html.j2", before=before, after=after, rows=rows, **more)


def cell_row(scale: svg.Scale, name: str, *reports: EndpointReport | None) -> CellRow:
    """Places an endpoint's intervals on a scale.

    Args:
        scale: the one of all rows.
        name: of the endpoint.
        reports: of one run, or of two.
    """
    intervals = tuple(None if report is None else scale.interval(report) for report in reports)
    return CellRow(name=name, reports=reports, intervals=intervals)


def table_cell(caption: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of texts, each of them shown as it is.

    Args:
        caption: what the table holds.
        headings: of its columns.
        rows: a text for each column; the first ``SHOWN`` are shown.
    """
    return _render("table.html.j2", caption=caption, headings=headings, rows=rows[:SHOWN], left=len(rows[SHOWN:]))


@cache
def _environment() -> Environment:
    """The environment of the report's page, which escapes every text, with the templates of this package."""
    made = environment().overlay(loader=PackageLoader("darklaunch.publish.notebook", "templates"))
    # an overlay shares what it does not replace
    made.globals = {**made.globals, "COLOURS": {verdict.value: colour for verdict, colour in _COLOURS.items()}}
    return made


_COLOURS: Final = {Verdict.BLOCK: "#d1495b", Verdict.HOLD: "#b8860b", Verdict.PROMOTE: "#1f8a70"}
"""Seen well on white and on black."""


def _render(template: str, **values: object) -> str:
    return _environment().get_template(template).render(**values)
