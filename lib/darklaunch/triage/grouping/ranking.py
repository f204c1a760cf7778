"""Ranking of causes: the worst first."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from darklaunch.triage.cause import SEVERITIES, Cause, Change
from darklaunch.triage.clustering import STATUS

_WHOLE: Final = {STATUS, "$.body"}


def ranked(
    causes: Iterable[Cause], compared: Mapping[str, int], tolerated_excess: Callable[[str], float]
) -> list[Cause]:
    """Sorts causes, the worst first.

    What noise explains comes last, for it is not the release's doing. Of the rest the more severe comes first, then
    what alone is enough to keep an endpoint from promotion, then what is probably not meant, then the more frequent.

    Args:
        causes: in any order.
        compared: requests that were compared, by endpoint.
        tolerated_excess: of an endpoint, a fraction.
    """

    def order(cause: Cause) -> tuple[object, ...]:
        exceeds = exceeds_tolerated(cause, compared, tolerated_excess)
        severity = -SEVERITIES.index(cause.severity)
        own = cause.requests * (1 - (cause.noise_share or 0))
        return (
            cause.is_noise,
            severity,
            not exceeds,
            probably_meant(cause),
            -own,
            -cause.requests,
            cause.endpoint,
            cause.id,
        )

    return sorted(causes, key=order)


def exceeds_tolerated(cause: Cause, compared: Mapping[str, int], tolerated_excess: Callable[[str], float]) -> bool:
    """Whether more requests of an endpoint show a cause than may differ there, those aside that noise explains."""
    return any(
        sum(member.requests * _own(member.answered, member.noisy) for member in members)
        > tolerated_excess(endpoint) * compared[endpoint]
        for endpoint, members in cause.endpoints.items()
    )


def _own(answered: int, noisy: int) -> float:
    return 1 - noisy / answered if answered else 1.0


def probably_meant(cause: Cause) -> bool:
    """Whether a cause is a systematic change of some part of responses; a release is not meant to fail everywhere."""
    return cause.systematic and not cause.is_noise and not _touches_whole(cause.members[0].changes)


def _touches_whole(changes: Iterable[Change]) -> bool:
    return any(change.path in _WHOLE for change in changes)
