"""Units: the sufficient statistics of each endpoint, hour and dimension, which add up.

A unit is a session in an hour, or a request that names no session. Unit rows add up whatever the split of requests;
patterns of units, which are few, add up where no unit lies in two parts.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from darklaunch.capture.arm import Arm
from darklaunch.capture.endpoint import FLEET, group_name
from darklaunch.capture.flags import flags, valid
from darklaunch.capture.sums import add_rows
from darklaunch.evidence.dimension import Dimension
from darklaunch.evidence.latency.exceedance import rung_counts
from darklaunch.evidence.latency.thresholds import LatencyThresholds
from darklaunch.pair.outcome import COMPARED, FAILED, UNSEEN, Outcome
from darklaunch.pair.outcome_flags import has_outcome
from darklaunch.stats.arrays import BoolArray, IntArray

_KEY: Final = ("endpoint", "bucket", "sample_rate")
PATTERN: Final = ("m", "m_baseline", "k_plus", "k_minus", "k_unpaired", "missing")
"""The columns that say what each unit of a pattern showed."""

UNIT_KEY: Final = (*_KEY, "unit")
"""The columns that name a unit."""

EVIDENCE_KEY: Final = (*_KEY, "dimension", *PATTERN)
"""The columns that name a pattern of units."""

_SHOWN: Final = PATTERN[2:]
SUMS: Final = (
    "pairs",
    "bodies_equal",
    "mismatches",
    "baseline_pairs",
    "baseline_mismatches",
    "production_missing",
)
"""The columns of a pattern that are sums over its units."""

_COUNTED: Final = (*COMPARED, *FAILED, *UNSEEN, Outcome.PRODUCTION_MISSING)
_SERVER_ERROR: Final = 500


def unit_rows(pairs: pa.Table, thresholds: LatencyThresholds | None = None, *, watched: bool = False) -> pa.Table:
    """Counts what each unit showed.

    Args:
        pairs: rows of ``pairs_table``.
        thresholds: of latencies; None: they are not judged yet.
        watched: whether rules were learned, so that what they settle is counted too.

    Returns:
        One row for each endpoint, hour (``bucket``), sample rate and ``unit``, with sums over its requests.
    """
    counted = has_outcome(pairs["outcome"], _COUNTED)
    some = pairs if counted.all() else pairs.filter(pa.array(counted))
    columns: dict[str, BoolArray | IntArray] = {**_request_counts(some)}
    if watched:
        columns |= _volatile_counts(some, columns["pairs"].astype(bool))
    if thresholds is not None:
        columns |= rung_counts(some, has_outcome(some["outcome"], UNSEEN), thresholds)
    counts = {name: pa.array(each.astype(np.int32)) for name, each in columns.items()}
    units = add_rows([pa.table({name: some[name] for name in UNIT_KEY} | counts)], UNIT_KEY)
    return units.set_column(0, "endpoint", units["endpoint"].cast(pa.string()))


def unit_patterns(rows: pa.Table, groups: Mapping[str, Sequence[str]]) -> pa.Table:
    """Counts units by what they showed.

    Args:
        rows: what ``unit_rows`` returns, each unit whole.
        groups: endpoints by the name of their group.

    Returns:
        One row for each endpoint (``*``: units across all of them; groups likewise), hour, sample rate, dimension and
        pattern: ``m`` requests that were judged (0 where the unit is clean: then only the number of units matters), of
        which the baseline answered ``m_baseline`` (where the unit is clean: 1 if it answered any); ``k_plus`` are worse
        in the shadow alone and ``k_minus`` in the baseline alone; ``k_unpaired`` in the shadow of requests that the
        baseline did not answer (of errors and latencies: more than in production); ``missing`` that nobody could
        compare; how many ``units``; and sums over them.
    """
    names = [name for name in rows.column_names if name not in UNIT_KEY]
    units = [rows, _together(rows, FLEET)]
    for group, members in groups.items():
        inside = rows.filter(pc.is_in(rows["endpoint"], value_set=pa.array(list(members), pa.string())))
        units.append(_together(inside, group_name(group)))
    # many units are alike: to count those first leaves few rows to take apart by dimension
    alike = pa.concat_tables(units).group_by([*_KEY, *names], use_threads=False).aggregate([([], "count_all")])
    parts = [_body(alike), _status(alike)]
    parts += [_rung(alike, dimension) for dimension in Dimension if f"{dimension.value}_pairs" in names]
    if "watched" in names:
        parts += [_volatile(alike), _level(alike, Dimension.LEVEL_HIGHER), _level(alike, Dimension.LEVEL_LOWER)]
    return pa.concat_tables(parts)


def _together(rows: pa.Table, name: str) -> pa.Table:
    renamed = rows.set_column(
        rows.column_names.index("endpoint"), "endpoint", pa.array([name] * rows.num_rows, pa.string())
    )
    return add_rows([renamed], UNIT_KEY).select(rows.column_names)


def _request_counts(pairs: pa.Table) -> dict[str, BoolArray | IntArray]:
    """What each request adds to its unit."""
    outcome = pairs["outcome"]
    failed = has_outcome(outcome, FAILED)
    differs = flags(pairs["mismatch"])
    # copies that disagree: which of them the client got, nobody knows
    doubtful = has_outcome(outcome, COMPARED) & ~differs & (pairs["conflicting"].to_numpy() > 0)
    judged = (has_outcome(outcome, COMPARED) | failed) & ~doubtful
    answered, baseline_differs = valid(pairs["baseline_mismatch"]), flags(pairs["baseline_mismatch"])
    production_error, shadow_error, baseline_error = (
        flags(pc.greater_equal(pairs[f"{arm.value}_status"], _SERVER_ERROR)) for arm in Arm
    )
    return {
        "pairs": judged,
        "k_plus": judged & differs & answered & ~baseline_differs,
        "k_minus": judged & ~differs & baseline_differs,
        "k_unpaired": judged & differs & ~answered,
        "missing": has_outcome(outcome, UNSEEN) | doubtful,
        "bodies_equal": judged & flags(pairs["bodies_equal"]),
        "mismatches": judged & differs,
        "baseline_pairs": judged & answered,
        "baseline_mismatches": judged & baseline_differs,
        "production_missing": has_outcome(outcome, (Outcome.PRODUCTION_MISSING,)),
        **_against_reference("failed", judged, answered, shadow_error | failed, (production_error, baseline_error)),
    }


def _volatile_counts(pairs: pa.Table, judged: BoolArray) -> dict[str, BoolArray | IntArray]:
    """What each request adds to its unit at learned paths, of those that the baseline answered."""
    watched = judged & valid(pairs["volatile"])
    volatile, level = (pc.fill_null(pairs[name], 0).to_numpy() for name in ("volatile", "level_halves"))
    return {
        "watched": watched,
        "volatile_plus": watched & (volatile > 0),
        "volatile_minus": watched & (volatile < 0),
        "level_halves": np.where(watched, level, 0),
    }


def _against_reference(
    name: str, judged: BoolArray, answered: BoolArray, shadow: BoolArray, references: tuple[BoolArray, BoolArray]
) -> dict[str, BoolArray | IntArray]:
    """In which arm alone a request is bad: beside the baseline, which came by the mirror too, or beside production."""
    production, baseline = references
    unpaired = (judged & ~answered & shadow & ~production).astype(np.int64)
    return {
        f"{name}_plus": judged & answered & shadow & ~baseline,
        f"{name}_minus": judged & answered & baseline & ~shadow,
        f"{name}_unpaired": unpaired - (judged & ~answered & production & ~shadow),
    }


def _body(alike: pa.Table) -> pa.Table:
    columns = {name: alike[name] for name in (*_SHOWN, *SUMS)}
    return _by_pattern(alike, Dimension.BODY, {**columns, "m_baseline": alike["baseline_pairs"]})


def _status(alike: pa.Table) -> pa.Table:
    columns = {"k_plus": "failed_plus", "k_minus": "failed_minus", "k_unpaired": "failed_unpaired"}
    same = {"missing": "missing", "pairs": "pairs", "m_baseline": "baseline_pairs", "baseline_pairs": "baseline_pairs"}
    return _by_pattern(alike, Dimension.STATUS, {name: alike[column] for name, column in (columns | same).items()})


def _rung(alike: pa.Table, rung: Dimension) -> pa.Table:
    # only how many more are slow matters; to net them keeps the patterns few
    net = pc.subtract(alike[f"{rung.value}_plus"], alike[f"{rung.value}_minus"])
    columns = {
        "k_plus": pc.max_element_wise(net, 0),
        "k_minus": pc.max_element_wise(pc.negate(net), 0),
        "k_unpaired": alike[f"{rung.value}_unpaired"],
        "missing": alike[f"{rung.value}_missing"],
        "pairs": alike[f"{rung.value}_pairs"],
        "m_baseline": alike[f"{rung.value}_baseline"],
        "baseline_pairs": alike[f"{rung.value}_baseline"],
    }
    return _by_pattern(alike, rung, columns)


def _volatile(alike: pa.Table) -> pa.Table:
    columns = {"pairs": "watched", "m_baseline": "watched", "baseline_pairs": "watched"}
    shown = {"k_plus": "volatile_plus", "k_minus": "volatile_minus"}
    return _by_pattern(alike, Dimension.VOLATILE, {name: alike[column] for name, column in (columns | shown).items()})


def _level(alike: pa.Table, dimension: Dimension) -> pa.Table:
    """Requests count in halves, as their levels do."""
    higher = alike["level_halves"] if dimension is Dimension.LEVEL_HIGHER else pc.negate(alike["level_halves"])
    columns = {
        "k_plus": pc.max_element_wise(higher, 0),
        "k_minus": pc.max_element_wise(pc.negate(higher), 0),
        **dict.fromkeys(("pairs", "m_baseline", "baseline_pairs"), alike["watched"]),
    }
    return _by_pattern(alike, dimension, columns, parts=2)


def _by_pattern(
    alike: pa.Table, dimension: Dimension, columns: Mapping[str, pa.ChunkedArray], *, parts: int = 1
) -> pa.Table:
    """The patterns of one dimension; each request counts as so many parts, of which some differ."""
    nothing = np.zeros(alike.num_rows, np.int64)
    counts = {
        name: columns[name].to_numpy().astype(np.int64) if name in columns else nothing
        for name in (*PATTERN[1:], *SUMS)
    }
    dirty = np.any([counts[name] != 0 for name in _SHOWN], axis=0)
    units = alike["count_all"].to_numpy()
    shown = {
        "m": np.where(dirty, parts * counts["pairs"], 0),
        "m_baseline": np.where(dirty, parts * counts["m_baseline"], np.minimum(counts["m_baseline"], 1)),
    } | {name: counts[name] for name in _SHOWN}
    table = pa.table(
        {
            **{name: alike[name] for name in _KEY},
            "dimension": pa.array([dimension.value] * alike.num_rows, pa.string()),
            **{name: pa.array(values) for name, values in shown.items()},
            "units": pa.array(units),
            **{name: pa.array(counts[name] * units) for name in SUMS},
        }
    )
    seen = (counts["pairs"] > 0) | (counts["missing"] > 0) | (counts["production_missing"] > 0)
    return add_rows([table.filter(pa.array(seen))], EVIDENCE_KEY)
