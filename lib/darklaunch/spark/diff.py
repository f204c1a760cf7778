"""diff: one Arrow UDF around the pure comparison, for the pairs that native equality did not settle."""

import gc
from collections.abc import Callable, Iterable, Iterator
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
from darklaunch.spark.captures import ARMS
from darklaunch.spark.head import headers_of
from darklaunch.spark.pair import BODY, HEAD
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
    found = pairs.withColumn("found", compared(*INPUTS))
    consumed = {"outcome", "twin_answers", "shadow_differs", "baseline_differs"}
    kept = [name for name in pairs.columns if name not in consumed and "_sent_" not in name]
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
        .when(F.col("shadow_differs") > 0, F.lit("match"))
        .otherwise(F.lit("equal"))
    )
    return F.when(paired, compared).otherwise(F.col("outcome"))


def _baseline_mismatch() -> Column:
    settled = F.when(F.col("found.baseline_incomparable").isNull(), F.coalesce("found.baseline_mismatch", F.lit(False)))  # noqa: FBT003
    return F.when(F.col("twin_answers") & (F.col("outcome") != "undecodable"), settled)


INPUTS = (
    "endpoint",
    "shadow_differs",
    "baseline_differs",
    *(f"{arm}_{part}" for arm in ARMS for part in ("status", "sent_head", "sent_body")),
)


def comparer(rules: RuleSet, masking: Masking) -> Callable[..., pa.Array]:
    """The function that Spark calls with a batch of the columns ``INPUTS``."""

    def compare_batch(*columns: pa.Array) -> pa.Array:
        # parsed bodies are trees, which counting frees; looking for cycles in them took a fifth of the time
        gc.disable()
        endpoints, shadow_bits, baseline_bits = (column.to_pylist() for column in columns[:3])
        productions, shadows, baselines = (_responses(*columns[at : at + 3]) for at in (3, 6, 9))
        rows: list[_Row] = []
        for at, (shadow, baseline) in enumerate(zip(shadow_bits, baseline_bits, strict=True)):
            if not shadow and not baseline:
                rows.append(_NOTHING)
                continue
            index, production = rules.at(endpoints[at]), productions(at, HEAD + BODY, None)
            rows.append(
                (
                    compare(production, shadows(at, shadow, production), index, masking) if shadow else None,
                    compare(production, baselines(at, baseline, production), index, masking) if baseline else None,
                )
            )
        return _packed(rows)

    return compare_batch


_Row = tuple[Comparison | None, Comparison | None]
_NOTHING: _Row = (None, None)


def _responses(
    statuses: pa.Array, heads: pa.Array, bodies: pa.Array
) -> Callable[[int, int, Response | None], Response]:
    """Makes one arm's responses by row; what was not sent, because it is the same, is taken from production."""
    status, head, body = (column.to_pylist() for column in (statuses, heads, bodies))

    def response(at: int, bits: int, production: Response | None) -> Response:
        headers = headers_of(head[at] or "") if production is None or bits & HEAD else production.headers
        return Response(status[at], headers, body[at] if production is None or bits & BODY else production.body)

    return response


def _packed(rows: list[_Row]) -> pa.Array:
    # what an ignore rule settles is one object for all requests, and `rows` keeps every object: one place for each
    offsets, places = [0], []
    known: dict[tuple[int, bool | None], int] = {}
    written: list[tuple[Any, ...]] = []
    for shadow, baseline in rows:
        for found, differs in _differences(shadow, baseline):
            place = known.setdefault((id(found), differs), len(written))
            if place == len(written):
                written.append(_members(found, differs))
            places.append(place)
        offsets.append(len(places))
    listed = pa.ListArray.from_arrays(
        pa.array(offsets, pa.int32()), _structs(written).take(pa.array(places, pa.int32()))
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


def _differences(shadow: Comparison | None, baseline: Comparison | None) -> Iterator[tuple[Difference, bool | None]]:
    """What the shadow differs in, each with whether the baseline differs there too (None: there is none)."""
    if not isinstance(shadow, Compared):
        return
    volatile = {difference.path for difference in _found(baseline)} if baseline is not None else None
    for found in shadow.differences:
        yield found, None if volatile is None else found.path in volatile


def _members(found: Difference, differs: bool | None) -> tuple[Any, ...]:  # noqa: FBT001 - a column's value
    values = found.production, found.shadow
    return found.path, found.kind.value, *values, found.rule, differs, found.severity.value


def _structs(rows: list[tuple[Any, ...]]) -> pa.StructArray:
    members: Iterable[tuple[Any, ...]] = zip(*rows, strict=True) if rows else [()] * len(DIFFERENCE.names)
    types = [to_arrow_type(field.dataType) for field in DIFFERENCE.fields]
    columns = [pa.array(list(member), kind) for member, kind in zip(members, types, strict=True)]
    return pa.StructArray.from_arrays(columns, fields=list(to_arrow_type(DIFFERENCE)))


def _found(comparison: Comparison | None) -> tuple[Difference, ...]:
    return comparison.differences if isinstance(comparison, Compared) else ()
