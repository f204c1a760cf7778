"""The comparison in Spark: one Arrow UDF around the pure function, for pairs that byte equality did not settle."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

import pyarrow as pa
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.pandas.functions import arrow_udf
from pyspark.sql.pandas.types import to_arrow_type

from darklaunch.diff.compare import compare
from darklaunch.diff.difference import Compared, Comparison, Difference, Incomparable
from darklaunch.diff.privacy.masking import Masking
from darklaunch.diff.rule_index import RuleIndexes
from darklaunch.diff.rules.rule_set import RuleSet
from darklaunch.diff.spark.batch import INPUTS, Responses, Row, no_cycle_search, read_batch, struct_array
from darklaunch.diff.spark.schema import COMPARISON, DIFFERENCE
from darklaunch.pair.outcome import COMPARED, Outcome
from darklaunch.pair.spark import has_outcome

_Comparisons: TypeAlias = tuple[Comparison | None, Comparison | None]
"""Of one request: the shadow's and the baseline's."""


def diff_responses(requests: DataFrame, rules: RuleSet, masking: Masking) -> DataFrame:
    """Compares the paired responses.

    Args:
        requests: what ``pair`` returns.
        rules: what is declared as expected.
        masking: which values must not leave this stage in the clear.

    Returns:
        The requests without their responses, with the final ``outcome``, ``mismatch`` and ``baseline_mismatch`` (null
        where there was nothing to compare) and ``differences``.
    """
    compare_rows = arrow_udf(comparer(rules, masking), COMPARISON)  # type: ignore[call-overload]
    compared = requests.withColumn("comparison", compare_rows(*INPUTS))
    consumed = {"outcome", "baseline_answers", "shadow_differs", "baseline_differs"}
    kept = [name for name in requests.columns if name not in consumed and "_sent_" not in name]
    return compared.withColumn("outcome", _outcome()).select(
        *kept,
        "outcome",
        F.when(has_outcome(*COMPARED), has_outcome(Outcome.MISMATCH)).alias("mismatch"),
        _baseline_mismatch().alias("baseline_mismatch"),
        F.col("comparison.incomparable").alias("incomparable"),
        F.col("comparison.differences").alias("differences"),
        F.col("comparison.beyond").alias("paths_beyond"),
    )


def _outcome() -> Column:
    paired = has_outcome(Outcome.PAIRED)
    compared = (
        F.when(F.col("comparison.incomparable").isNotNull(), F.lit(Outcome.UNDECODABLE.value))
        .when(F.col("comparison.mismatch"), F.lit(Outcome.MISMATCH.value))
        .when(F.col("shadow_differs") > 0, F.lit(Outcome.MATCH.value))
        .otherwise(F.lit(Outcome.EQUAL.value))
    )
    return F.when(paired, compared).otherwise(F.col("outcome"))


def _baseline_mismatch() -> Column:
    mismatch = F.coalesce("comparison.baseline_mismatch", F.lit(False))
    comparable = F.when(F.col("comparison.baseline_incomparable").isNull(), mismatch)
    return F.when(F.col("baseline_answers") & ~has_outcome(Outcome.UNDECODABLE), comparable)


def comparer(rules: RuleSet, masking: Masking) -> Callable[..., pa.Array]:
    """The function that Spark calls with a batch of the columns ``INPUTS``."""
    indexes = RuleIndexes(rules)

    def compare_batch(*columns: pa.Array) -> pa.Array:
        with no_cycle_search():
            return _packed([_compared(request, indexes, masking) for request in read_batch(columns)])

    return compare_batch


def _compared(request: Responses | None, indexes: RuleIndexes, masking: Masking) -> _Comparisons:
    if request is None:
        return None, None
    endpoint, production, shadow, baseline = request
    index = indexes.at(endpoint)
    return (
        compare(production, shadow, index, masking) if shadow is not None else None,
        compare(production, baseline, index, masking) if baseline is not None else None,
    )


def _packed(rows: list[_Comparisons]) -> pa.Array:
    # what an ignore rule settles is one object for all requests, and `rows` keeps every object: one place for each
    offsets, places = [0], []
    place_of: dict[tuple[int, bool | None], int] = {}
    written: list[Row] = []
    for shadow, baseline in rows:
        for difference, baseline_differs in _differences(shadow, baseline):
            place = place_of.setdefault((id(difference), baseline_differs), len(written))
            if place == len(written):
                written.append(_fields(difference, baseline_differs))
            places.append(place)
        offsets.append(len(places))
    structs = struct_array(written, DIFFERENCE).take(pa.array(places, pa.int32()))
    shadows, baselines = zip(*rows, strict=True) if rows else ((), ())
    columns: list[pa.Array] = [
        *_mismatch_and_reason(shadows),
        *_mismatch_and_reason(baselines),
        pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), structs),
        pa.array([c.beyond if isinstance(c, Compared) else None for c in shadows], pa.int32()),
    ]
    return pa.StructArray.from_arrays(columns, fields=list(to_arrow_type(COMPARISON)))


def _mismatch_and_reason(comparisons: Sequence[Comparison | None]) -> tuple[pa.Array, pa.Array]:
    mismatch = [c.mismatch if isinstance(c, Compared) else None for c in comparisons]
    reason = [c.reason if isinstance(c, Incomparable) else None for c in comparisons]
    return pa.array(mismatch, pa.bool_()), pa.array(reason, pa.string())


def _differences(shadow: Comparison | None, baseline: Comparison | None) -> Iterator[tuple[Difference, bool | None]]:
    """The shadow's differences, each with whether the baseline differs there too (None: it has not been compared)."""
    if not isinstance(shadow, Compared):
        return
    volatile = {difference.path for difference in _listed(baseline)} if baseline is not None else None
    for difference in shadow.differences:
        yield difference, None if volatile is None else difference.path in volatile


def _listed(comparison: Comparison | None) -> tuple[Difference, ...]:
    return comparison.differences if isinstance(comparison, Compared) else ()


def _fields(difference: Difference, baseline_differs: bool | None) -> Row:  # noqa: FBT001 - a column's value
    return (
        difference.path,
        difference.kind.value,
        difference.production,
        difference.shadow,
        difference.rule,
        baseline_differs,
        difference.severity.value,
    )
