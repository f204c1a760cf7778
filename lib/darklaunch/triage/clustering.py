"""Clustering of signatures into causes, so that one bug with a hundred variants is reported once.

Greedy leader clustering (Hartigan 1975, chapter 3) by Jaccard similarity, with rules for signatures that are parts of
others. The thresholds below were chosen by judgement: no paper and no labelled set of real bugs stands behind them. The
cases of ``tests/triage/test_clustering.py`` pin what they do. In doubt they keep causes apart: a bug reported twice
costs a glance, one swallowed by another is missed.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from darklaunch.triage.cause import SEVERITIES, Cause, Element, Signature

STATUS: Final = "$.status"

_JACCARD: Final = 0.6
"""Jaccard index from which two sets are variants of one: three of five paths in common will do, one of two won't."""

_PART_SHARE: Final = 0.05
"""A part of a set is a bug of its own above this share of the requests of the whole."""

_EXTRA_REQUESTS: Final = 3
_EXTRA_SHARE: Final = 0.001
"""A set with an extra is a variant up to 3 requests or this share of the original's, whichever is more.

An extra is likelier a second bug than a part is, so it has to be rarer by far.
"""

_CROWD: Final = 10
_CROWD_SHARE: Final = 0.25
"""So many causes with a path in common are one, if none has more than this share of their requests.

A handful of bugs beside one volatile path is common, ten that are all rare and share a path are not.
"""


def cluster_signatures(signatures: Iterable[Signature]) -> list[Cause]:
    """Joins near-identical signatures into causes, ranked by the requests that noise does not explain.

    Only signatures of one endpoint meet, and only if both or neither touch the status: an error page differs in
    everything, and must not swallow what differs on other pages. A signature joins a more frequent one

    - that is nearly the same set (Jaccard index 0.6 and more),
    - if it is no more than several of them on the same requests,
    - if it is a rare part of it, or it with a rare extra that is no worse.

    After that, ten and more causes with a path in common, each rare beside them all, are one cause with many variants.
    """
    groups: dict[tuple[str, bool], list[Signature]] = {}
    for signature in sorted(signatures, key=Signature.rank):
        touches_status = any(element.path == STATUS for element in signature.elements)
        groups.setdefault((signature.endpoint, touches_status), []).append(signature)
    causes = [
        Cause(members=tuple(members))
        for group in groups.values()
        for members in _join_crowds(_cluster_by_leader(group))
    ]
    return sorted(causes, key=lambda c: (-c.requests * (1 - (c.noise_share or 0)), -c.requests, c.endpoint, c.id))


def _cluster_by_leader(group: Sequence[Signature]) -> list[list[Signature]]:
    """Clusters of signatures, each led by its most frequent one."""
    clusters: list[list[Signature]] = []
    shapes: list[list[frozenset[Element]]] = []
    for signature in group:
        shape = signature.shape
        index = _matching_cluster(signature, shape, [members[0] for members in clusters], shapes)
        if index is None:
            clusters.append([signature])
            shapes.append([shape])
        else:
            clusters[index].append(signature)
            shapes[index].append(shape)
    return clusters


def _matching_cluster(
    signature: Signature, shape: frozenset[Element], leaders: list[Signature], shapes: list[list[frozenset[Element]]]
) -> int | None:
    for index, members in enumerate(shapes):
        if any(len(shape & member) >= _JACCARD * len(shape | member) for member in members):
            return index
    parts = [index for index, members in enumerate(shapes) if members[0] < shape]
    if parts and frozenset[Element]().union(*(shapes[index][0] for index in parts)) == shape:
        return parts[0]
    for index, leader in enumerate(leaders):
        is_rare = signature.requests <= _PART_SHARE * leader.requests
        is_no_worse = SEVERITIES.index(signature.severity) <= SEVERITIES.index(leader.severity)
        if is_rare and (
            shape < shapes[index][0] or (index in parts and is_rare_extra(signature, leader) and is_no_worse)
        ):
            return index
    return None


def is_rare_extra(signature: Signature, leader: Signature) -> bool:
    """Whether a set with an extra is so rare beside the set without it that it is a variant."""
    return signature.requests <= max(_EXTRA_REQUESTS, _EXTRA_SHARE * leader.requests)


def _join_crowds(clusters: list[list[Signature]]) -> list[list[Signature]]:
    """Joins the many variants around one path, most frequent path first."""
    clusters = list(clusters)
    while True:
        by_element: dict[Element, list[int]] = {}
        for index, members in enumerate(clusters):
            for element in members[0].shape:
                by_element.setdefault(element, []).append(index)
        sizes = [sum(member.requests for member in members) for members in clusters]
        crowds = [
            (sum(sizes[index] for index in indices), element)
            for element, indices in by_element.items()
            if len(indices) >= _CROWD
            and max(sizes[index] for index in indices) <= _CROWD_SHARE * sum(sizes[index] for index in indices)
        ]
        if not crowds:
            return clusters
        indices = by_element[max(crowds)[1]]
        joined = sorted((member for index in indices for member in clusters[index]), key=Signature.rank)
        clusters = [members for index, members in enumerate(clusters) if index not in indices] + [joined]
