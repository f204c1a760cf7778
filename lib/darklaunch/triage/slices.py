"""Slices: parts of an endpoint's traffic that show a cause far more often than the rest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from itertools import chain
from math import log
from typing import Final

from darklaunch.triage.cause import Cause
from darklaunch.triage.cause_report import Facet


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetCounts:
    """Numbers of the compared requests of one endpoint that have a value, by cause.

    Attributes:
        facet: the kind of the value.
        name: of the attribute, parameter or header; empty for hours and status classes.
        value: as text; hours as an ISO 8601 interval.
        inside: requests with it that show a cause, by the cause's index.
        outside: requests with it that don't show the cause, by the cause's index.
    """

    facet: Facet
    name: str
    value: str
    inside: Mapping[int, int]
    outside: Mapping[int, int]

    def of(self, cause: int) -> tuple[int, int]:
        """Requests with it that show a cause, and those that don't."""
        return self.inside.get(cause, 0), self.outside.get(cause, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointFacets:
    """The counts of one endpoint by facet.

    Attributes:
        values: the counts of single values.
        hours: the counts of hours since 1970, of which each request has one.
    """

    values: tuple[FacetCounts, ...]
    hours: Mapping[int, FacetCounts]

    def of(self, cause: int) -> tuple[int, int]:
        """All requests that show a cause, and all that don't."""
        pairs = [counts.of(cause) for counts in self.hours.values()]
        return sum(inside for inside, _ in pairs), sum(outside for _, outside in pairs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """A value that the requests of a cause have far more often than the endpoint's other compared requests.

    Attributes:
        endpoint: whose traffic it is a part of.
        facet: the kind of the value.
        name: of the attribute, parameter or header.
        value: as text.
        inside: requests of the cause that have it.
        inside_of: requests of the cause, or of a sample of them, at least one.
        outside: other compared requests that have it.
        outside_of: other compared requests, or of a sample of them, at least one.
        log_p: natural log of a bound on the probability of that by chance, before any correction.
    """

    endpoint: str
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
        """Youden's J (1950): the difference of the shares, 1 where the value separates the cause from the rest."""
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


def _divergence(observed: float, expected: float) -> float:
    """The Kullback-Leibler divergence of two coins, in nats."""
    rest = (1 - observed) * log((1 - observed) / (1 - expected)) if observed < 1 else 0.0
    return observed * log(observed / expected) + rest if observed > 0 else rest


def format_hour(hour: int) -> str:
    """The start of an hour since 1970 as ISO 8601."""
    return datetime.fromtimestamp(3600 * hour, tz=timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


MINIMUM_GAP: Final = 0.2
"""Least gap of a slice: below it a value is common outside of the cause too. Chosen by judgement."""

MAXIMUM_SLICES: Final = 3

MAXIMUM_ENDPOINTS: Final = 10
"""Endpoints of a cause whose traffic is sliced, those with the most of its requests."""


def sliced_endpoints(cause: Cause) -> tuple[str, ...]:
    """The endpoints of a cause whose traffic is sliced; none of a systematic one, which all their traffic shows."""
    return () if cause.systematic else tuple(cause.endpoints)[:MAXIMUM_ENDPOINTS]


def find_slices(causes: Sequence[Cause], facets: Mapping[str, EndpointFacets], alpha: float) -> list[tuple[Slice, ...]]:
    """Finds the slices of some causes that chance does not explain, given how many were tried (Bonferroni).

    Args:
        causes: in the order of their indices.
        facets: counts by endpoint.
        alpha: the chance that any slice at all is reported by mistake.

    Returns:
        For each cause those with the largest gap: up to ``MAXIMUM_SLICES`` of one endpoint, one each of several.
    """
    candidates = [
        [_candidates(index, endpoint, facets[endpoint]) for endpoint in sliced_endpoints(cause)]
        for index, cause in enumerate(causes)
    ]
    tried = sum(tried for by_endpoint in candidates for tried, _ in by_endpoint)
    threshold = log(alpha) - log(max(1, tried))
    return [_first(by_endpoint, threshold) for by_endpoint in candidates]


def _first(by_endpoint: Sequence[tuple[int, list[Slice]]], threshold: float) -> tuple[Slice, ...]:
    """The slices to report of a cause, by its endpoints."""
    each_has = MAXIMUM_SLICES if len(by_endpoint) == 1 else 1
    ranked = [sorted((each for each in slices if each.log_p <= threshold), key=_rank) for _, slices in by_endpoint]
    return tuple(chain.from_iterable(slices[:each_has] for slices in ranked))


def _candidates(cause: int, endpoint: str, facets: EndpointFacets) -> tuple[int, list[Slice]]:
    """The number of values and ranges of hours that a cause was tried on at an endpoint, and those with a gap."""
    totals = facets.of(cause)
    if 0 in totals:
        # without a rest there is nothing to compare with
        return 0, []
    # a value that all requests have separates nothing
    varying = [counts for counts in facets.values if counts.of(cause) != totals]
    ranges = [_best_range(cause, totals, facets.hours)] if len(facets.hours) > 1 else []
    slices = [_slice(endpoint, counts, cause, totals) for counts in (*varying, *ranges)]
    tried = len(varying) + len(ranges) * (len(facets.hours) * (len(facets.hours) + 1) // 2)
    return tried, [each for each in slices if each.gap >= MINIMUM_GAP]


def _rank(candidate: Slice) -> tuple[float, int, str, str]:
    # equal gaps may differ in the last digit as floats
    return -round(candidate.gap, 9), list(Facet).index(candidate.facet), candidate.name, candidate.value


def _slice(endpoint: str, counts: FacetCounts, cause: int, totals: tuple[int, int]) -> Slice:
    inside, outside = counts.of(cause)
    return Slice(
        endpoint=endpoint,
        facet=counts.facet,
        name=counts.name,
        value=counts.value,
        inside=inside,
        inside_of=totals[0],
        outside=outside,
        outside_of=totals[1],
        log_p=log_tail(inside, totals[0], inside + outside, sum(totals)),
    )


def _best_range(cause: int, totals: tuple[int, int], hours: Mapping[int, FacetCounts]) -> FacetCounts:
    """The consecutive hours with the largest gap, which is a sum over them (Kadane's maximum subarray)."""
    order = sorted(hours)
    best, start, running = (float("-inf"), order[0], order[0]), order[0], 0.0
    for hour in order:
        inside, outside = hours[hour].of(cause)
        if running <= 0:
            start, running = hour, 0.0
        running += inside / totals[0] - outside / totals[1]
        if running > best[0]:
            best = (running, start, hour)
    within = [hours[hour].of(cause) for hour in order if best[1] <= hour <= best[2]]
    return FacetCounts(
        facet=Facet.HOURS,
        name="",
        value=f"{format_hour(best[1])}/{format_hour(best[2] + 1)}",
        inside={cause: sum(inside for inside, _ in within)},
        outside={cause: sum(outside for _, outside in within)},
    )
