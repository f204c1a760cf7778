"""Units: the sufficient statistics of each endpoint, hour and dimension, which add up.

A unit is a session in an hour, or a request that names no session. Unit rows add up whatever the split of requests;
patterns of units, which are few, add up where no unit lies in two parts.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from darklaunch.capture.endpoint import FLEET, group_name
from darklaunch.capture.flags import flags, valid
from darklaunch.capture.sums import add_rows
from darklaunch.evidence.dimension import Dimension
from darklaunch.evidence.exceedance import rung_counts
from darklaunch.evidence.latency import LatencyThresholds
from darklaunch.pair.outcome import COMPARED, UNSEEN, Outcome
from darklaunch.stats.arrays import BoolArray

_KEY: Final = ("endpoint", "bucket", "sample_rate")
_PATTERN: Final = ("m", "k_plus", "k_minus", "k_unpaired", "missing")
UNIT_KEY: Final = (*_KEY, "unit")
"""The columns that name a unit."""

EVIDENCE_KEY: Final = (*_KEY, "dimension", *_PATTERN)
"""The columns that name a pattern of units."""

_SUMS: Final = ("pairs", "bodies_equal", "mismatches", "baseline_pairs", "baseline_mismatches")
_SERVER_ERROR: Final = 500


def unit_rows(pairs: pa.Table, thresholds: LatencyThresholds | None = None) -> pa.Table:
    """Counts what each unit showed.

    Args:
        pairs: rows of ``pairs_table``.
        thresholds: of latencies; None: they are not judged yet.

    Returns:
        One row for each endpoint, hour (``bucket``), sample rate and ``unit``, with sums over its requests.
    """
    outcome = pairs["outcome"]
    counts = has_outcome(outcome, COMPARED) | has_outcome(outcome, UNSEEN)
    some = pairs.filter(pa.array(counts))
    columns = _request_counts(some)
    if thresholds is not None:
        columns |= rung_counts(some, columns["pairs"], columns["missing"], thresholds)
    keys = {name: some[name] for name in UNIT_KEY} | {"endpoint": some["endpoint"].cast(pa.string())}
    rows = pa.table({**keys, **{name: pa.array(flags.astype(np.int32)) for name, flags in columns.items()}})
    return add_rows([rows], UNIT_KEY)


def unit_patterns(rows: pa.Table, groups: Mapping[str, Sequence[str]]) -> pa.Table:
    """Counts units by what they showed.

    Args:
        rows: what ``unit_rows`` returns, each unit whole.
        groups: endpoints by the name of their group.

    Returns:
        One row for each endpoint (``*``: units across all of them; groups likewise), hour, sample rate, dimension and
        pattern: ``m`` compared requests (0 where the unit is clean: then only the number of units matters), of which
        ``k_plus`` are worse in the shadow alone, ``k_minus`` in the baseline (or, of errors and latencies, in
        production) alone, ``k_unpaired`` in the shadow of a request that the baseline did not answer; ``missing``
        shadows; how many ``units``; and sums over them.
    """
    names = [name for name in rows.column_names if name not in UNIT_KEY]
    units = [rows, _together(rows, FLEET)]
    for group, members in groups.items():
        inside = rows.filter(pc.is_in(rows["endpoint"], value_set=pa.array(list(members), pa.string())))
        units.append(_together(inside, group_name(group)))
    # many units are alike: to count those first leaves few rows to take apart by dimension
    alike = pa.concat_tables(units).group_by([*_KEY, *names], use_threads=False).aggregate([([], "count_all")])
    rungs = [dimension for dimension in Dimension if f"{dimension.value}_pairs" in names]
    return pa.concat_tables([_body(alike), _status(alike), *(_rung(alike, rung) for rung in rungs)])


def _together(rows: pa.Table, name: str) -> pa.Table:
    renamed = rows.set_column(
        rows.column_names.index("endpoint"), "endpoint", pa.array([name] * rows.num_rows, pa.string())
    )
    return add_rows([renamed], UNIT_KEY).select(rows.column_names)


def _request_counts(pairs: pa.Table) -> dict[str, BoolArray]:
    """What each request adds to its unit."""
    outcome = pairs["outcome"]
    compared, missing = has_outcome(outcome, COMPARED), has_outcome(outcome, UNSEEN)
    differs = flags(pairs["mismatch"])
    answered, baseline_differs = valid(pairs["baseline_mismatch"]), flags(pairs["baseline_mismatch"])
    failed, shadow_failed = (
        flags(pc.greater_equal(pairs[f"{arm}_status"], _SERVER_ERROR)) for arm in ("production", "shadow")
    )
    return {
        "pairs": compared,
        "k_plus": compared & differs & answered & ~baseline_differs,
        "k_minus": compared & ~differs & baseline_differs,
        "k_unpaired": compared & differs & ~answered,
        "missing": missing,
        "bodies_equal": compared & flags(pairs["bodies_equal"]),
        "mismatches": compared & differs,
        "baseline_pairs": compared & answered,
        "baseline_mismatches": compared & baseline_differs,
        "failed_plus": compared & shadow_failed & ~failed,
        "failed_minus": compared & failed & ~shadow_failed,
    }


def _body(alike: pa.Table) -> pa.Table:
    return _by_pattern(alike, Dimension.BODY, {name: alike[name] for name in (*_PATTERN[1:], *_SUMS)})


def _status(alike: pa.Table) -> pa.Table:
    columns = {"k_plus": "failed_plus", "k_minus": "failed_minus", "missing": "missing", "pairs": "pairs"}
    return _by_pattern(alike, Dimension.STATUS, {name: alike[column] for name, column in columns.items()})


def _rung(alike: pa.Table, rung: Dimension) -> pa.Table:
    # only how many more are slow matters; to net them keeps the patterns few
    net = pc.subtract(alike[f"{rung.value}_plus"], alike[f"{rung.value}_minus"])
    columns = {
        "k_plus": pc.max_element_wise(net, 0),
        "k_minus": pc.max_element_wise(pc.negate(net), 0),
        "missing": alike[f"{rung.value}_missing"],
        "pairs": alike[f"{rung.value}_pairs"],
    }
    return _by_pattern(alike, rung, columns)


def _by_pattern(alike: pa.Table, dimension: Dimension, columns: Mapping[str, pa.ChunkedArray]) -> pa.Table:
    nothing = pa.array(np.zeros(alike.num_rows, np.int64))
    counts = {name: columns.get(name, nothing) for name in (*_PATTERN[1:], *_SUMS)}
    dirty = np.sum([counts[name].to_numpy() for name in _PATTERN[1:]], axis=0) > 0
    units = alike["count_all"].to_numpy()
    table = pa.table(
        {
            **{name: alike[name] for name in _KEY},
            "dimension": pa.array([dimension.value] * alike.num_rows, pa.string()),
            "m": pa.array(np.where(dirty, counts["pairs"].to_numpy(), 0)),
            **{name: counts[name].cast(pa.int64()) for name in _PATTERN[1:]},
            "units": pa.array(units),
            **{name: pa.array(counts[name].to_numpy() * units) for name in _SUMS},
        }
    )
    seen = (counts["pairs"].to_numpy() > 0) | (counts["missing"].to_numpy() > 0)
    return add_rows([table.filter(pa.array(seen))], EVIDENCE_KEY)


def has_outcome(outcome: pa.ChunkedArray, outcomes: Sequence[Outcome]) -> BoolArray:
    """Whether each request has one of some outcomes; shape (requests,)."""
    return flags(pc.is_in(outcome.cast(pa.string()), value_set=pa.array([each.value for each in outcomes])))
