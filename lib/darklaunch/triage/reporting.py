"""Reports of ranked causes: their endpoints, shares with their intervals, and failures a day."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from darklaunch.diff.difference import Kind
from darklaunch.stats import clopper_pearson
from darklaunch.text.undefined import Maybe, Undefined
from darklaunch.triage.cause import Cause
from darklaunch.triage.cause_report import (
    LISTED,
    MAXIMUM_PATHS,
    CauseEndpoint,
    CauseExample,
    CausePath,
    CauseReport,
    SliceReport,
    Transition,
)
from darklaunch.triage.grouping.ranking import exceeds_tolerated, probably_meant
from darklaunch.triage.slices import Slice, format_hour


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """The requests of one endpoint in a window.

    Attributes:
        compared: those whose answers were compared.
        compared_weight: requests they stand for.
        weight: requests that all captured ones stand for, compared or not.
        differing: compared ones with a difference that counts.
    """

    compared: int
    compared_weight: float
    weight: float
    differing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """Slices, transitions and examples of one of the first causes; see ``CauseReport``."""

    slices: tuple[Slice, ...] = ()
    transitions: tuple[Transition, ...] = ()
    examples: tuple[CauseExample, ...] = ()


def report_causes(
    causes: Sequence[Cause],
    traffic: Mapping[str, Traffic],
    details: Mapping[int, Detail],
    *,
    hours: int,
    level: float,
    tolerated_excess: Callable[[str], float],
) -> tuple[CauseReport, ...]:
    """Reports the first causes.

    Args:
        causes: ranked.
        traffic: by endpoint.
        details: by a cause's place.
        hours: from the first to the last hour of the window that has requests, at least 1.
        level: of the interval of each share, which holds for one look at it.
        tolerated_excess: of an endpoint, a fraction.
    """
    listed = causes[:LISTED]
    # a request that shows several causes is listed once
    requests = {
        key: (member.endpoint, n) for cause in listed for member in cause.members for key, n in member.keys.items()
    }
    listed_requests: dict[str, int] = {}
    for endpoint, number in requests.values():
        listed_requests[endpoint] = listed_requests.get(endpoint, 0) + number
    compared = {endpoint: each.compared for endpoint, each in traffic.items()}
    return tuple(
        _report(
            cause,
            traffic,
            details.get(place),
            hours=hours,
            level=level,
            listed_requests=listed_requests[cause.endpoint],
            exceeds=exceeds_tolerated(cause, compared, tolerated_excess),
        )
        for place, cause in enumerate(listed)
    )


def _report(
    cause: Cause,
    traffic: Mapping[str, Traffic],
    detail: Detail | None,
    *,
    hours: int,
    level: float,
    listed_requests: int,
    exceeds: bool,
) -> CauseReport:
    compared = sum(traffic[endpoint].compared for endpoint in cause.endpoints)
    # a cause has requests, and all of them were compared
    low, high = clopper_pearson(cause.requests, compared, level) or (0.0, 1.0)
    paths = _paths(cause)
    details = detail or Detail()
    return CauseReport(
        id=cause.id,
        endpoint=cause.endpoint,
        endpoints=tuple(_endpoints(cause, traffic)),
        everywhere=len(cause.endpoints) == sum(each.compared > 0 for each in traffic.values()),
        systematic=cause.systematic and not cause.is_noise,
        probably_meant=probably_meant(cause),
        exceeds_tolerated=exceeds,
        paths=paths[:MAXIMUM_PATHS],
        paths_beyond=max(0, len(paths) - MAXIMUM_PATHS),
        kinds=tuple(sorted({path.kind for path in paths}, key=lambda kind: kind.value)),
        severity=cause.severity,
        requests=cause.requests,
        share=cause.requests / compared,
        share_low=low,
        share_high=high,
        level=level,
        failures_a_day=sum(_failures_a_day(cause, traffic, hours)),
        noise_share=_noise_share(cause),
        first_hour=format_hour(min(member.first_hour for member in cause.members)),
        last_hour=format_hour(max(member.last_hour for member in cause.members)),
        variants=len({member.changes for member in cause.members}),
        unlisted_requests=traffic[cause.endpoint].differing - listed_requests,
        detailed=detail is not None,
        slices=tuple(_slice(each) for each in details.slices),
        transitions=details.transitions,
        examples=details.examples,
    )


def _endpoints(cause: Cause, traffic: Mapping[str, Traffic]) -> Iterator[CauseEndpoint]:
    for endpoint, members in cause.endpoints.items():
        requests = sum(member.requests for member in members)
        yield CauseEndpoint(endpoint=endpoint, requests=requests, share=requests / traffic[endpoint].compared)


def _failures_a_day(cause: Cause, traffic: Mapping[str, Traffic], hours: int) -> Iterator[float]:
    for endpoint, members in cause.endpoints.items():
        at = traffic[endpoint]
        yield sum(member.weight for member in members) / at.compared_weight * at.weight * 24 / hours


def _paths(cause: Cause) -> tuple[CausePath, ...]:
    return tuple(
        CausePath(path=place.path, kind=Kind(place.kind), requests=requests) for place, requests in cause.places.items()
    )


def _noise_share(cause: Cause) -> Maybe:
    return Undefined("no baseline answered here") if cause.noise_share is None else cause.noise_share


def _slice(telling: Slice) -> SliceReport:
    return SliceReport(
        facet=telling.facet,
        name=telling.name or None,
        value=telling.value,
        inside=telling.inside,
        inside_of=telling.inside_of,
        outside=telling.outside,
        outside_of=telling.outside_of,
        share_inside=telling.share_inside,
        share_outside=telling.share_outside,
        log_p=telling.log_p,
        endpoint=telling.endpoint,
    )
