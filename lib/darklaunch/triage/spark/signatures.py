"""signatures: what leaves Spark of the sets of differences that occur together, and of the traffic around them."""

from typing import Final

from pyspark.sql import DataFrame
from pyspark.sql import Window as Over
from pyspark.sql import functions as F

from darklaunch.triage.cause import Element, Signature
from darklaunch.triage.cause_report import Traffic
from darklaunch.window import Window

SIGNATURES: Final = 1000
"""So many signatures leave Spark, the most frequent ones of the run; requests of others stay in no cause."""

MICRO: Final = 1_000_000
"""Weights are added up as whole millionths, so that the sum does not depend on the order."""

_SIGNATURES_AT_ONE: Final = 100
_SPARED: Final = 5
_PATHS: Final = 200


def signatures(requests: DataFrame) -> list[Signature]:
    """The most frequent signatures of a window.

    Args:
        requests: one row a production request, with ``shown`` and ``signature``.
    """
    counted = (
        requests.where(F.col("signature").isNotNull())
        .groupBy("endpoint", "signature")
        .agg(
            F.count("*").alias("requests"),
            *(F.sum(name).alias(name) for name in ("weight", "answered", "noisy")),
            F.min("hour").alias("first_hour"),
            F.max("hour").alias("last_hour"),
        )
    )
    here = Over.partitionBy("endpoint").orderBy(F.desc("requests"), "signature")
    # the first few of every endpoint go before the many of a busy one
    ranked = counted.withColumn("rank", F.row_number().over(here)).where(F.col("rank") <= _SIGNATURES_AT_ONE)
    taken = ranked.orderBy(F.col("rank") > _SPARED, F.desc("requests"), "signature").limit(SIGNATURES)
    rows = [row.asDict() for row in taken.collect()]
    elements = _elements(requests, [row["signature"] for row in rows])
    return [
        Signature(
            key=row.pop("signature"),
            weight=row.pop("weight") / MICRO,
            elements=elements[key],
            **{name: value for name, value in row.items() if name != "rank"},
        )
        for row, key in ((row, row["signature"]) for row in rows)
    ]


def _elements(requests: DataFrame, signatures: list[int]) -> dict[int, dict[Element, int]]:
    """Requests by path and kind of each signature, the most frequent ones; many where data is part of a path."""
    shown = requests.where(F.col("signature").isin(signatures)).select("signature", F.explode("shown").alias("each"))
    counted = shown.groupBy("signature", "each.path", "each.kind", "each.severity").agg(F.count("*").alias("requests"))
    here = Over.partitionBy("signature").orderBy(F.desc("requests"), "path", "kind", "severity")
    elements: dict[int, dict[Element, int]] = {}
    for row in counted.withColumn("rank", F.row_number().over(here)).where(F.col("rank") <= _PATHS).collect():
        elements.setdefault(row["signature"], {})[Element(row["path"], row["kind"], row["severity"])] = row["requests"]
    return elements


def traffic(requests: DataFrame, window: Window) -> tuple[dict[str, Traffic], int]:
    """The traffic of each endpoint, and the hours from the first to the last that has any."""
    zero = F.lit(0)
    rows = (
        requests.groupBy("endpoint")
        .agg(
            F.count_if("compared").alias("compared"),
            F.sum(F.when(F.col("compared"), F.col("weight")).otherwise(zero)).alias("compared_weight"),
            F.sum("weight").alias("weight"),
            F.count("signature").alias("differing"),
            F.min("hour").alias("first_hour"),
            F.max("hour").alias("last_hour"),
        )
        .collect()
    )
    found = {
        row["endpoint"]: Traffic(
            compared=row["compared"],
            compared_weight=row["compared_weight"] / MICRO,
            weight=row["weight"] / MICRO,
            differing=row["differing"],
        )
        for row in rows
    }
    whole = round((window.end - window.start).total_seconds() / 3600)
    seen = max((row["last_hour"] for row in rows), default=0) - min((row["first_hour"] for row in rows), default=0) + 1
    return found, min(seen, whole)
