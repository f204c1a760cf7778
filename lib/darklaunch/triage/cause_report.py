"""Causes of a window as the run report holds them."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from darklaunch.diff.difference import Kind
from darklaunch.diff.rules.severity import Severity
from darklaunch.text.undefined import Maybe


class Facet(str, Enum):
    """The properties by which requests are sliced; of equally telling slices the first in this order wins."""

    ATTRIBUTE = "attribute"
    HOURS = "hours"
    QUERY = "query"
    HEADER = "header"
    STATUS = "status"


LISTED: Final = 200
"""So many causes are listed."""

DETAILED: Final = 30
"""Of so many of them slices, transitions and examples are given, the first ones."""

MAXIMUM_PATHS: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class CausePath:
    """A differing path of a cause and the requests of the cause that show it."""

    path: str
    kind: Kind
    requests: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseEndpoint:
    """An endpoint of a cause, its requests that show it, and their share of its compared requests, a fraction."""

    endpoint: str
    requests: int
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceReport:
    """A value that the requests of a cause have far more often than the endpoint's other compared requests.

    Attributes:
        facet: what the value is of.
        name: of the attribute, parameter or header; None for hours and status classes.
        value: as text; hours as an ISO 8601 interval.
        inside: requests of the cause that have it.
        inside_of: requests of the cause, or of a sample of them.
        outside: other compared requests that have it.
        outside_of: other compared requests, or of a sample of them.
        share_inside: a fraction of the cause's requests.
        share_outside: a fraction of the rest.
        log_p: natural log of a bound on the probability of that by chance, before any correction.
        endpoint: whose traffic it is a part of; None in runs of early versions: the cause's ``endpoint``.
    """

    facet: Facet
    name: str | None
    value: str
    inside: int
    inside_of: int
    outside: int
    outside_of: int
    share_inside: float
    share_outside: float
    log_p: float
    endpoint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """A change of values at one path of a cause; a value is None where the arm has none."""

    path: str
    kind: Kind
    production: str | None
    shadow: str | None
    requests: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleDifference:
    """A differing path of one request; a value is None where the arm has none, or where none may be shown."""

    path: str
    kind: Kind
    production: str | None
    shadow: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseExample:
    """One request of a cause: its first differences, how many more it has, and the request as a line for a shell."""

    request_id: str
    differences: tuple[ExampleDifference, ...]
    differences_beyond: int
    curl: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseReport:
    """One change, presumably: differences that occur together on the same requests, wherever they do.

    Attributes:
        id: twelve characters that stay the same from run to run, also while the cause grows.
        endpoint: the one with the most of its requests.
        endpoints: all of them, the most requests first; empty in runs of early versions, which knew one a cause.
        everywhere: whether these are all endpoints at which something was compared.
        systematic: found in at least 99 % of the compared requests of at least 3 endpoints.
        probably_meant: systematic, and neither the status nor a whole body.
        exceeds_tolerated: alone, it shows in more requests of an endpoint than may differ there.
        paths: the most frequent first, at most ``MAXIMUM_PATHS``.
        paths_beyond: how many more there are.
        kinds: of all paths, in order of their names.
        severity: the worst of what is typical of it.
        requests: compared requests that show it; one with a wide change may show another cause beside it.
        share: of the compared requests of its endpoints, a fraction.
        share_low: lower bound of that share, Clopper and Pearson.
        share_high: upper bound.
        level: coverage of these two, for one look at them.
        failures_a_day: requests a day that would show it after a promotion.
        noise_share: of its requests, those that differ in the baseline as well.
        first_hour: start of the hour of its first request, ISO 8601.
        last_hour: start of the hour of its last request.
        variants: how many sets of differences were merged.
        unlisted_requests: differing requests of ``endpoint`` that no listed cause holds.
        detailed: whether slices, transitions and examples were looked for.
        slices: of one endpoint, most telling first, or one each of several; a systematic cause has none.
        transitions: most frequent first, path by path.
        examples: typical requests.
    """

    id: str
    endpoint: str
    paths: tuple[CausePath, ...]
    paths_beyond: int
    kinds: tuple[Kind, ...]
    severity: Severity
    requests: int
    share: float
    share_low: float
    share_high: float
    level: float
    failures_a_day: float
    noise_share: Maybe
    first_hour: str
    last_hour: str
    variants: int
    unlisted_requests: int
    detailed: bool
    slices: tuple[SliceReport, ...]
    transitions: tuple[Transition, ...]
    examples: tuple[CauseExample, ...]
    endpoints: tuple[CauseEndpoint, ...] = ()
    everywhere: bool = False
    systematic: bool = False
    probably_meant: bool = False
    exceeds_tolerated: bool = False

    @property
    def path_count(self) -> int:
        """The number of its paths, listed or not."""
        return len(self.paths) + self.paths_beyond

    @property
    def first_change(self) -> Transition | None:
        """The most frequent change of values at its first path; None: none is listed."""
        first = self.paths[0]
        at_first = (each for each in self.transitions if (each.path, each.kind) == (first.path, first.kind))
        return max(at_first, key=lambda each: each.requests, default=None)
