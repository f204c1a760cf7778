"""Slices: the part of an endpoint's traffic that shows a cause far more often than the rest."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from enum import Enum
from math import log


class Facet(str, Enum):
    """What requests are sliced by; of equally telling slices the one that stands first here is told first."""

    ATTRIBUTE = "attribute"
    HOURS = "hours"
    QUERY = "query"
    HEADER = "header"
    STATUS = "status"


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
