"""A/A counts in Spark: how often baseline and shadow differ from production, path by path, and the values' shapes."""

from collections.abc import Callable, Iterator
from itertools import accumulate, chain
from typing import Any, Final, TypeAlias

import pyarrow as pa
from pyspark.sql import Column, DataFrame
from pyspark.sql import Row as SparkRow
from pyspark.sql import Window as Over
from pyspark.sql import functions as F
from pyspark.sql import types as T
from pyspark.sql.pandas.functions import arrow_udf

from darklaunch.diff.compare import compare
from darklaunch.diff.difference import Compared, Difference, Kind
from darklaunch.diff.http.response import Response
from darklaunch.diff.privacy.masking import Masking
from darklaunch.diff.rule_index import RuleIndexes
from darklaunch.diff.rules.rule_set import RuleSet
from darklaunch.diff.spark.batch import INPUTS, Responses, Row, no_cycle_search, read_batch, struct_array
from darklaunch.diff.values.character_class import CharacterClass
from darklaunch.diff.values.json_types import ShapeType
from darklaunch.diff.values.shape import Shape
from darklaunch.diff.values.shape_inference import infer_shape
from darklaunch.diff.values.timestamps import TimestampFormat
from darklaunch.noise.candidate import path_steps
from darklaunch.noise.counts import NoiseCounts, PathCount
from darklaunch.noise.shown_value import value_of

MAXIMUM_PATHS: Final = 5_000
"""So many differing paths of an endpoint leave Spark; what is beyond is counted."""

_REQUEST: Final = ""
"""Stands for the request among its paths, so that requests are counted in the same pass."""

_LEAST, _MOST, _EVERY, _ANY = F.min, F.max, F.bool_and, F.bit_or
_SHAPE: Final[dict[str, tuple[T.DataType, Callable[[str], Column]]]] = {
    "types": (T.IntegerType(), _ANY),
    "uuid": (T.BooleanType(), _EVERY),
    "moment": (T.BooleanType(), _EVERY),
    "characters": (T.IntegerType(), _ANY),
    "shortest": (T.IntegerType(), _LEAST),
    "longest": (T.IntegerType(), _MOST),
    "low": (T.DoubleType(), _LEAST),
    "high": (T.DoubleType(), _MOST),
    "whole": (T.BooleanType(), _EVERY),
    "forms": (T.IntegerType(), _ANY),
    "first_day": (T.IntegerType(), _LEAST),
    "last_day": (T.IntegerType(), _MOST),
}
"""Members of a shape, each with what merges it: the same laws as ``Shape.merged``."""

_PATH_COUNT: Final = T.StructType(
    [
        T.StructField("path", T.StringType(), nullable=False),
        T.StructField("kind", T.StringType(), nullable=False),
        T.StructField("baseline", T.IntegerType(), nullable=False),
        T.StructField("shadow", T.IntegerType(), nullable=False),
        *(T.StructField(name, kind) for name, (kind, _) in _SHAPE.items()),
    ]
)
_Differences: TypeAlias = tuple[Difference, ...]
_NO_SHAPE: Final = (None,) * len(_SHAPE)


def count_noise(requests: DataFrame, rules: RuleSet, masking: Masking) -> NoiseCounts:
    """Counts, over the requests that all three arms answered, at which paths baseline and shadow differ.

    Args:
        requests: what ``pair`` returns.
        rules: the written rules; what they settle is not noise.
        masking: which names in a path must not leave in the clear; of values only the shapes do.
    """
    rows = _counted(requests, rules, masking).collect()
    of_requests = [row for row in rows if row["path"] == _REQUEST]
    return NoiseCounts(
        pairs={row["endpoint"]: row["aa_differs"] for row in of_requests},
        beyond={row["endpoint"]: row["beyond"] for row in of_requests if row["beyond"]},
        paths={
            (row["endpoint"], row["path"], Kind(row["kind"])): PathCount(
                aa_differs=row["aa_differs"], shadow_differs=row["shadow_differs"], shape=_shape(row)
            )
            for row in rows
            if row["path"] != _REQUEST
        },
    )


def _counted(requests: DataFrame, rules: RuleSet, masking: Masking) -> DataFrame:
    """Counts by endpoint, path and kind.

    Returns:
        One row for each endpoint, path and kind at which the baseline differs, with the counts, the members of the
        shape, and in ``beyond`` how many more paths the endpoint has; and one with an empty path for each endpoint.
    """
    counter = arrow_udf(_counter(rules, masking), T.ArrayType(_PATH_COUNT))  # type: ignore[call-overload]
    answered = requests.where(F.col("baseline_answers"))
    each = answered.select("endpoint", F.explode(counter(*INPUTS)).alias("count")).select("endpoint", "count.*")
    counted = (
        each.groupBy("endpoint", "path", "kind")
        .agg(
            F.sum("baseline").alias("aa_differs"),
            F.sum("shadow").alias("shadow_differs"),
            *(merge(name).alias(name) for name, (_, merge) in _SHAPE.items()),
        )
        .where(F.col("aa_differs") > 0)
    )
    order = Over.partitionBy("endpoint").orderBy(F.col("path") != _REQUEST, F.desc("aa_differs"), "path", "kind")
    ranked = counted.withColumn("rank", F.row_number().over(order))
    every = Over.partitionBy("endpoint")
    beyond = F.greatest(F.count("*").over(every) - 1 - MAXIMUM_PATHS, F.lit(0))
    return ranked.withColumn("beyond", beyond).where(F.col("rank") <= MAXIMUM_PATHS + 1).drop("rank")


def _shape(row: SparkRow) -> Shape | None:
    if row["types"] is None:
        return None
    flags: dict[str, Callable[[int], Any]] = {
        "types": ShapeType,
        "characters": CharacterClass,
        "forms": TimestampFormat,
    }
    yes_no = dict.fromkeys(("uuid", "moment", "whole"), bool)
    readers = flags | yes_no
    members: dict[str, Any] = {name: readers[name](row[name]) if name in readers else row[name] for name in _SHAPE}
    return Shape(**members)


def _counter(rules: RuleSet, masking: Masking) -> Callable[..., pa.Array]:
    """The function that Spark calls with a batch of the columns ``INPUTS``."""
    indexes = RuleIndexes(rules)

    def masked(path: str) -> str:
        steps = path_steps(path)
        return masking.mask_path(steps).text if steps else path

    def count_batch(*columns: pa.Array) -> pa.Array:
        with no_cycle_search():
            return _packed([tuple(_rows(request, indexes, masked)) for request in read_batch(columns)])

    return count_batch


def _rows(request: Responses | None, indexes: RuleIndexes, masked: Callable[[str], str]) -> Iterator[Row]:
    """The counts of one request: itself, and each path and kind at which baseline or shadow differs."""
    baseline, shadow = _unsettled(request, indexes) if request is not None else ((), ())
    if baseline is None or shadow is None:
        return
    # by the path as it may be shown: masked names fall together, and a request counts once
    of_baseline, of_shadow = ({(masked(d.path), d.kind): d for d in differences} for differences in (baseline, shadow))
    yield (_REQUEST, "", 1, 0, *_NO_SHAPE)
    for key in of_baseline.keys() | of_shadow.keys():
        path, kind = key
        yield path, kind.value, int(key in of_baseline), int(key in of_shadow), *_shape_members(of_baseline.get(key))


def _unsettled(request: Responses, indexes: RuleIndexes) -> tuple[_Differences | None, _Differences | None]:
    """The differences of baseline and shadow that no written rule settles; None: incomparable with production."""
    endpoint, production, shadow, baseline = request
    index = indexes.at(endpoint)

    def differences(other: Response | None) -> _Differences | None:
        if other is None:
            return ()
        comparison = compare(production, other, index, Masking.NONE)
        return comparison.counting if isinstance(comparison, Compared) else None

    return differences(baseline), differences(shadow)


def _shape_members(difference: Difference | None) -> Row:
    if difference is None or difference.kind is not Kind.VALUE_CHANGED:
        return _NO_SHAPE
    if difference.production is None or difference.shadow is None:
        return _NO_SHAPE
    shape = infer_shape((value_of(difference.production), value_of(difference.shadow)))
    texts, numbers = bool(shape.types & ShapeType.TEXT), bool(shape.types & ShapeType.NUMBER)
    # a shape without texts has no say in whether texts are UUIDs
    undefined = {name for name, defined in (("uuid", texts), ("whole", numbers)) if not defined}
    return tuple(None if name in undefined else getattr(shape, name) for name in _SHAPE)


def _packed(requests: list[tuple[Row, ...]]) -> pa.Array:
    offsets = [0, *accumulate(map(len, requests))]
    rows = list(chain.from_iterable(requests))
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), struct_array(rows, _PATH_COUNT))
