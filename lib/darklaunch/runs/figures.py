"""Figures of a run: excess and confidence of its endpoints, latencies of one."""

import math
from io import BytesIO
from typing import Final, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter, NullFormatter, NullLocator
from numpy.typing import NDArray

from darklaunch.capture.arm import Arm
from darklaunch.decide.verdict import WORST_FIRST, Verdict
from darklaunch.publish import formatting
from darklaunch.publish.excess_range import DECADES, ExcessRange
from darklaunch.publish.report.endpoint import EndpointReport, ranked
from darklaunch.publish.report.run import RunReport
from darklaunch.text import numbers
from darklaunch.text.undefined import number_or_none

INK: Final = "#1b2430"
SOFT: Final = "#55606e"
LINE: Final = "#d9dee5"


class Drawing(Figure):
    """A figure that a notebook shows without pyplot and its global state."""

    def _repr_png_(self) -> bytes:
        buffer = BytesIO()
        self.savefig(buffer, format="png")
        return buffer.getvalue()


def plain(axes: Axes, grid: Literal["x", "both"]) -> None:
    """Leaves of the frame and the ticks only what is read."""
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(which="both", length=0, colors=SOFT, labelsize=9)
    axes.grid(axis=grid, color=LINE, linewidth=0.6)
    axes.set_axisbelow(True)


MOST_ROWS: Final = 40
"""So many endpoints are drawn, the worst of them."""

COLOURS: Final = {Verdict.BLOCK: "#b0203a", Verdict.HOLD: "#8a5700", Verdict.PROMOTE: "#00695f"}
MARKERS: Final = {Verdict.BLOCK: "X", Verdict.HOLD: "o", Verdict.PROMOTE: "^"}
_ARMS: Final = ((Arm.PRODUCTION, "#0b4f8a", "-"), (Arm.SHADOW, "#d08a1d", "--"))
_LONGEST_NAME: Final = 44
_POINTS: Final = 400
_MOST_TICKS: Final = 10
_ROUNDING: Final = 1e-9


def confidence_figure(report: RunReport) -> Drawing:
    """Draws the interval of each endpoint's excess on an asinh scale, and its confidence."""
    endpoints = ranked(report.endpoints)
    drawn = endpoints[:MOST_ROWS]
    rows = [report.fleet, *drawn]
    figure = Drawing(figsize=(10, 1.6 + 0.32 * len(rows)), dpi=110, layout="constrained")
    intervals, confidences = figure.subplots(1, 2, sharey=True, width_ratios=(3, 1))
    for row, endpoint in enumerate(rows):
        _draw_interval(intervals, row, endpoint)
        _draw_confidence(confidences, row, endpoint)
    scale_excess(intervals, ExcessRange.over(report.fleet, drawn))
    intervals.set_yticks(range(len(rows)), labels=[short_name(row.name) for row in rows], parse_math=False)
    intervals.set_ylim(len(rows) - 0.5, -0.5)
    intervals.set_xlabel("excess with its bounds; | marks the tolerated excess")
    confidences.set_xlim(-4, 104)
    confidences.set_xticks([0, 50, 100], labels=["0 %", "50 %", "100 %"])
    confidences.set_xlabel("confidence to promote")
    for axes in (intervals, confidences):
        plain(axes, "x")
        axes.axhline(0.5, color=LINE, linewidth=1)
    left_out = len(endpoints) - MOST_ROWS
    more = f" ({MOST_ROWS} worst of {len(endpoints)} endpoints)" if left_out > 0 else ""
    launch = formatting.visible(report.launch.name, longest=_LONGEST_NAME)
    figure.suptitle(f"{launch}: {report.verdict.value}{more}", parse_math=False, color=INK, fontsize=12)
    figure.legend(handles=_legend(intervals), loc="outside lower center", ncols=3, frameon=False, fontsize=9)
    return figure


def _draw_interval(axes: Axes, row: int, report: EndpointReport) -> None:
    low, excess, high = (number_or_none(each) for each in (report.excess_low, report.excess, report.excess_high))
    colour = COLOURS[report.verdict]
    if low is not None and high is not None:
        axes.plot([low, high], [row, row], color=colour, linewidth=2, solid_capstyle="butt")
    if excess is not None:
        axes.plot([excess], [row], MARKERS[report.verdict], color=colour, markersize=7)
    tolerated = report.tolerated_excess
    axes.plot([tolerated, tolerated], [row - 0.38, row + 0.38], color=INK, linewidth=1.2)


def _draw_confidence(axes: Axes, row: int, report: EndpointReport) -> None:
    confidence = number_or_none(report.confidence)
    if confidence is not None:
        marker, colour = MARKERS[report.verdict], COLOURS[report.verdict]
        axes.plot([100 * confidence], [row], marker, color=colour, markersize=7, clip_on=False)


def scale_excess(axes: Axes, excess: ExcessRange) -> None:
    """Scales the axis of excesses: linear around zero, logarithmic beyond the tolerated excess."""
    unit, right = excess.unit, 1.15 * excess.high
    axes.set_xscale("asinh", linear_width=unit)
    axes.set_xlim(1.15 * excess.low - 0.1 * unit, right)
    ticks = [0.0, *(tick for tick in DECADES if 0.5 * unit <= tick <= right)]
    axes.xaxis.set_major_locator(FixedLocator(ticks))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:.10g} %" if value else "0"))


def _legend(axes: Axes) -> list[Line2D]:
    return [
        axes.plot([], [], MARKERS[verdict], color=COLOURS[verdict], label=verdict.value)[0] for verdict in WORST_FIRST
    ]


def latency_figure(endpoint: str, production_ms: NDArray[np.float64], shadow_ms: NDArray[np.float64]) -> Drawing:
    """Draws for both arms which share of requests took longer than a latency, both axes logarithmic.

    Args:
        endpoint: its name.
        production_ms: latencies, at least one.
        shadow_ms: of the same requests.
    """
    figure = Drawing(figsize=(9, 4.4), dpi=110, layout="constrained")
    axes = figure.subplots()
    least = 1 / (2 * len(production_ms))
    slower = np.geomspace(1, min(least, 0.005), _POINTS)
    for (arm, colour, style), latencies in zip(_ARMS, (production_ms, shadow_ms), strict=False):
        quantiles = np.quantile(np.maximum(latencies, 1e-3), 1 - slower)
        axes.plot(quantiles, slower, style, color=colour, linewidth=2, label=arm.value)
    for share, name in ((0.5, "p50"), (0.05, "p95"), (0.01, "p99")):
        axes.axhline(share, color=LINE, linewidth=1, zorder=0)
        figures = (formatting.milliseconds(float(np.quantile(each, 1 - share))) for each in (production_ms, shadow_ms))
        text = f"{name}  {' → '.join(figures)}"
        axes.text(1.01, share, text, transform=axes.get_yaxis_transform(), va="center", color=SOFT, fontsize=9)
    _scale_latency(axes, float(slower[-1]))
    title = formatting.visible(endpoint, longest=2 * _LONGEST_NAME)
    axes.set_title(title, parse_math=False, loc="left", color=INK, fontsize=12)
    axes.set_xlabel(f"latency in ms, {numbers.count(len(production_ms))} compared requests")
    axes.set_ylabel("share of requests that took longer")
    plain(axes, "both")
    axes.legend(frameon=False, loc="lower left")
    return figure


def _scale_latency(axes: Axes, least: float) -> None:
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_ylim(least, 1.15)
    low, high = axes.get_xlim()
    ticks = [step * 10.0**power for power in range(-3, 8) for step in (1, 2, 5)]
    within = [tick for tick in ticks if low <= tick <= high]
    thinned = within if len(within) <= _MOST_TICKS else [tick for tick in within if math.log10(tick) % 1 < _ROUNDING]
    axes.xaxis.set_major_locator(FixedLocator(thinned))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:.10g} %"))


def short_name(name: str) -> str:
    """The name of an endpoint as an axis has room for it, without its middle."""
    name = formatting.visible(name, longest=10_000)
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME // 2]}…{name[-_LONGEST_NAME // 2 + 1 :]}"
