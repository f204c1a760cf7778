"""Unit tables by hand and at random, and the reference values."""

import json
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from darklaunch.stats import UnitTable

GOLDEN: dict[str, Any] = json.loads(Path(__file__).with_name("golden.json").read_text(encoding="utf-8"))

TAUS = st.sampled_from([1e-5, 1e-4, 1e-3, 2e-3, 0.01, 0.1, 0.5])
ALPHAS = st.sampled_from([0.001, 0.01, 0.05, 0.2, 0.5])


def from_counts(n: int, b: int, c: int = 0, *, baseline: bool = False) -> UnitTable:
    """n units of one request: b where only shadow differs, c where only the baseline does."""
    rows = [(n - b - c, 1.0, 0.0), (b, 1.0, 1.0)]
    return UnitTable([*rows, (c, 1.0, -1.0)] if c else rows, baseline=baseline)


def rows(*, baseline: bool) -> st.SearchStrategy[list[tuple[int, float, float]]]:
    """Rows such as a sampled launch yields: many clean units, a few of some share of mismatches."""
    weights = st.sampled_from([1.0, 0.5, 0.05, 0.01])
    clean = st.tuples(st.integers(0, 200_000), weights, st.just(0.0))
    shares = st.sampled_from([1 / 3, 0.5, 2 / 3, 0.9, 1.0])
    signed = st.builds(lambda share, sign: share * sign, shares, st.sampled_from([1.0, -1.0]))
    mismatching = st.tuples(st.integers(0, 40), weights, signed if baseline else shares)
    return st.lists(clean, max_size=3).flatmap(
        lambda some: st.lists(mismatching, max_size=5).map(lambda others: [*some, *others])
    )


def tables(*, baseline: bool | None = None) -> st.SearchStrategy[UnitTable]:
    """Tables of such rows, with or without a baseline arm."""
    arms = st.booleans() if baseline is None else st.just(baseline)
    return arms.flatmap(lambda arm: rows(baseline=arm).map(lambda some: UnitTable(some, baseline=arm)))
