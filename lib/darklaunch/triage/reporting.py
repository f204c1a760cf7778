"""Reports of ranked causes: shares with their intervals, failures a day, and where else the same differs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from darklaunch.diff.difference import Kind
from darklaunch.stats import clopper_pearson
from darklaunch.text.undefined import Maybe, Undefined
from darklaunch.triage.cause import Cause, Element
from darklaunch.triage.cause_report import (
    LISTED,
    MAXIMUM_ENDPOINTS,
    MAXIMUM_PATHS,
    AlsoAt,
    CauseExample,
    CausePath,
    CauseReport,
    SliceReport,
    Transition,
)
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
    causes: Sequence[Cause], traffic: Mapping[str, Traffic], details: Mapping[int, Detail], *, hours: int, level: float
) -> tuple[CauseReport, ...]:
    """Reports the first causes.

    Args:
        causes: ranked.
        traffic: by endpoint.
        details: by a cause's place.
        hours: from the first to the last hour of the window that has requests, at least 1.
        level: of the interval of each share, which holds for one look at it.
    """
    listed = causes[:LISTED]
    requests: dict[str, int] = {}
    endpoints: dict[frozenset[Element], list[str]] = {}
    for cause in listed:
        requests[cause.endpoint] = requests.get(cause.endpoint, 0) + cause.requests
        endpoints.setdefault(cause.members[0].shape, []).append(cause.endpoint)
    return tuple(
        _report(
            cause,
            traffic[cause.endpoint],
            details.get(place),
            hours=hours,
            level=level,
            also_at=_also_at(cause, endpoints[cause.members[0].shape]),
            listed_requests=requests[cause.endpoint],
        )
        for place, cause in enumerate(listed)
    )


def _report(
    cause: Cause,
    traffic: Traffic,
    detail: Detail | None,
    *,
    hours: int,
    level: float,
    also_at: AlsoAt,
    listed_requests: int,
) -> CauseReport:
    bounds = clopper_pearson(cause.requests, traffic.compared, level)
    if bounds is None:
        raise ValueError(f"{cause.endpoint}: a cause where nothing was compared")
    weight = sum(member.weight for member in cause.members)
    a_day = traffic.weight * 24 / hours
    paths = _paths(cause)
    details = detail or Detail()
    return CauseReport(
        id=cause.id,
        endpoint=cause.endpoint,
        paths=paths[:MAXIMUM_PATHS],
        paths_beyond=max(0, len(paths) - MAXIMUM_PATHS),
        kinds=tuple(sorted({path.kind for path in paths}, key=lambda kind: kind.value)),
        severity=cause.severity,
        requests=cause.requests,
        share=cause.requests / traffic.compared,
        share_low=bounds[0],
        share_high=bounds[1],
        level=level,
        failures_a_day=weight / traffic.compared_weight * a_day,
        noise_share=_noise_share(cause),
        first_hour=format_hour(min(member.first_hour for member in cause.members)),
        last_hour=format_hour(max(member.last_hour for member in cause.members)),
        variants=len(cause.members),
        also_at=also_at,
        unlisted_requests=traffic.differing - listed_requests,
        detailed=detail is not None,
        slices=tuple(_slice(each) for each in details.slices),
        transitions=details.transitions,
        examples=details.examples,
    )


def _paths(cause: Cause) -> tuple[CausePath, ...]:
    return tuple(
        CausePath(path=element.path, kind=Kind(element.kind), requests=requests)
        for element, requests in cause.elements.items()
    )


def _noise_share(cause: Cause) -> Maybe:
    return Undefined("no baseline answered here") if cause.noise_share is None else cause.noise_share


def _also_at(cause: Cause, endpoints: Sequence[str]) -> AlsoAt:
    others = sorted(set(endpoints) - {cause.endpoint})
    return AlsoAt(endpoints=tuple(others[:MAXIMUM_ENDPOINTS]), beyond=max(0, len(others) - MAXIMUM_ENDPOINTS))


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
    )
