"""Wide changes: those that many endpoints show alike, taken out so that what else differs is told apart from them.

A request whose header changed in all responses and that lost its results shows two changes. Taken as one set, each
endpoint would tell the header again, with whatever else differs there. So a wide change becomes a cause of its own, and
the rest of a request's differences is grouped as if there were no wide change; the request then counts in both.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import numpy as np

from darklaunch.triage.cause import SEVERITIES, Cause, Change, Signature, merge
from darklaunch.triage.clustering import STATUS, is_rare_extra

SYSTEMATIC_SHARE: Final = 0.99
"""A change found in at least this share of the compared requests of an endpoint is found in all, as it were."""

WIDE_ENDPOINTS: Final = 3
"""So many endpoints make a change a wide one."""

_TOGETHER: Final = 0.9
"""Systematic changes are one from this Jaccard index of their requests; chosen by judgement."""


def take_out_systematic(
    signatures: Sequence[Signature], compared: Mapping[str, int]
) -> tuple[list[Cause], list[Signature]]:
    """Takes systematic changes out of signatures, wherever they show.

    What differs on an error page follows from the error: where the status itself is systematic, the rest of such a
    request is told with it.

    Args:
        signatures: of all endpoints.
        compared: requests that were compared, by endpoint.

    Returns:
        The causes that are systematic, and the signatures of what is left.
    """
    groups = _together(_systematic(signatures, compared), signatures)
    if not groups:
        return [], list(signatures)
    every = frozenset[Change]().union(*groups)
    parts: list[list[Signature]] = [[] for _ in groups]
    left: list[Signature] = []
    for signature in signatures:
        rest = signature.changes - every
        for place, group in enumerate(groups):
            shown = signature.changes & group
            if shown and any(change.path == STATUS for change in shown):
                shown, rest = shown | rest, frozenset()
            if shown:
                parts[place].append(signature.part(shown))
        if rest:
            left.append(signature.part(rest))
    members = [sorted(same_sets_merged(part), key=Signature.rank) for part in parts]
    causes = [Cause(members=tuple(each), systematic=True) for each in members]
    return causes, same_sets_merged(left)


def _systematic(signatures: Iterable[Signature], compared: Mapping[str, int]) -> set[Change]:
    requests: dict[tuple[Change, str], int] = {}
    for signature in signatures:
        for change in signature.changes:
            key = change, signature.endpoint
            requests[key] = requests.get(key, 0) + signature.requests
    endpoints: dict[Change, int] = {}
    for (change, endpoint), number in requests.items():
        if number >= SYSTEMATIC_SHARE * compared[endpoint]:
            endpoints[change] = endpoints.get(change, 0) + 1
    return {change for change, number in endpoints.items() if number >= WIDE_ENDPOINTS}


def _together(changes: Iterable[Change], signatures: Sequence[Signature]) -> list[frozenset[Change]]:
    """Groups of changes that nearly the same requests show, by greedy leader clustering."""
    ordered = sorted(changes)
    places = {change: place for place, change in enumerate(ordered)}
    shows = np.zeros((len(ordered), len(signatures)))
    for column, signature in enumerate(signatures):
        shows[[places[change] for change in signature.changes if change in places], column] = 1.0
    both = (shows * [float(signature.requests) for signature in signatures]) @ shows.T
    alone = np.diag(both)
    groups: list[list[int]] = []
    for place in sorted(places.values(), key=lambda each: (-alone[each], ordered[each])):
        for group in groups:
            shared = both[place, group[0]]
            if shared >= _TOGETHER * (alone[place] + alone[group[0]] - shared):
                group.append(place)
                break
        else:
            groups.append([place])
    return [frozenset(ordered[place] for place in group) for group in groups]


def same_sets_merged(signatures: Iterable[Signature]) -> list[Signature]:
    """One signature for each set of changes of an endpoint."""
    groups: dict[tuple[str, frozenset[Change]], list[Signature]] = {}
    for signature in signatures:
        groups.setdefault((signature.endpoint, signature.changes), []).append(signature)
    return [merge(group) if len(group) > 1 else group[0] for group in groups.values()]


def take_apart(signatures: Sequence[Signature]) -> list[Signature]:
    """Takes sets of changes that several endpoints show alone out of larger ones, in which they are a part.

    A set is taken out at endpoints at which more requests show it alone than with just these others, so that it does
    not follow from them. An error page stays whole, and so does a set with a rare extra, which is a variant.
    """
    by_endpoint: dict[str, dict[frozenset[Change], Signature]] = {}
    for signature in same_sets_merged(signatures):
        by_endpoint.setdefault(signature.endpoint, {})[signature.changes] = signature
    endpoints: dict[frozenset[Change], int] = {}
    for sets in by_endpoint.values():
        for changes in sets:
            endpoints[changes] = endpoints.get(changes, 0) + 1
    wide = [
        changes
        for changes, number in sorted(endpoints.items(), key=lambda item: (-item[1], len(item[0]), sorted(item[0])))
        if number >= WIDE_ENDPOINTS and not _touches_status(changes)
    ]
    return [part for sets in by_endpoint.values() for part in _apart(sets, wide)]


def _apart(sets: Mapping[frozenset[Change], Signature], wide: Sequence[frozenset[Change]]) -> list[Signature]:
    """The signatures of an endpoint, larger ones in parts."""
    alone = [changes for changes in wide if changes in sets]
    parts: list[Signature] = []
    for changes, signature in sets.items():
        rest = changes
        for part in alone:
            if part < rest and not _touches_status(rest) and _stands_beside(sets[part], signature, rest - part):
                parts.append(signature.part(part))
                rest -= part
        parts.append(signature.part(rest))
    return same_sets_merged(parts)


def _stands_beside(alone: Signature, larger: Signature, others: frozenset[Change]) -> bool:
    """Whether a set that shows alone does not follow from the others that a larger one has."""
    rest = larger.part(others)
    is_worse = SEVERITIES.index(rest.severity) > SEVERITIES.index(alone.severity)
    is_variant = is_rare_extra(larger, alone) and not is_worse
    return larger.requests <= alone.requests and not is_variant


def _touches_status(changes: Iterable[Change]) -> bool:
    return any(change.path == STATUS for change in changes)


def joined_across_endpoints(causes: Iterable[Cause]) -> list[Cause]:
    """Causes of single endpoints, those that begin with the same set of changes as one."""
    groups: dict[frozenset[Change], list[Cause]] = {}
    for cause in causes:
        groups.setdefault(cause.members[0].changes, []).append(cause)
    return [_joined(group) for group in groups.values()]


def _joined(causes: Sequence[Cause]) -> Cause:
    # that of the most traffic leads, so that the first set is the one by which they were joined
    leaders = sorted((cause.members[0] for cause in causes), key=Signature.rank)
    others = sorted((each for cause in causes for each in cause.members[1:]), key=Signature.rank)
    return Cause(members=(*leaders, *others))
