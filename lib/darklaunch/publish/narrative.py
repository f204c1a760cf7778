"""A verdict in sentences: what was compared, what came of it, and what follows.

Written for product managers; every claim must be statistically exact: a bound and a confidence are said to mislead in
at most so many launches of such a kind, and never to be the probability that a release is fine. Strings from traffic
stay as they are; who prints the sentences makes them visible.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from darklaunch.decide.verdict import Verdict
from darklaunch.evidence.dimension import Dimension
from darklaunch.publish import formatting
from darklaunch.publish.claims import ALWAYS, confidence_claim, rarely, regression_claim
from darklaunch.publish.report.endpoint import EndpointReport, Scope
from darklaunch.text import numbers
from darklaunch.text.numbers import rate
from darklaunch.text.undefined import Maybe, Undefined, number_or_none

_FAR_APART: Final = 2.0
"""Times from which on the rates of sessions and of requests are both told."""

_FOLLOWS: Final = {
    Verdict.PROMOTE: "So {it} may be promoted.",
    Verdict.HOLD: "So {it} is on hold, neither promoted nor blocked.",
    Verdict.BLOCK: "So {it} is blocked: this release should not be promoted.",
}
_IT: Final = {
    Scope.FLEET: "the release as a whole",
    Scope.GROUP: "this group",
    Scope.ENDPOINT: "this endpoint",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrative:
    """A verdict in three parts, each of one sentence or more."""

    compared: tuple[str, ...]
    found: tuple[str, ...]
    follows: tuple[str, ...]

    def __post_init__(self) -> None:
        if not (self.compared and self.found and self.follows):
            raise ValueError("a verdict is told with what was compared, what was found and what follows")


def narrate(report: EndpointReport) -> Narrative:
    """Puts the verdict on one endpoint, on a group, or on the fleet into sentences."""
    return Narrative(compared=tuple(_compared(report)), found=tuple(_found(report)), follows=tuple(_follows(report)))


def line(report: EndpointReport) -> str:
    """A report in one line, without its verdict and its name: bounds, confidence, and the first reason."""
    sure = formatting.formatted(report.confidence, formatting.confidence).text
    first = f" {report.reasons[0]}" if report.reasons else ""
    return f"{_bounds(report)}, confidence {sure}, {_many(report.pairs, 'pair')}.{first}"


def _bounds(report: EndpointReport) -> str:
    match report.excess_low, report.excess_high:
        case (Undefined(), _) | (_, Undefined()):
            return "no excess"
        case low, high:
            return f"excess {rate(low)} to {rate(high)}"


def _compared(report: EndpointReport) -> Iterator[str]:
    pairs = report.pairs
    subject = "All endpoints together" if report.scope is Scope.FLEET else report.name
    if not pairs:
        yield f"{subject}: so far there is no request of which production's answer and the shadow's were seen."
        return
    yield (
        f"{subject}: {_many(pairs, 'request')} that production answered {'was' if pairs == 1 else 'were'} judged since "
        "the launch began, by the shadow's answer or by its failure to give one."
    )
    yield (
        f"All requests of one user or session within an hour count as one unit: {_many(report.units, 'unit')}, which, "
        f"weighted by how they were sampled, amount to {numbers.count(report.effective_pairs)} effective pairs."
    )


def _found(report: EndpointReport) -> Iterator[str]:
    if not report.pairs:
        yield "Without a pair there is no rate of mismatches, and no bound on it."
        return
    mismatches, pairs = report.mismatches, report.pairs
    differ = "differs" if mismatches == 1 else "differ"
    share = rate(mismatches / pairs)
    yield f"{numbers.count(mismatches)} of them ({share}) {differ} after the rules, or got no answer."
    match report.noise:
        case Undefined():
            yield "There is no second instance of production to tell noise by, so every mismatch counts."
        case noise:
            yield (
                f"A second instance of production differs from production in {rate(noise)} of the requests that it "
                f"answered too{_covered(report)}; that is noise, and it is subtracted request by request."
            )
    yield from _excess(report)
    yield from _limiting(report)
    yield confidence_claim(report)
    if number_or_none(report.regression_confidence):
        yield regression_claim(report)


def _excess(report: EndpointReport) -> Iterator[str]:
    match report.excess, report.excess_low, report.excess_high:
        case (Undefined(), _, _) | (_, Undefined(), _) | (_, _, Undefined()):
            yield f"How much the release adds can't be said: {_reason(report.excess)}."
        case excess, low, high:
            yield (
                f"What the release adds, the excess, is averaged over units an estimated {rate(excess)} of requests: "
                f"at least {rate(low)} and at most {rate(high)}; {rate(report.tolerated_excess)} is tolerated."
            )
            yield from _by_request(report, excess)
            yield f"Each of these two bounds is wrong {rarely(report.level)}, {ALWAYS}."
            yield from _last_day(report)


def _by_request(report: EndpointReport, excess: float) -> Iterator[str]:
    """The rate of requests, where it is another than that of sessions: a few clients may make most of the traffic."""
    match report.request_excess:
        case Undefined():
            return
        case rate_of_requests:
            low, high = sorted((abs(excess), abs(rate_of_requests)))
            if high > _FAR_APART * low and high > report.tolerated_excess:
                yield (
                    f"Counted by requests instead of units it is {rate(rate_of_requests)}: some units make far more "
                    "requests than others."
                )


def _covered(report: EndpointReport) -> str:
    match report.baseline_share:
        case Undefined():
            return ""
        case share:
            return f", which are {rate(share)} of all"


def _last_day(report: EndpointReport) -> Iterator[str]:
    """The bound of the last 24 hours, beside a promotion that rests on all of them."""
    match report.last_day_high:
        case high if not isinstance(high, Undefined) and report.verdict is Verdict.PROMOTE:
            yield f"In the last 24 hours alone it is at most {rate(high)}, a bound of this look alone."


def _reason(value: Maybe) -> str:
    reason = value.reason if isinstance(value, Undefined) else ""
    return reason or "no reason was recorded"


def _limiting(report: EndpointReport) -> Iterator[str]:
    """The limit of the confidence, where it is not the responses, whose figures stand before it."""
    limiting = report.limiting
    if limiting is None or limiting.dimension is Dimension.BODY:
        return
    match limiting.excess_low, limiting.excess_high:
        case (Undefined(), _) | (_, Undefined()):
            return
        case low, high:
            verb = "are slower than their limit" if limiting.is_latency else "fail on the shadow"
            yield (
                f"The least evidence is that of {limiting.dimension.words}: at least "
                f"{rate(low)} and at most {rate(high)} of a unit's requests {verb}, beyond those of "
                f"production; {rate(limiting.tolerated_excess)} is tolerated."
            )


def _follows(report: EndpointReport) -> Iterator[str]:
    yield _FOLLOWS[report.verdict].format(it=_IT[report.scope])
    yield from report.reasons
    if report.verdict is Verdict.HOLD:
        yield _needed(report)


def _needed(report: EndpointReport) -> str:
    match report.pairs_needed:
        case Undefined(reason=reason):
            return f"How many more pairs are needed can't be said: {reason or 'no reason given'}."
        case needed if needed <= 0:
            return "No more pairs are needed for the evidence itself."
        case needed:
            limiting = report.limiting
            kind = "like those so far" if limiting and limiting.is_latency else "without a difference"
            return f"Still needed: about {formatting.needed(needed)} effective pairs {kind}."


def _many(number: float, thing: str) -> str:
    return f"{numbers.count(number)} {thing}{'' if number == 1 else 's'}"
