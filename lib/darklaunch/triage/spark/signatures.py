"""Collects the most frequent difference signatures, and the traffic of each endpoint."""

from typing import Final

from pyspark.sql import DataFrame
from pyspark.sql import Window as Over
from pyspark.sql import functions as F

from darklaunch.triage.cause import Element, Signature
from darklaunch.triage.reporting import Traffic
from darklaunch.window import Window

SIGNATURES: Final = 1000
"""Signatures that leave Spark, the most frequent ones of the run; requests of others have no cause."""

MICRO: Final = 1_000_000
"""Weights are added up as whole millionths, so that the sum does not depend on the order."""

_SIGNATURES_PER_ENDPOINT: Final = 100
_FIRST_OF_EVERY_ENDPOINT: Final = 5
_PATHS: Final = 200


def collect_signatures(requests: DataFrame) -> list[Signature]:
    """Collects the most frequent signatures of a window.

    Args:
        requests: one row a production request, with ``differences`` and ``signature``.
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
    by_endpoint = Over.partitionBy("endpoint").orderBy(F.desc("requests"), "signature")
    # the first few of every endpoint go before the many of a busy one
    ranked = counted.withColumn("rank", F.row_number().over(by_endpoint)).where(
        F.col("rank") <= _SIGNATURES_PER_ENDPOINT
    )
    first = ranked.orderBy(F.col("rank") > _FIRST_OF_EVERY_ENDPOINT, F.desc("requests"), "signature").limit(SIGNATURES)
    rows = first.collect()
    elements = _collect_elements(requests, [row["signature"] for row in rows])
    return [
        Signature(
            endpoint=row["endpoint"],
            key=row["signature"],
            elements=elements[row["signature"]],
            requests=row["requests"],
            weight=row["weight"] / MICRO,
            answered=row["answered"],
            noisy=row["noisy"],
            first_hour=row["first_hour"],
            last_hour=row["last_hour"],
        )
        for row in rows
    ]


def _collect_elements(requests: DataFrame, signatures: list[int]) -> dict[int, dict[Element, int]]:
    """Requests by path and kind of each signature, the most frequent ones; many where data is part of a path."""
    rows = requests.where(F.col("signature").isin(signatures))
    counted = (
        rows.select("signature", F.explode("differences").alias("difference"))
        .groupBy("signature", "difference.path", "difference.kind", "difference.severity")
        .agg(F.count("*").alias("requests"))
    )
    by_signature = Over.partitionBy("signature").orderBy(F.desc("requests"), "path", "kind", "severity")
    elements: dict[int, dict[Element, int]] = {}
    for row in counted.withColumn("rank", F.row_number().over(by_signature)).where(F.col("rank") <= _PATHS).collect():
        elements.setdefault(row["signature"], {})[Element(row["path"], row["kind"], row["severity"])] = row["requests"]
    return elements


def collect_traffic(requests: DataFrame, window: Window) -> tuple[dict[str, Traffic], int]:
    """The traffic of each endpoint, and the number of hours from the first to the last that has any."""
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
    traffic = {
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
    return traffic, min(seen, whole)
