"""Identity of causes from run to run: which causes of two runs are one, and the ids that are kept.

A hash of a signature changes when the signature grows, and a hash of less would be shared by different bugs. So a cause
has the id of the cause of the launch's last look that it overlaps the most; only one without such a forerunner gets a
hash of its own signature.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from darklaunch.triage.cause import Change, digest, path_shape
from darklaunch.triage.cause_report import CauseReport

_COMMON: Final = 2 / 3
"""Two causes may be one if they share this much of the smaller signature; chosen by judgement."""


def same_causes(before: Sequence[CauseReport], after: Sequence[CauseReport]) -> dict[int, int]:
    """The place in the earlier run of each cause of the later one that was there already.

    They share an endpoint and two thirds of the smaller signature; each is matched once, the most similar first.

    Args:
        before: causes of the earlier run.
        after: causes of the later run.
    """
    earlier = [(_changes(cause), _endpoints(cause)) for cause in before]
    scored: list[tuple[float, int, int]] = []
    for place, cause in enumerate(after):
        changes, endpoints = _changes(cause), _endpoints(cause)
        for former, (other_changes, other_endpoints) in enumerate(earlier):
            common = len(changes & other_changes)
            if common < _COMMON * min(len(changes), len(other_changes)) or not endpoints & other_endpoints:
                continue
            similar = common / len(changes | other_changes)
            similar += len(endpoints & other_endpoints) / len(endpoints | other_endpoints)
            scored.append((-similar, former, place))
    matched: dict[int, int] = {}
    for _, former, place in sorted(scored):
        if place not in matched and former not in matched.values():
            matched[place] = former
    return matched


def _changes(cause: CauseReport) -> frozenset[Change]:
    return frozenset(Change(path_shape(path.path), path.kind.value) for path in cause.paths)


def _endpoints(cause: CauseReport) -> frozenset[str]:
    return frozenset(each.endpoint for each in cause.endpoints) or frozenset({cause.endpoint})


def with_kept_ids(causes: Sequence[CauseReport], earlier: Iterable[CauseReport]) -> tuple[CauseReport, ...]:
    """The causes of a run, with the ids that they had at the launch's last look.

    Args:
        causes: with ids of their own.
        earlier: of the last look.
    """
    former = list(earlier)
    matched = same_causes(former, causes)
    used = {former[place].id for place in matched.values()}
    kept: list[CauseReport] = []
    for place, cause in enumerate(causes):
        name = former[matched[place]].id if place in matched else _free(cause.id, used)
        used.add(name)
        kept.append(replace(cause, id=name))
    return tuple(kept)


def _free(name: str, used: set[str]) -> str:
    """An id that no other cause has."""
    while name in used:
        name = digest(name)
    return name
