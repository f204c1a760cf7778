"""Reasons against learning a rule: everything that would blind the gate."""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from darklaunch.diff.difference import Kind
from darklaunch.diff.privacy.secrets import MASKED
from darklaunch.diff.rules.rule import Rule
from darklaunch.diff.values.json_path import ANY_INDEX, JsonPath, PathStep, render_path
from darklaunch.diff.values.json_types import ShapeType
from darklaunch.diff.values.shape import Shape
from darklaunch.noise.candidate import LEVEL, VolatilePath, path_steps
from darklaunch.noise.counts import NoiseCounts
from darklaunch.stats import clopper_pearson

# the bounds below were chosen by hand; no paper stands behind them

MINIMUM_PAIRS: Final = 30
"""A/A pairs of an endpoint below which its rates say too little."""

MAXIMUM_NAMES: Final = 50
"""More differing names than this under one parent look like an object whose names are ids."""

MAXIMUM_LEARNED: Final = 200
"""Rules learned of one endpoint; more volatile paths than that are a service to look at."""

HALF: Final = 0.5
MOSTLY: Final = 0.9
"""The share of differing baseline pairs above which an equal value is the exception, and its rate says little."""

FAR: Final = 3.0
"""The shadow's odds to differ may be this many times the baseline's: a slower arm changes a clock more often."""

FAR_IF_RARE: Final = 1.5
"""The same where the baseline mostly agrees: there a rule would hide a regression as large as the noise."""


def refusals(
    candidate: VolatilePath,
    steps: JsonPath,
    rules: tuple[Rule, ...],
    crowded: Mapping[tuple[str, JsonPath], int],
    accepted: list[JsonPath],
) -> Iterator[str]:
    """The reasons against a learned rule; the first is reported."""
    if candidate.kind is not Kind.REORDERED:
        # a rule for an order hides nothing else: the elements are still compared, whatever they are
        if candidate.kind is not Kind.VALUE_CHANGED:
            yield _kind(candidate.kind, steps)
        yield from _whole(candidate.shape, steps)
    if MASKED in steps:
        yield "its path has a secret or personal name in it, which is masked"
    yield from _names(candidate.endpoint, steps, crowded)
    if candidate.aa_pairs < MINIMUM_PAIRS:
        yield f"few A/A pairs: {candidate.aa_pairs} of the {MINIMUM_PAIRS} that are wanted"
    yield from _far_more(candidate)
    yield from _settled(candidate, steps, rules, accepted)


def _kind(kind: Kind, steps: JsonPath) -> str:
    match kind:
        case Kind.MISSING | Kind.EXTRA if steps[-1:] == (ANY_INDEX,):
            return "an array's length: elements come and go, and a rule would hide lost ones"
        case Kind.MISSING | Kind.EXTRA:
            return "presence: the member comes and goes, and a rule would hide a lost one"
        case Kind.TYPE_CHANGED:
            return "type: values of two types, and a rule would hide a change of type"
        case _:
            return f"the whole body: {kind.value.replace('_', ' ')}"


def _whole(shape: Shape | None, steps: JsonPath) -> Iterator[str]:
    if steps == ("status",):
        yield "the status is never noise"
    elif not steps[1:]:
        yield "the root: a rule would hide the whole body"
    if shape is None or shape.types & ShapeType.STRUCTURE:
        yield "a whole subtree: a rule would hide all that is below"


def _names(endpoint: str, steps: JsonPath, crowded: Mapping[tuple[str, JsonPath], int]) -> Iterator[str]:
    for at in range(len(steps)):
        names = crowded.get((endpoint, steps[:at]))
        if names is not None:
            yield (
                f"one of {names:,} differing names under {render_path(steps[:at])}: an object whose names are ids; "
                "a written rule can name them all with `.*`"
            )


def _far_more(candidate: VolatilePath) -> Iterator[str]:
    shadow = clopper_pearson(candidate.shadow_differs, candidate.aa_pairs, LEVEL)
    times = FAR if candidate.aa_high >= HALF else FAR_IF_RARE
    if shadow is None or candidate.aa_high >= MOSTLY or _odds(shadow[0]) <= times * _odds(candidate.aa_high):
        return
    yield (
        f"shadow differs far more often: in {candidate.shadow_differs:,} of {candidate.aa_pairs:,} pairs, "
        f"baseline in {candidate.aa_differs:,}"
    )


def _odds(rate: float) -> float:
    return rate / (1 - rate) if rate < 1 else math.inf


def _settled(
    candidate: VolatilePath, steps: JsonPath, rules: tuple[Rule, ...], accepted: list[JsonPath]
) -> Iterator[str]:
    learned = replace(candidate, refused=None).rule()
    for rule in rules:
        if rule.meets(learned):
            yield f"settled by a written rule: {rule.name}"
    if any(_meet(steps, other) for other in accepted):
        yield "it meets another learned path, at which the response is sometimes an array and sometimes an object"
    if len(accepted) >= MAXIMUM_LEARNED:
        yield f"more than {MAXIMUM_LEARNED} volatile paths at this endpoint"


def _meet(earlier: JsonPath, later: JsonPath) -> bool:
    """Whether two learned paths can name the same value: ``[*]`` in a rule also stands for a name."""
    return len(earlier) == len(later) and all(
        step == counterpart or ANY_INDEX in {step, counterpart}
        for step, counterpart in zip(earlier, later, strict=True)
    )


def crowded(counts: NoiseCounts) -> dict[tuple[str, JsonPath], int]:
    """Parents of more differing names than an object with fixed members has."""
    names: dict[tuple[str, JsonPath], set[PathStep]] = defaultdict(set)
    for endpoint, path, _ in counts.paths:
        steps = path_steps(path)
        for at, step in enumerate(steps):
            names[endpoint, steps[:at]].add(step)
    return {parent: len(steps) for parent, steps in names.items() if len(steps) > MAXIMUM_NAMES}
