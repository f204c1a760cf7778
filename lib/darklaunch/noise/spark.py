"""noise: how often baseline and shadow differ from production, path by path, and the shapes of volatile values."""

import gc
from collections.abc import Callable, Iterator
from typing import Any, Final

import pyarrow as pa
from pyspark.sql import Column, DataFrame, Row
from pyspark.sql import Window as Over
from pyspark.sql import functions as F
from pyspark.sql import types as T
from pyspark.sql.pandas.functions import arrow_udf
from pyspark.sql.pandas.types import to_arrow_type

from darklaunch.diff.compare import compare
from darklaunch.diff.difference import Compared, Comparison, Difference, Incomparable, Kind
from darklaunch.diff.http.response import Response
from darklaunch.diff.privacy.masking import Masking
from darklaunch.diff.rule_index import PathIndex
from darklaunch.diff.rules.rule_set import RuleSet
from darklaunch.diff.spark.batch import INPUTS, responses
from darklaunch.diff.values.json_types import Type
from darklaunch.diff.values.shape import Shape, shape_of
from darklaunch.diff.values.value_class import Characters, Form
from darklaunch.noise.candidate import steps_of
from darklaunch.noise.counts import NoiseCounts, PathCount
from darklaunch.noise.shown_value import value_of
from darklaunch.pair.headers import BODY, HEAD

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

_FOUND: Final = T.ArrayType(
    T.StructType(
        [
            T.StructField("path", T.StringType(), nullable=False),
            T.StructField("kind", T.StringType(), nullable=False),
            T.StructField("baseline", T.IntegerType(), nullable=False),
            T.StructField("shadow", T.IntegerType(), nullable=False),
            *(T.StructField(name, kind) for name, (kind, _) in _SHAPE.items()),
        ]
    )
)
_SAME: Final = Compared(mismatch=False, differences=())
_NO_SHAPE: Final = (None,) * len(_SHAPE)


def noise(pairs: DataFrame, rules: RuleSet, masking: Masking) -> DataFrame:
    """Counts, over the requests that all three arms answered, at which paths baseline and shadow differ.

    Args:
        pairs: what ``pair`` returns.
        rules: the written rules; what they settle is not noise.
        masking: which names in a path must not leave in the clear; of values only the shapes do.

    Returns:
        One row for each endpoint, path and kind at which the baseline differs, with the counts, the members of the
        shape, and in ``beyond`` how many more paths the endpoint has; and one with an empty path for each endpoint.
    """
    counter = arrow_udf(_counter(rules, masking), _FOUND)  # type: ignore[call-overload]
    answered = pairs.where(F.col("twin_answers"))
    found = answered.select("endpoint", F.explode(counter(*INPUTS)).alias("found")).select("endpoint", "found.*")
    counted = (
        found.groupBy("endpoint", "path", "kind")
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


def noise_counts(pairs: DataFrame, rules: RuleSet, masking: Masking) -> NoiseCounts:
    """Runs ``noise`` and reads what it counts."""
    rows = noise(pairs, rules, masking).collect()
    requests = [row for row in rows if row["path"] == _REQUEST]
    return NoiseCounts(
        pairs={row["endpoint"]: row["aa_differs"] for row in requests},
        beyond={row["endpoint"]: row["beyond"] for row in requests if row["beyond"]},
        paths={
            (row["endpoint"], row["path"], Kind(row["kind"])): PathCount(
                aa_differs=row["aa_differs"], shadow_differs=row["shadow_differs"], shape=_shape(row)
            )
            for row in rows
            if row["path"] != _REQUEST
        },
    )


def _shape(row: Row) -> Shape | None:
    if row["types"] is None:
        return None
    flags: dict[str, Callable[[int], Any]] = {"types": Type, "characters": Characters, "forms": Form}
    yes_no = dict.fromkeys(("uuid", "moment", "whole"), bool)
    readers = flags | yes_no
    members: dict[str, Any] = {name: readers[name](row[name]) if name in readers else row[name] for name in _SHAPE}
    return Shape(**members)


def _counter(rules: RuleSet, masking: Masking) -> Callable[..., pa.Array]:
    """The function that Spark calls with a batch of the columns ``INPUTS``."""

    def seen(path: str) -> str:
        steps = steps_of(path)
        return masking.at(steps).text if steps else path

    def count_batch(*columns: pa.Array) -> pa.Array:
        gc.disable()  # as in ``diff``: trees are freed by counting
        endpoints, shadow_bits, baseline_bits = (column.to_pylist() for column in columns[:3])
        productions, shadows, baselines = (responses(*columns[at : at + 3]) for at in (3, 6, 9))
        offsets: list[int] = [0]
        flat: list[tuple[Any, ...]] = []
        for at, (shadow, baseline) in enumerate(zip(shadow_bits, baseline_bits, strict=True)):
            production = productions(at, HEAD + BODY, None)
            index = rules.at(endpoints[at])
            others = (
                baselines(at, baseline, production) if baseline else None,
                shadows(at, shadow, production) if shadow else None,
            )
            flat.extend(_rows(index, production, others, seen))
            offsets.append(len(flat))
        return _packed(offsets, flat)

    return count_batch


def _rows(
    index: PathIndex, production: Response, others: tuple[Response | None, Response | None], seen: Callable[[str], str]
) -> Iterator[tuple[Any, ...]]:
    """What one request adds: itself, and each path and kind at which baseline or shadow differs."""
    compared = [compare(production, other, index, Masking.NONE) if other is not None else _SAME for other in others]
    if any(isinstance(one, Incomparable) for one in compared):
        return
    # by the path as it may be seen: masked names fall together, and a request counts once
    baseline, shadow = ({(seen(found.path), found.kind): found for found in _counting(one)} for one in compared)
    yield (_REQUEST, "", 1, 0, *_NO_SHAPE)
    for where in baseline.keys() | shadow.keys():
        path, kind = where
        yield path, kind.value, int(where in baseline), int(where in shadow), *_members(baseline.get(where))


def _counting(comparison: Comparison) -> tuple[Difference, ...]:
    differences = comparison.differences if isinstance(comparison, Compared) else ()
    return tuple(found for found in differences if found.rule is None)


def _members(found: Difference | None) -> tuple[Any, ...]:
    if found is None or found.kind is not Kind.VALUE_CHANGED or found.production is None or found.shadow is None:
        return _NO_SHAPE
    shape = shape_of((value_of(found.production), value_of(found.shadow)))
    texts, numbers = bool(shape.types & Type.TEXT), bool(shape.types & Type.NUMBER)
    # a shape without texts says nothing of whether texts are UUIDs
    unsaid = {name for name, said in (("uuid", texts), ("whole", numbers)) if not said}
    return tuple(None if name in unsaid else getattr(shape, name) for name in _SHAPE)


def _packed(offsets: list[int], flat: list[tuple[Any, ...]]) -> pa.Array:
    struct = to_arrow_type(_FOUND).value_type
    members = zip(*flat, strict=True) if flat else [()] * struct.num_fields
    columns = [pa.array(list(member), field.type) for member, field in zip(members, struct, strict=True)]
    return pa.ListArray.from_arrays(
        pa.array(offsets, pa.int32()), pa.StructArray.from_arrays(columns, fields=list(struct))
    )
