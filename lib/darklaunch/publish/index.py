"""The index of all runs under ``--out``: one page that needs nothing else, with links to the reports."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from darklaunch.decide.verdict import WORST_FIRST, Verdict
from darklaunch.publish.export.format import Format
from darklaunch.publish.html import environment
from darklaunch.publish.report.run import RunHead
from darklaunch.publish.report.window import LaunchReport
from darklaunch.text.undefined import number_or_none

WIDTH: Final = 220
HEIGHT: Final = 44
_EDGE: Final = 5
_MOST_NINES: Final = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedRun:
    """A run of the index.

    Attributes:
        head: its launch, its window and its fleet.
        tally: its endpoints by verdict.
        folder: relative to the index, with slashes.
        files: the formats that it was told in.
    """

    head: RunHead
    tally: Mapping[Verdict, int]
    folder: str
    files: tuple[Format, ...]

    def link(self, form: Format) -> str:
        """The address of one of its files, relative to the index."""
        return quote(f"{self.folder}/{form.file}", errors="replace")

    @property
    def page(self) -> str:
        """The address of what to read first; its verdict for programs where it has no page."""
        return self.link(Format.HTML if Format.HTML in self.files else Format.JSON)

    @property
    def downloads(self) -> tuple[Format, ...]:
        """Its other files."""
        return tuple(form for form in self.files if form is not Format.HTML)


@dataclass(frozen=True, slots=True, kw_only=True)
class SparkLine:
    """A launch's confidence over its looks, in units of the viewBox: a path, its last point, and what is wanted."""

    path: str
    end_x: float
    end_y: float
    wanted_y: float
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedLaunch:
    """A launch and its runs, the newest first, at least one."""

    runs: tuple[IndexedRun, ...]

    @property
    def newest(self) -> IndexedRun:
        """The run with the last window."""
        return self.runs[0]

    @property
    def launch(self) -> LaunchReport:
        """The launch."""
        return self.newest.head.launch

    @property
    def spark_line(self) -> SparkLine:
        """Its confidence to promote over its looks."""
        return _spark_line(tuple(reversed(self.runs)), self.newest.head.fleet.level)


def render_index(launches: Sequence[IndexedLaunch], unreadable: int) -> str:
    """Renders the index.

    Args:
        launches: the one with the newest run first.
        unreadable: folders of runs that could not be read.
    """
    page = environment().get_template("index.html.j2")
    return page.render(launches=launches, unreadable=unreadable, WORST_FIRST=WORST_FIRST)


def _spark_line(runs: Sequence[IndexedRun], level: float) -> SparkLine:
    """The height counts nines, as the report's chart does; a confidence that is undefined breaks the line off."""
    first, last = runs[0].head.span.end, runs[-1].head.span.end
    seconds = (last - first).total_seconds()
    pieces: list[str] = []
    command = "M"
    x, y = float(WIDTH - _EDGE), float(HEIGHT - _EDGE)
    for run in runs:
        reached = number_or_none(run.head.fleet.confidence)
        if reached is None:
            command = "M"
            continue
        share = (run.head.span.end - first).total_seconds() / seconds if seconds else 1.0
        x, y = round(_EDGE + (WIDTH - 2 * _EDGE) * share, 1), _height(reached)
        pieces.append(f"{command}{x} {y}")
        command = "L"
    return SparkLine(path="".join(pieces), end_x=x, end_y=y, wanted_y=_height(level))


def _height(confidence: float) -> float:
    nines = _MOST_NINES if confidence >= 1 else min(_MOST_NINES, -math.log10(1 - max(0.0, confidence)))
    return round(HEIGHT - _EDGE - (HEIGHT - 2 * _EDGE) * nines / _MOST_NINES, 1)
