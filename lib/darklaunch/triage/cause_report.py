"""triage: the causes of a window as ``verdict.json`` tells them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from darklaunch.stats import clopper_pearson
from darklaunch.triage.cause import Cause, Element
from darklaunch.triage.slices import Slice, format_hour

LISTED: Final = 200
"""So many causes are told."""

DETAILED: Final = 30
"""Of so many of them slices, transitions and examples are told, the first ones."""

MAXIMUM_PATHS: Final = 20
MAXIMUM_ENDPOINTS: Final = 20


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
    """What is told of the first causes only.

    Attributes:
        slices: most telling first.
        transitions: path, kind, production, shadow, requests; most frequent first.
        examples: request_id, differences, beyond, curl.
    """

    slices: tuple[Slice, ...] = ()
    transitions: tuple[Mapping[str, Any], ...] = ()
    examples: tuple[Mapping[str, Any], ...] = ()


def tell(
    causes: Sequence[Cause], traffic: Mapping[str, Traffic], details: Mapping[int, Detail], *, hours: int, level: float
) -> list[dict[str, Any]]:
    """Tells the causes as JSON-ready values.

    Args:
        causes: ranked.
        traffic: by endpoint.
        details: by a cause's place.
        hours: from the first to the last hour of the window that has requests, at least 1.
        level: of the interval of each share, which holds for one look at it.
    """
    told = causes[:LISTED]
    placed: dict[str, int] = {}
    elsewhere: dict[frozenset[Element], list[str]] = {}
    for cause in told:
        placed[cause.endpoint] = placed.get(cause.endpoint, 0) + cause.requests
        elsewhere.setdefault(cause.members[0].shape, []).append(cause.endpoint)
    return [
        {
            "id": cause.id,
            "endpoint": cause.endpoint,
            **_paths(cause),
            "severity": cause.severity.value,
            "requests": cause.requests,
            **_share(cause, traffic[cause.endpoint], hours, level),
            **_noise(cause),
            "first_hour": format_hour(min(member.first_hour for member in cause.members)),
            "last_hour": format_hour(max(member.last_hour for member in cause.members)),
            "variants": len(cause.members),
            "also_at": _also_at(cause, elsewhere[cause.members[0].shape]),
            "unlisted_requests": traffic[cause.endpoint].differing - placed[cause.endpoint],
            **_detail(details.get(place)),
        }
        for place, cause in enumerate(told)
    ]


def _paths(cause: Cause) -> dict[str, Any]:
    found = [
        {"path": element.path, "kind": element.kind, "requests": requests}
        for element, requests in cause.elements.items()
    ]
    return {
        "paths": found[:MAXIMUM_PATHS],
        "paths_beyond": max(0, len(found) - MAXIMUM_PATHS),
        "kinds": sorted({each["kind"] for each in found}),
    }


def _share(cause: Cause, traffic: Traffic, hours: int, level: float) -> dict[str, Any]:
    bounds = clopper_pearson(cause.requests, traffic.compared, level)
    if bounds is None:
        raise ValueError(f"{cause.endpoint}: a cause where nothing was compared")
    weight = sum(member.weight for member in cause.members)
    a_day = traffic.weight * 24 / hours
    return {
        "share": cause.requests / traffic.compared,
        "share_low": bounds[0],
        "share_high": bounds[1],
        "level": level,
        "failures_a_day": weight / traffic.compared_weight * a_day,
    }


def _noise(cause: Cause) -> dict[str, Any]:
    if cause.noise_share is None:
        return {"noise_share": None, "noise_share_reason": "no baseline answered here"}
    return {"noise_share": cause.noise_share}


def _also_at(cause: Cause, endpoints: Sequence[str]) -> dict[str, Any]:
    others = sorted(set(endpoints) - {cause.endpoint})
    return {"endpoints": others[:MAXIMUM_ENDPOINTS], "beyond": max(0, len(others) - MAXIMUM_ENDPOINTS)}


def _detail(detail: Detail | None) -> dict[str, Any]:
    found = detail or Detail()
    return {
        "detailed": detail is not None,
        "slices": [_slice(one) for one in found.slices],
        "transitions": [dict(one) for one in found.transitions],
        "examples": [dict(one) for one in found.examples],
    }


def _slice(one: Slice) -> dict[str, Any]:
    counts = ("inside", "inside_of", "outside", "outside_of", "share_inside", "share_outside", "log_p")
    return {
        "facet": one.facet.value,
        "name": one.name or None,
        "value": one.value,
        **{name: getattr(one, name) for name in counts},
    }
