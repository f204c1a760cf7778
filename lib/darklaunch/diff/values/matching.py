"""Largest matching of two sets, by paths that augment it (Berge 1957; the search for one is Kuhn's)."""

from collections import deque
from collections.abc import Callable, Iterable, Sequence

Fits = Callable[[int, int], bool]
"""Whether a member of the first set and one of the second may be matched."""


def grow_matching(matched: dict[int, int], candidates: Iterable[int], others: Sequence[int], fits: Fits) -> None:
    """Matches as many members of the first set as can be, those of ``matched`` still among them.

    At most ``fits`` is asked of every two members once for each path that is found, and once for all that are not:
    what a search in vain has reached, no later one needs (Kuhn 1955).

    Args:
        matched: by member of the first set the one of the second that it is matched with; it grows in place.
        candidates: of the first set, not matched yet.
        others: all of the second set that these, and whatever is matched with one of ``others``, may be matched with.
        fits: whether two may be matched.
    """
    owners = {other: owner for owner, other in matched.items()}
    reached_in_vain: set[int] = set()
    for candidate in candidates:
        reached = set(reached_in_vain)
        end, via = _search(candidate, others, owners, fits, reached)
        if end is None:
            reached_in_vain = reached
            continue
        other: int | None = end
        while other is not None:
            owner = via[other]
            before = matched.get(owner)
            matched[owner], owners[other] = other, owner
            other = before if owner != candidate else None


def _search(
    candidate: int, others: Sequence[int], owners: dict[int, int], fits: Fits, reached: set[int]
) -> tuple[int | None, dict[int, int]]:
    """A free member of the second set that a path leads to, and by which member of the first each was reached."""
    via: dict[int, int] = {}
    todo = deque([candidate])
    while todo:
        member = todo.popleft()
        for other in others:
            if other not in reached and fits(member, other):
                reached.add(other)
                via[other] = member
                if other not in owners:
                    return other, via
                todo.append(owners[other])
    return None, via
