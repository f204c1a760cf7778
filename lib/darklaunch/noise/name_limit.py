"""A bound on the names under one parent, so that objects whose names are ids do not fill the counts."""

import zlib
from collections import defaultdict
from collections.abc import Iterable
from heapq import nsmallest
from typing import Final

from darklaunch.diff.values.json_path import JsonPath, PathStep
from darklaunch.noise.candidate import path_steps

LIMIT: Final = 1_000
"""Differing names under one parent that are listed; far fewer already make it one whose names are ids.

Chosen by hand."""


def within_limit(paths: Iterable[str], limit: int = LIMIT) -> set[str]:
    """Those of an endpoint's paths that can be listed: under each parent the least names, by a hash.

    A name that is out stays out, whatever paths are added: so paths can be left out early, part by part, and the
    counts of those that stay are whole. Paths without such parents are never crowded out.

    Args:
        paths: as differences name them.
        limit: of names under one parent.
    """
    steps_of = {path: path_steps(path) for path in paths}
    names: defaultdict[JsonPath, set[PathStep]] = defaultdict(set)
    for steps in steps_of.values():
        for at, step in enumerate(steps):
            names[steps[:at]].add(step)
    listed = {
        parent: set(nsmallest(limit, children, key=_rank))
        for parent, children in names.items()
        if len(children) > limit
    }
    return {path for path, steps in steps_of.items() if not listed or _is_listed(steps, listed)}


def _is_listed(steps: JsonPath, listed: dict[JsonPath, set[PathStep]]) -> bool:
    return all(steps[:at] not in listed or step in listed[steps[:at]] for at, step in enumerate(steps))


def _rank(step: PathStep) -> tuple[int, str]:
    """The place of a name among others; that of an array's elements is the first."""
    if not isinstance(step, str):
        return -1, ""
    return zlib.crc32(step.encode("utf-8", "surrogatepass")), step
