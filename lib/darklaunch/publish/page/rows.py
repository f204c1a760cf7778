"""The lines of the page's tables and the sections that they open: which of them there are, and how much each tells."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from darklaunch.publish import formatting, svg
from darklaunch.publish.report.endpoint import DifferenceReport, EndpointReport
from darklaunch.text import numbers
from darklaunch.triage.cause_report import CauseReport

INLINE: Final = 500
"""So many endpoints, and causes, are on the page; the tables have them all."""

IN_FULL: Final = 150
"""Up to so many endpoints each has a section in full; of more only the first ``FIRST_IN_FULL``: a page has an end."""

FIRST_IN_FULL: Final = 30

_MOST_DIFFERENCES: Final = 10
_FEW_DIFFERENCES: Final = 3
_OPENED: Final = 10
"""So many causes are spread out, the others are there to be opened."""

_CARDS: Final = 30
"""So many causes have a card of their own, and those with details."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointRow:
    """One line of the endpoint table and the section it opens."""

    entry: EndpointReport
    name: str
    anchor: str
    interval: svg.Interval | None
    mismatch_rate: formatting.FormattedNumber
    differences: Sequence[DifferenceReport]
    differences_left: int
    full: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseRow:
    """One line of the table of causes and the card that it opens; without an anchor there is none."""

    cause: CauseReport
    anchor: str | None
    opened: bool


def _mismatch_rate(report: EndpointReport) -> formatting.FormattedNumber:
    # Rounded, or the page would show the rounding error of the subtraction as a tiny rate.
    return formatting.formatted(report.match_rate, lambda match_rate: numbers.rate(round(1 - match_rate, 12)))


def endpoint_row(report: EndpointReport, name: str, anchor: str, scale: svg.Scale, *, full: bool = True) -> EndpointRow:
    """The row of one endpoint, of a group or of the fleet; ``full``: its section tells all that is known."""
    listed = _MOST_DIFFERENCES if full else _FEW_DIFFERENCES
    differences = sorted(report.differences, key=lambda difference: (not difference.counts, -difference.requests))
    return EndpointRow(
        entry=report,
        name=name,
        anchor=anchor,
        interval=scale.interval(report),
        mismatch_rate=_mismatch_rate(report),
        differences=differences[:listed],
        differences_left=max(0, len(differences) - listed),
        full=full,
    )


def endpoint_rows(endpoints: Sequence[EndpointReport], scale: svg.Scale) -> list[EndpointRow]:
    """The rows of the endpoints that are on the page.

    Args:
        endpoints: all of them, in the order of the page.
        scale: that all share.
    """
    full = IN_FULL if len(endpoints) <= IN_FULL else FIRST_IN_FULL
    return [
        endpoint_row(each, each.name, f"endpoint-{place}", scale, full=place <= full)
        for place, each in enumerate(endpoints[:INLINE], start=1)
    ]


def cause_rows(causes: Sequence[CauseReport]) -> list[CauseRow]:
    """The rows of the causes that are on the page."""
    return [
        CauseRow(
            cause=cause,
            anchor=f"cause-{place}" if place <= _CARDS or cause.detailed else None,
            opened=place <= _OPENED,
        )
        for place, cause in enumerate(causes[:INLINE], start=1)
    ]
