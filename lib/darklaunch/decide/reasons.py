"""Why an endpoint is promoted, held or blocked: sentences that a stakeholder reads and a statistician can't fault."""

import math
from datetime import datetime, timedelta

from darklaunch.evidence.dimension import RUNGS, SHARES, Dimension
from darklaunch.score.dimension_score import DimensionScore
from darklaunch.score.endpoint_score import Score
from darklaunch.text.numbers import count, percent

_FAR_DAYS = 365


def regression(score: Score, where: str) -> str:
    """The reason for a block: the dimension that contributes most to the evidence, its bound and its limit."""
    # the evidence to block is the mean of e-values weighted by their shares
    worst = max(score.dimensions, key=lambda each: each.log_e_block + math.log(SHARES[each.dimension]))
    return f"{where} {_claim(worst, f'at least {percent(worst.excess_low)}')} {_tolerated(worst)}"


def good(score: Score, where: str) -> str:
    """What a promotion rests on."""
    response = score.response
    said = f"{where} {_claim(response, f'at most {percent(response.excess_high)}')} {_tolerated(response)}"
    others = [one.dimension.words for one in score.dimensions[1:]]
    if not others:
        return said
    listed = _listed(others)
    return f"{said} {listed[0].upper()}{listed[1:]} are within the limits too."


def not_enough(score: Score, where: str, needed: float | None, moment: datetime | None) -> str:
    """What is missing; more evidence can't help while the estimate itself is at the limit.

    Args:
        score: without the evidence to promote.
        where: such as ``Here``.
        needed: effective pairs still needed as it goes; None: it would not do.
        moment: when they are to be expected; None: nobody can say.
    """
    limiting = score.limiting
    of = "" if limiting.dimension is Dimension.BODY else f" on {limiting.dimension.words}"
    if limiting.pairs == 0 and limiting.dimension in RUNGS:
        return (
            f"{where} no {limiting.dimension.words} has been judged yet: that begins after the launch's first full day."
        )
    if limiting.excess is not None and limiting.excess >= limiting.tolerated_excess:
        return (
            f"{where} the estimated excess{of} of {percent(limiting.excess)} is not below the tolerated "
            f"{percent(limiting.tolerated_excess)}: at this rate the release will not be promoted."
        )
    if needed is None:
        return f"{where} the evidence{of} is not enough, and at this rate the release will not be promoted."
    least = f" ({count(limiting.clean_needed)} if every one is clean)" if limiting.clean_needed else ""
    when = f", at this traffic by {moment:%A %Y-%m-%d}" if moment is not None else ""
    more = f"about {count(needed)} more effective pairs are needed{least}{when}"
    return f"{where} the evidence{of} is not enough yet: {more}."


def forecast(score: Score, needed: float | None, *, days: float, until: datetime | None) -> datetime | None:
    """When the evidence to promote is to be expected; None: not at this rate, not within a year, or nobody can say.

    Args:
        score: with the traffic so far.
        needed: effective pairs still needed.
        days: of traffic seen so far.
        until: the end of what was seen; None: nothing was.
    """
    if needed is None or until is None or score.effective_pairs <= 0 or days <= 0:
        return None
    ahead = needed / (score.effective_pairs / days)
    return until + timedelta(days=ahead) if ahead <= _FAR_DAYS else None


def burst(score: Score) -> str:
    """Why mismatches that came together count less than spread ones would."""
    return (
        "Most of the mismatches came in one hour, so that the evidence is counted by hours instead of sessions: "
        f"{count(score.mismatches)} mismatches, and hours without any are still too few."
    )


def _claim(one: DimensionScore, share: str) -> str:
    match one.dimension:
        case Dimension.BODY:
            return f"the release differs from production in {share} of a session's requests, noise apart;"
        case Dimension.STATUS:
            return (
                f"the release answers with a server error, where production does not, in {share} of a session's "
                "requests more than the other way round;"
            )
        case _:
            return (
                f"{one.dimension.words} is beyond its limit: {share} more of a session's requests are slow than in "
                "production;"
            )


def _tolerated(one: DimensionScore) -> str:
    if one.dimension in RUNGS:
        return "none more is tolerated."
    return f"{percent(one.tolerated_excess)} are tolerated."


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
