"""Looking for the slices of a cause, with a correction for how many were tried."""

from collections.abc import Mapping, Sequence
from math import log
from typing import Final

from darklaunch.core.causes import Cause
from darklaunch.core.slices import Facet, Slice, Tallies, Tally, log_tail, moment

MINIMUM_GAP: Final = 0.2
"""How much larger the share inside a cause has to be than outside."""

MAXIMUM_SLICES: Final = 3


def slices(causes: Sequence[Cause], tallies: Mapping[str, Tallies], alpha: float) -> list[tuple[Slice, ...]]:
    """Finds the slices of some causes that chance does not explain, given how many were tried (Bonferroni).

    Args:
        causes: in their places.
        tallies: by endpoint.
        alpha: the chance that any slice at all is told by mistake.

    Returns:
        Up to ``MAXIMUM_SLICES`` for each cause, most telling first: those with the largest gap.
    """
    tried = [_tried(place, tallies[cause.endpoint]) for place, cause in enumerate(causes)]
    threshold = log(alpha) - log(max(1, sum(count for count, _ in tried)))
    return [
        tuple(sorted((one for one in found if one.log_p <= threshold), key=_order))[:MAXIMUM_SLICES]
        for _, found in tried
    ]


def _tried(cause: int, here: Tallies) -> tuple[int, list[Slice]]:
    """How many values and ranges of hours one cause has been tried on, and those with a gap."""
    of = here.of(cause)
    if 0 in of:
        # without a rest there is nothing to compare with
        return 0, []
    # a value that all requests have tells nothing
    varying = [tally for tally in here.values if tally.of(cause) != of]
    ranges = [_best_range(cause, of, here.hours)] if len(here.hours) > 1 else []
    found = [_slice(tally, cause, of) for tally in (*varying, *ranges)]
    count = len(varying) + len(ranges) * (len(here.hours) * (len(here.hours) + 1) // 2)
    return count, [one for one in found if one.gap >= MINIMUM_GAP]


def _order(one: Slice) -> tuple[float, int, str, str]:
    # a gap of floats may differ in the last digit for equally telling slices
    return -round(one.gap, 9), list(Facet).index(one.facet), one.name, one.value


def _slice(tally: Tally, cause: int, of: tuple[int, int]) -> Slice:
    inside, outside = tally.of(cause)
    return Slice(
        facet=tally.facet,
        name=tally.name,
        value=tally.value,
        inside=inside,
        inside_of=of[0],
        outside=outside,
        outside_of=of[1],
        log_p=log_tail(inside, of[0], inside + outside, sum(of)),
    )


def _best_range(cause: int, of: tuple[int, int], hours: Mapping[int, Tally]) -> Tally:
    """The consecutive hours with the largest gap, which is a sum over them (Kadane's maximum subarray)."""
    order = sorted(hours)
    best, start, running = (float("-inf"), order[0], order[0]), order[0], 0.0
    for hour in order:
        inside, outside = hours[hour].of(cause)
        if running <= 0:
            start, running = hour, 0.0
        running += inside / of[0] - outside / of[1]
        if running > best[0]:
            best = (running, start, hour)
    within = [hours[hour].of(cause) for hour in order if best[1] <= hour <= best[2]]
    return Tally(
        facet=Facet.HOURS,
        name="",
        value=f"{moment(best[1])}/{moment(best[2] + 1)}",
        inside={cause: sum(inside for inside, _ in within)},
        outside={cause: sum(outside for _, outside in within)},
    )
