"""Requests of a bucket: the arms' rows of each joined, with its outcome as far as it needs no comparison."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from darklaunch.capture.arm import Arm
from darklaunch.capture.flags import flags, valid
from darklaunch.capture.rows import CAPTURE
from darklaunch.capture.selection import Selection
from darklaunch.contract.requests import OTHER_REQUEST
from darklaunch.pair.arm_rows import ArmRows, arm_rows
from darklaunch.pair.outcome import FAILED, Outcome
from darklaunch.stats.arrays import BoolArray, IntArray

OUTCOMES: Final = tuple(Outcome)
"""Outcomes by their code in arrays."""

NEEDED: Final = (
    "request_id",
    "captured_at",
    "method",
    "path",
    "endpoint",
    "status",
    "head",
    "body",
    "body_truncated",
    "latency_ms",
    "error",
    "sample_rate",
    "unit_id",
    "in_window",
    "body_lost",
    OTHER_REQUEST,
)
"""Columns of the rows that are paired."""

_TYPES: Final = {"head": pa.string(), "in_window": pa.bool_(), "body_lost": pa.bool_(), OTHER_REQUEST: pa.bool_()}

RECORDER_ERRORS: Final = ("dropped",)
"""Errors that the recorder caused itself: nobody knows what the shadow would have answered."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Requests:
    """The requests of production and shadow, in the order of production's rows.

    Attributes:
        arms: the rows of each arm that has any.
        codes: each request's code in ``arms``; shape (requests,).
        request_ids: their ids.
        outcome: codes of ``OUTCOMES``, ``PAIRED`` where there is something to compare; shape (requests,).
        baseline_answers: whether there is a baseline answer to compare, of a paired request or of one that the shadow
            failed to answer; shape (requests,).
    """

    arms: Mapping[Arm, ArmRows]
    codes: IntArray
    request_ids: pa.Array
    outcome: npt.NDArray[np.int8]
    baseline_answers: BoolArray

    def column(self, arm: Arm, name: str) -> pa.Array:
        """An arm's values of a column; null where the arm has no row of a request."""
        if arm not in self.arms:
            return pa.nulls(len(self.codes), _TYPES.get(name) or CAPTURE.field(name).type)
        return self.arms[arm].column(name, self.codes)

    def first(self, name: str) -> pa.Array:
        """Production's values, and the shadow's where there is none."""
        values = self.column(Arm.PRODUCTION, name)
        if not values.null_count:
            return values
        return pc.coalesce(*(_decoded(each) for each in (values, self.column(Arm.SHADOW, name))))

    @property
    def paired(self) -> BoolArray:
        """Whether there is a shadow's answer to compare; shape (requests,)."""
        return self.outcome == OUTCOMES.index(Outcome.PAIRED)  # type: ignore[no-any-return]

    def counts(self, arm: Arm, of: str) -> IntArray:
        """One of the counts of ``ArmRows`` by request; 0 where the arm has no row."""
        if arm not in self.arms:
            return np.zeros(len(self.codes), np.int64)
        return getattr(self.arms[arm], of)[self.codes].astype(np.int64)  # type: ignore[no-any-return]


def pair_requests(rows: Mapping[Arm, pa.Table], selection: Selection) -> Requests:
    """Joins the answers to the same request.

    Args:
        rows: by arm, rows that keep the contract; all rows of a request are among them.
        selection: the window and the largest gap in time within a pair.

    Returns:
        The requests of production and shadow; a baseline's row without one of production's joins nothing.
    """
    present = [arm for arm in Arm if arm in rows and rows[arm].num_rows]
    ids = pa.chunked_array([chunk for arm in present for chunk in rows[arm]["request_id"].chunks], pa.string())
    coded = ids.combine_chunks().dictionary_encode() if len(ids) else pa.array([], pa.string()).dictionary_encode()
    names, codes = coded.dictionary, coded.indices.to_numpy()
    ends = np.cumsum([rows[arm].num_rows for arm in present], dtype=np.int64)
    arms = {
        arm: arm_rows(rows[arm], codes[end - rows[arm].num_rows : end], len(names))
        for arm, end in zip(present, ends.tolist(), strict=True)
    }
    if Arm.BASELINE in arms:
        # without an answer of production there is nothing that a baseline could be set against
        lone = arms[Arm.PRODUCTION].row < 0 if Arm.PRODUCTION in arms else np.ones(len(names), bool)
        arms[Arm.BASELINE] = arms[Arm.BASELINE].without(lone)
    kept = _in_order(arms, len(names))
    requests = Requests(
        arms=arms,
        codes=kept,
        request_ids=names.take(pa.array(kept)),
        outcome=np.empty(0, np.int8),
        baseline_answers=np.empty(0, bool),
    )
    return _with_outcomes(requests, selection)


def _in_order(arms: Mapping[Arm, ArmRows], requests: int) -> IntArray:
    """Codes of the requests of production and shadow, in the order of production's rows, so that bodies stay put."""
    nothing = np.full(requests, -1, np.int64)
    production, shadow = (arms[arm].row if arm in arms else nothing for arm in (Arm.PRODUCTION, Arm.SHADOW))
    kept = np.flatnonzero((production >= 0) | (shadow >= 0))
    return kept[np.argsort(production[kept], kind="stable")] if (np.diff(production[kept]) < 0).any() else kept


def _with_outcomes(requests: Requests, selection: Selection) -> Requests:
    seen, answered = (valid(requests.column(arm, "request_id")) for arm in (Arm.PRODUCTION, Arm.SHADOW))
    errors = {arm: valid(requests.column(arm, "error")) for arm in Arm}
    cut, lost = ({arm: flags(requests.column(arm, name)) for arm in Arm} for name in ("body_truncated", "body_lost"))
    other = {arm: flags(requests.column(arm, OTHER_REQUEST)) for arm in Arm}
    dropped = flags(pc.is_in(requests.column(Arm.SHADOW, "error"), value_set=pa.array(RECORDER_ERRORS)))
    conditions = (
        (Outcome.PRODUCTION_MISSING, ~seen & flags(requests.column(Arm.SHADOW, "in_window"))),
        (Outcome.OTHER_WINDOW, ~seen | ~flags(requests.column(Arm.PRODUCTION, "in_window"))),
        (Outcome.PRODUCTION_ERROR, errors[Arm.PRODUCTION]),
        (Outcome.SHADOW_MISSING, ~answered | dropped),
        (Outcome.OTHER_REQUEST, other[Arm.SHADOW]),
        (Outcome.LATE, _too_far(requests, Arm.SHADOW, selection.max_pair_gap)),
        (Outcome.SHADOW_ERROR, errors[Arm.SHADOW]),
        (Outcome.TRUNCATED, cut[Arm.PRODUCTION] | cut[Arm.SHADOW]),
        (Outcome.BODY_LOST, lost[Arm.PRODUCTION] | lost[Arm.SHADOW]),
    )
    outcome = np.full(len(requests.codes), OUTCOMES.index(Outcome.PAIRED), np.int8)
    for name, holds in reversed(conditions):
        outcome[holds] = OUTCOMES.index(name)
    unusable = other[Arm.BASELINE] | errors[Arm.BASELINE] | cut[Arm.BASELINE] | lost[Arm.BASELINE]
    baseline = valid(requests.column(Arm.BASELINE, "request_id")) & ~unusable
    comparable = np.isin(outcome, [OUTCOMES.index(each) for each in (Outcome.PAIRED, *FAILED)])
    # with a body of production's that was cut there is nothing to compare
    comparable &= ~cut[Arm.PRODUCTION] & ~lost[Arm.PRODUCTION]
    near = ~_too_far(requests, Arm.BASELINE, selection.max_pair_gap)
    return Requests(
        arms=requests.arms,
        codes=requests.codes,
        request_ids=requests.request_ids,
        outcome=outcome,
        baseline_answers=comparable & baseline & near,
    )


def _too_far(requests: Requests, arm: Arm, gap: timedelta) -> BoolArray:
    """Whether an arm's row was captured further from production's than a pair's rows may be."""
    moments = (requests.column(each, "captured_at").cast(pa.int64()) for each in (Arm.PRODUCTION, arm))
    gap_us = pc.abs(pc.subtract(*moments))
    return flags(pc.greater(gap_us, gap // timedelta(microseconds=1)))


def _decoded(values: pa.Array) -> pa.Array:
    return values.dictionary_decode() if isinstance(values, pa.DictionaryArray) else values
