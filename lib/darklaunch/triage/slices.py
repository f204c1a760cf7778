"""Slices: the part of an endpoint's traffic that shows a cause far more often than the rest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from math import log
from typing import Final

from darklaunch.triage.cause import Cause
from darklaunch.triage.facet import Facet


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many compared requests of one endpoint have a value, of each cause and of the rest.

    Attributes:
        facet: what the value is of.
        name: of the attribute, parameter or header; empty for hours and status classes.
        value: as text; hours as an ISO 8601 interval.
        inside: requests with it by the place of their cause.
        outside: requests with it that are not of this cause, by the cause's place.
    """

    facet: Facet
    name: str
    value: str
    inside: Mapping[int, int]
    outside: Mapping[int, int]

    def of(self, cause: int) -> tuple[int, int]:
        """Requests with it inside and outside of a cause."""
        return self.inside.get(cause, 0), self.outside.get(cause, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tallies:
    """The tallies of one endpoint: of single values, and of hours since 1970, of which each request has one."""

    values: list[Tally]
    hours: dict[int, Tally]

    def of(self, cause: int) -> tuple[int, int]:
        """Requests looked at inside and outside of a cause."""
        pairs = [tally.of(cause) for tally in self.hours.values()]
        return sum(inside for inside, _ in pairs), sum(outside for _, outside in pairs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """A value that the requests of a cause have far more often than the endpoint's other compared requests.

    Attributes:
        facet: what the value is of.
        name: of the attribute, parameter or header.
        value: as text.
        inside: requests of the cause that have it.
        inside_of: requests of the cause, or of a sample of them, at least one.
        outside: other compared requests that have it.
        outside_of: other compared requests, or of a sample of them, at least one.
        log_p: natural log of a bound on the probability of that by chance, before any correction.
    """

    facet: Facet
    name: str
    value: str
    inside: int
    inside_of: int
    outside: int
    outside_of: int
    log_p: float

    @property
    def share_inside(self) -> float:
        """A fraction of the cause's requests."""
        return self.inside / self.inside_of

    @property
    def share_outside(self) -> float:
        """A fraction of the rest."""
        return self.outside / self.outside_of

    @property
    def gap(self) -> float:
        """How well it tells the cause from the rest: 1 perfectly, 0 not at all (Youden's J)."""
        return self.share_inside - self.share_outside


def log_tail(inside: int, inside_of: int, requests: int, total: int) -> float:
    """Bounds the log probability that ``inside`` or more of ``inside_of`` requests drawn at random have a value.

    The bound of Hoeffding (1963, section 6) for draws without replacement, which never lies below the tail of the
    hypergeometric distribution that Fisher's exact test adds up. Either of the two sets may be taken for the drawn
    one, and the smaller bound holds.

    Args:
        inside: drawn requests that have it.
        inside_of: drawn requests.
        requests: all requests that have it.
        total: all requests.
    """
    if inside * total <= inside_of * requests:
        return 0.0
    return min(
        -inside_of * _divergence(inside / inside_of, requests / total),
        -requests * _divergence(inside / requests, inside_of / total),
    )


def _divergence(found: float, expected: float) -> float:
    """The Kullback-Leibler divergence of two coins, in nats."""
    lost = (1 - found) * log((1 - found) / (1 - expected)) if found < 1 else 0.0
    return found * log(found / expected) + lost if found > 0 else lost


def moment(hour: int) -> str:
    """The start of an hour since 1970 as ISO 8601."""
    return datetime.fromtimestamp(3600 * hour, tz=timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


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
