"""diff: one Arrow UDF around the pure comparison, for the pairs that native equality did not settle."""

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import Any

import pyarrow as pa
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F  # noqa: N812 - as Spark's own pages call it
from pyspark.sql.pandas.functions import arrow_udf
from pyspark.sql.pandas.types import to_arrow_type

from darklaunch.core.diff import compare
from darklaunch.core.difference import Compared, Comparison, Difference, Incomparable
from darklaunch.core.exchange import Response
from darklaunch.core.mask import Masking
from darklaunch.core.rules import RuleSet
from darklaunch.spark.schemas import COMPARISON, DIFFERENCE


def diff(pairs: DataFrame, rules: RuleSet, masking: Masking) -> DataFrame:
    """Compares the paired responses.

    Args:
        pairs: what ``pair`` returns.
        rules: what is declared as expected.
        masking: which values must not leave this stage in the clear.

    Returns:
        The pairs without their responses, with the final ``outcome``, ``mismatch`` and ``baseline_mismatch`` (null
        where there was nothing to compare) and ``differences``.
    """
    compared = arrow_udf(comparer(rules, masking), COMPARISON)  # type: ignore[call-overload]
    found = pairs.withColumn("found", compared("endpoint", "production_answer", "shadow_answer", "baseline_answer"))
    kept = [name for name in pairs.columns if name not in {"outcome", "twin_answers"} and not name.endswith("_answer")]
    return found.withColumn("outcome", _outcome()).select(
        *kept,
        "outcome",
        F.when(F.col("outcome").isin("equal", "match", "mismatch"), F.col("outcome") == "mismatch").alias("mismatch"),
        _baseline_mismatch().alias("baseline_mismatch"),
        F.col("found.incomparable").alias("incomparable"),
        F.col("found.differences").alias("differences"),
        F.col("found.beyond").alias("paths_beyond"),
    )


def _outcome() -> Column:
    paired = F.col("outcome") == "paired"
    compared = (
        F.when(F.col("found.incomparable").isNotNull(), F.lit("undecodable"))
        .when(F.col("found.mismatch"), F.lit("mismatch"))
        .when(F.col("shadow_answer").isNotNull(), F.lit("match"))
        .otherwise(F.lit("equal"))
    )
    return F.when(paired, compared).otherwise(F.col("outcome"))


def _baseline_mismatch() -> Column:
    settled = F.when(F.col("found.baseline_incomparable").isNull(), F.coalesce("found.baseline_mismatch", F.lit(False)))  # noqa: FBT003
    return F.when(F.col("twin_answers") & (F.col("outcome") != "undecodable"), settled)


def comparer(rules: RuleSet, masking: Masking) -> Callable[[pa.Array, pa.Array, pa.Array, pa.Array], pa.Array]:
    """The function that Spark calls with a batch of endpoints and answers (null: nothing to compare)."""

    def compare_batch(endpoints: pa.Array, productions: pa.Array, shadows: pa.Array, baselines: pa.Array) -> pa.Array:
        rows = []
        answers = zip(endpoints.to_pylist(), _answers(productions), _answers(shadows), _answers(baselines), strict=True)
        for endpoint, production, shadow, baseline in answers:
            if production is None:
                rows.append(_NOTHING)
                continue
            index = rules.at(endpoint)
            rows.append(
                (
                    compare(production, _filled(shadow, production), index, masking) if shadow else None,
                    compare(production, _filled(baseline, production), index, masking) if baseline else None,
                )
            )
        return _packed(rows)

    return compare_batch


_Row = tuple[Comparison | None, Comparison | None]
_NOTHING: _Row = (None, None)
_AS_PRODUCTION: Any = object()


def _answers(batch: pa.StructArray) -> Iterator[Response | None]:
    """Responses of one arm, with a mark for a head or a body that was not sent because it is production's."""
    statuses, headers, has_body, bodies = (batch.field(at) for at in range(4))
    columns = (batch.is_valid(), statuses, has_body, bodies)
    rows = zip(*(column.to_pylist() for column in columns), _headers(headers), strict=True)
    for here, status, sent, body, pairs in rows:
        yield Response(status, pairs, body if sent else _AS_PRODUCTION) if here else None


def _headers(batch: pa.ListArray) -> Iterator[tuple[tuple[str, str], ...]]:
    names, values = (batch.values.field(at).to_pylist() for at in range(2))
    flat = [(name or "", value or "") for name, value in zip(names, values, strict=True)]
    offsets = pairwise(batch.offsets.to_pylist())
    for (start, end), here in zip(offsets, batch.is_valid().to_pylist(), strict=True):
        yield tuple(flat[start:end]) if here else _AS_PRODUCTION


def _filled(response: Response, production: Response) -> Response:
    headers = production.headers if response.headers is _AS_PRODUCTION else response.headers
    body = production.body if response.body is _AS_PRODUCTION else response.body
    return Response(response.status, headers, body)


def _packed(rows: list[_Row]) -> pa.Array:
    offsets = [0]
    flat: list[tuple[Any, ...]] = []
    for shadow, baseline in rows:
        flat.extend(_differences(shadow, baseline))
        offsets.append(len(flat))
    members: Iterable[tuple[Any, ...]] = zip(*flat, strict=True) if flat else [()] * len(DIFFERENCE.names)
    types = [to_arrow_type(field.dataType) for field in DIFFERENCE.fields]
    columns = [pa.array(list(member), kind) for member, kind in zip(members, types, strict=True)]
    listed = pa.ListArray.from_arrays(
        pa.array(offsets, pa.int32()), pa.StructArray.from_arrays(columns, fields=list(to_arrow_type(DIFFERENCE)))
    )
    shadows, baselines = zip(*rows, strict=True) if rows else ((), ())
    facts: list[pa.Array] = [
        *_mismatch_and_reason(shadows),
        *_mismatch_and_reason(baselines),
        listed,
        pa.array([c.beyond if isinstance(c, Compared) else None for c in shadows], pa.int32()),
    ]
    return pa.StructArray.from_arrays(facts, fields=list(to_arrow_type(COMPARISON)))


def _mismatch_and_reason(comparisons: tuple[Comparison | None, ...]) -> tuple[pa.Array, pa.Array]:
    mismatch = [c.mismatch if isinstance(c, Compared) else None for c in comparisons]
    reason = [c.reason if isinstance(c, Incomparable) else None for c in comparisons]
    return pa.array(mismatch, pa.bool_()), pa.array(reason, pa.string())


def _differences(shadow: Comparison | None, baseline: Comparison | None) -> Iterator[tuple[Any, ...]]:
    if not isinstance(shadow, Compared):
        return
    volatile = {difference.path for difference in _found(baseline)} if baseline is not None else None
    for found in shadow.differences:
        differs = None if volatile is None else found.path in volatile
        yield found.path, found.kind.value, found.production, found.shadow, found.rule, differs


def _found(comparison: Comparison | None) -> tuple[Difference, ...]:
    return comparison.differences if isinstance(comparison, Compared) else ()
