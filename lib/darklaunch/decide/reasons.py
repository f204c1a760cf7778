"""Reasons of verdicts in sentences, readable for stakeholders and exact for statisticians."""

import math
from datetime import datetime, timedelta
from typing import Final

from darklaunch.decide.verdict import WORSE_SINCE
from darklaunch.evidence.dimension import RUNGS, SHARES, Dimension
from darklaunch.score.dimension_score import DimensionScore
from darklaunch.score.endpoint_score import EndpointScore
from darklaunch.text.numbers import rate, rounded_up

_FAR_DAYS: Final = 365
"""Days beyond which no date is forecast: traffic and releases change before."""


def regression(score: EndpointScore, scope: str) -> str:
    """The reason for a block: the dimension that contributes most to the evidence, its bound and its limit."""
    # the evidence to block is the mean of e-values weighted by their shares
    worst = max(score.dimensions, key=lambda each: each.log_e_block + math.log(SHARES[each.dimension]))
    if worst.log_e_stretch > worst.log_e_whole_days:
        return worse_since(score)
    # the last hours may be better than the days before, which are judged
    least = worst.excess_low
    if least <= worst.tolerated_excess:
        least = worst.whole_days.lower(worst.alpha)
    return f"{scope} {_claim(worst, f'at least {rate(least)}')} {_tolerated(worst)}"


def worse_since(score: EndpointScore) -> str:
    """The reason for a hold, or a block, because of the last hours: since when, and how much worse at least."""
    worst = max(score.dimensions, key=lambda each: each.log_e_late + math.log(SHARES[each.dimension]))
    stretch = worst.worse_since()
    if stretch is None:
        raise ValueError(f"{score.endpoint}: nothing is worse: ask only where there is evidence of it")
    share = f"at least {rate(stretch.at_least)}"
    if stretch.at_least <= worst.tolerated_excess:
        share = "more than is tolerated"
    match worst.dimension:
        case Dimension.BODY:
            what = f"{share} of a session's requests differ;"
        case Dimension.STATUS:
            what = f"{share} of a session's requests fail with a server error where the reference does not;"
        case Dimension.VOLATILE:
            what = f"at learned paths, {share} of a session's requests differ in the shadow alone;"
        case Dimension.LEVEL_HIGHER | Dimension.LEVEL_LOWER:
            side = "higher" if worst.dimension is Dimension.LEVEL_HIGHER else "lower"
            what = f"volatile numbers are {side} than the baseline's in {share} more of a session's requests;"
        case _:
            what = f"{worst.dimension.words} is beyond its limit in {share} of a session's requests;"
    return f"{WORSE_SINCE}{stretch.hour:%A %Y-%m-%d %H:%M} UTC: {what} {_tolerated(worst)}"


def promotion(score: EndpointScore, scope: str) -> str:
    """The reason for a promotion: the bound on the excess of the responses, and the other dimensions."""
    response = score.response
    claim = f"{scope} {_claim(response, f'at most {rate(response.excess_high)}')} {_tolerated(response)}"
    unseen = 0.0 if score.completeness is None else 1.0 - score.completeness
    if unseen > score.tolerated_excess:
        claim += (
            f" For {rate(unseen)} of the requests no shadow's answer could be compared; nothing is claimed about them."
        )
    others = list(dict.fromkeys(each.dimension.words for each in score.dimensions[1:]))
    if not others:
        return claim
    listed = _listed(others)
    return f"{claim} {listed[0].upper()}{listed[1:]} are within the limits too."


def insufficient_evidence(score: EndpointScore, scope: str, needed: float | None, expected: datetime | None) -> str:
    """The evidence that is missing; more of it can't help while the estimate itself is at the limit.

    Args:
        score: without the evidence to promote.
        scope: ``Here`` or ``Over all endpoints``, the beginning of the sentence.
        needed: effective pairs still needed at the present rate; None: no number would do.
        expected: the time at which they are expected; None: unknown.
    """
    limiting = score.limiting
    of = "" if limiting.dimension is Dimension.BODY else f" on {limiting.dimension.words}"
    if limiting.unjudged is not None:
        return limiting.unjudged
    if limiting.excess is not None and limiting.excess >= limiting.tolerated_excess:
        return (
            f"{scope} the estimated excess{of} of {rate(limiting.excess)} is not below the tolerated "
            f"{rate(limiting.tolerated_excess)}: at this rate the release will not be promoted."
        )
    if needed is None:
        return f"{scope} the evidence{of} is not enough, and at this rate the release will not be promoted."
    least = f" ({rounded_up(limiting.clean_needed)} if every one is clean)" if limiting.clean_needed else ""
    when = f", at this traffic by {expected:%A %Y-%m-%d}" if expected is not None else ""
    more = f"about {rounded_up(needed)} more effective pairs are needed{least}{when}"
    return f"{scope} the evidence{of} is not enough yet: {more}."


def forecast(score: EndpointScore, needed: float | None, *, days: float, until: datetime | None) -> datetime | None:
    """The time at which the evidence to promote is expected at the present traffic.

    Args:
        score: with the traffic so far.
        needed: effective pairs still needed.
        days: of traffic seen so far.
        until: the end of the last hour seen; None: none was.

    Returns:
        None where it is not expected at this rate or within a year, or where there was no traffic to tell by.
    """
    if needed is None or until is None or score.effective_pairs <= 0 or days <= 0:
        return None
    ahead = needed / (score.effective_pairs / days)
    return until + timedelta(days=ahead) if ahead <= _FAR_DAYS else None


def _claim(score: DimensionScore, share: str) -> str:
    match score.dimension:
        case Dimension.BODY:
            return f"the release differs from production in {share} of a session's requests, noise apart;"
        case Dimension.STATUS:
            return (
                f"the release answers with a server error, where production does not, in {share} of a session's "
                "requests more than the other way round;"
            )
        case Dimension.VOLATILE:
            return f"values at learned paths differ in the shadow alone in {share} of a session's requests;"
        case Dimension.LEVEL_HIGHER | Dimension.LEVEL_LOWER:
            side = "higher" if score.dimension is Dimension.LEVEL_HIGHER else "lower"
            return f"numbers at learned paths are {side} than the baseline's in {share} more of a session's requests;"
        case _:
            return (
                f"{score.dimension.words} is beyond its limit: {share} more of a session's requests are slow than in "
                "production;"
            )


def _tolerated(score: DimensionScore) -> str:
    if score.dimension in RUNGS:
        return "none more is tolerated."
    return f"{rate(score.tolerated_excess)} are tolerated."


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
