"""Which signatures are taken for one cause, so that one bug with a hundred variants is told once."""

from collections.abc import Iterable, Sequence
from typing import Final

from darklaunch.triage.cause import BEST_FIRST, Cause, Element, Signature

_STATUS: Final = "$.status"
_ALIKE: Final = 0.6
_PART: Final = 0.05
_RARE_REQUESTS: Final = 3
_RARE_SHARE: Final = 0.001
_CROWD: Final = 10
_CROWD_SHARE: Final = 0.25


def merge(signatures: Iterable[Signature]) -> list[Cause]:
    """Takes near-identical signatures for one cause, and ranks causes by the requests that noise does not explain.

    Only signatures of one endpoint meet, and only if both or neither touch the status: an error page differs in
    everything, and must not swallow what differs on pages that are none. A signature joins a more frequent one

    - that is nearly the same set (Jaccard index 0.6 and more),
    - if it is no more than several of them on the same requests,
    - if it is a rare part of it, or it with a rare extra that is no worse.

    What then still has a path in common with ten and more others, each rare beside them all, is one cause with many
    variants.
    """
    groups: dict[tuple[str, bool], list[Signature]] = {}
    for one in sorted(signatures, key=lambda s: (-s.requests, s.endpoint, s.key)):
        groups.setdefault((one.endpoint, any(each.path == _STATUS for each in one.elements)), []).append(one)
    causes = [Cause(members=tuple(members)) for group in groups.values() for members in _crowded(_greedy(group))]
    return sorted(causes, key=lambda c: (-c.requests * (1 - (c.noise_share or 0)), -c.requests, c.endpoint, c.id))


def _greedy(group: Sequence[Signature]) -> list[list[Signature]]:
    found: list[list[Signature]] = []
    shapes: list[list[frozenset[Element]]] = []
    for one in group:
        shape = one.shapes
        at = _joined(one, shape, [members[0] for members in found], shapes)
        if at is None:
            found.append([one])
            shapes.append([shape])
        else:
            found[at].append(one)
            shapes[at].append(shape)
    return found


def _joined(
    one: Signature, shape: frozenset[Element], leaders: list[Signature], shapes: list[list[frozenset[Element]]]
) -> int | None:
    for at, known in enumerate(shapes):
        if any(len(shape & other) >= _ALIKE * len(shape | other) for other in known):
            return at
    parts = [at for at, known in enumerate(shapes) if known[0] < shape]
    if parts and frozenset[Element]().union(*(shapes[at][0] for at in parts)) == shape:
        return parts[0]
    for at, leader in enumerate(leaders):
        rare = one.requests <= _PART * leader.requests
        extra = one.requests <= max(_RARE_REQUESTS, _RARE_SHARE * leader.requests)
        no_worse = BEST_FIRST.index(one.severity) <= BEST_FIRST.index(leader.severity)
        if rare and (shape < shapes[at][0] or (at in parts and extra and no_worse)):
            return at
    return None


def _crowded(found: list[list[Signature]]) -> list[list[Signature]]:
    """Joins the many variants around one path, most frequent path first."""
    found = list(found)
    while True:
        around: dict[Element, list[int]] = {}
        for at, members in enumerate(found):
            for element in members[0].shapes:
                around.setdefault(element, []).append(at)
        sizes = [sum(member.requests for member in members) for members in found]
        crowds = [
            (sum(sizes[at] for at in places), element)
            for element, places in around.items()
            if len(places) >= _CROWD
            and max(sizes[at] for at in places) <= _CROWD_SHARE * sum(sizes[at] for at in places)
        ]
        if not crowds:
            return found
        places = around[max(crowds)[1]]
        together = sorted((m for at in places for m in found[at]), key=lambda s: (-s.requests, s.key))
        found = [members for at, members in enumerate(found) if at not in places] + [together]
