"""The standing of a launch at one look, for its history."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from darklaunch.decide.verdict import Verdict
from darklaunch.publish.report.endpoint import EndpointReport
from darklaunch.publish.report.run import RunHead, RunReport
from darklaunch.text.undefined import number_or_none
from darklaunch.triage.cause_report import CauseReport


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The figures of one endpoint, or of the fleet, at one look; None is undefined. All numbers are fractions."""

    verdict: Verdict
    confidence: float | None
    regression_confidence: float | None
    excess: float | None
    excess_low: float | None
    excess_high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look at a launch.

    Attributes:
        end: the end of its window, UTC.
        look: its number, as its run counted.
        fleet: the launch as a whole.
        endpoints: by name; empty where they were not asked for.
        causes: of its window; None where they were not asked for, or not looked for.
    """

    end: datetime
    look: int
    fleet: Standing
    endpoints: Mapping[str, Standing]
    causes: tuple[CauseReport, ...] | None = None


def look_of(report: RunReport) -> Look:
    """The figures of a launch at the look of a run."""
    endpoints = {endpoint.name: standing_of(endpoint) for endpoint in report.endpoints}
    return Look(
        end=report.span.end,
        look=report.look,
        fleet=standing_of(report.fleet),
        endpoints=endpoints,
        causes=report.window.causes,
    )


def fleet_look(head: RunHead) -> Look:
    """The same of the fleet alone."""
    return Look(end=head.span.end, look=head.look, fleet=standing_of(head.fleet), endpoints={})


def standing_of(report: EndpointReport) -> Standing:
    """The figures of one endpoint, or of the fleet."""
    return Standing(
        verdict=report.verdict,
        confidence=number_or_none(report.confidence),
        regression_confidence=number_or_none(report.regression_confidence),
        excess=number_or_none(report.excess),
        excess_low=number_or_none(report.excess_low),
        excess_high=number_or_none(report.excess_high),
    )
