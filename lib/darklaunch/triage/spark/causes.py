"""causes: from the differences of a window to a few causes; only counts and a few examples leave Spark."""

from typing import Any

from pyspark import StorageLevel
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from darklaunch.capture.selection import Selection
from darklaunch.diff.privacy.masking import Level, Masking
from darklaunch.pair.outcome import COMPARED
from darklaunch.triage.cause import VARYING
from darklaunch.triage.cause_report import DETAILED, tell
from darklaunch.triage.clustering import merge
from darklaunch.triage.spark.details import details, label
from darklaunch.triage.spark.signatures import MICRO, signatures, traffic


def causes(  # noqa: PLR0913 - four tables and how to read them
    spark: SparkSession,
    captures: DataFrame,
    pairs: DataFrame,
    differences: DataFrame,
    *,
    selection: Selection,
    masking: Masking,
    alpha: float,
) -> list[dict[str, Any]]:
    """Finds the causes of a window's differences in one pass over them.

    Args:
        spark: the session.
        captures: what ``read_captures`` returns.
        pairs: the table ``pairs/``.
        differences: the table ``differences/``.
        selection: the window, which bounds the time that daily rates are made from.
        masking: what must not be told in the clear.
        alpha: one less the level of intervals, and the chance that any slice at all is told by mistake.

    Returns:
        What ``verdict.json`` tells as ``causes``, ranked; the same for the same rows, whatever their order.
    """
    requests = _requests(pairs, differences, masking).persist(StorageLevel.MEMORY_AND_DISK)
    try:
        found = merge(signatures(requests))
        by_endpoint, hours = traffic(requests, selection.window)
        first = found[:DETAILED]
        labelled = label(spark, requests, first)
        detailed = details(captures, labelled, first, by_endpoint, masking=masking, alpha=alpha)
        return tell(found, by_endpoint, detailed, hours=hours, level=1 - alpha)
    finally:
        requests.unpersist()


def _requests(pairs: DataFrame, differences: DataFrame, masking: Masking) -> DataFrame:
    """One row a production request: what it showed that counts, as ``shown`` and ``signature``; null where nothing.

    Where the baseline differs at some paths of a request and not at others, only the others are shown: noise must not
    make the same bug look different from request to request.
    """
    hidden = masking.level is Level.ALL
    values = [(F.lit(None).cast("string") if hidden else F.col(arm)).alias(arm) for arm in ("production", "shadow")]
    difference = F.struct(
        "path",
        "kind",
        "severity",
        *values,
        F.xxhash64(F.regexp_replace("path", VARYING, "#"), "kind").alias("shape"),
        F.coalesce("baseline_differs", F.lit(False)).alias("noisy"),
        F.col("baseline_differs").isNotNull().alias("answered"),
    )
    counting = differences.where(F.col("rule").isNull()).select("request_id", difference.alias("difference"))
    found = counting.groupBy("request_id").agg(F.collect_list("difference").alias("found"))
    asked = pairs.where(~F.col("outcome").isin("production_missing", "other_window")).select(
        "request_id",
        "endpoint",
        (F.unix_seconds("bucket") / 3600).cast("int").alias("hour"),
        F.round(F.col("weight") * MICRO).cast("long").alias("weight"),
        F.col("outcome").isin(*COMPARED).alias("compared"),
        F.floor(F.col("production_status") / 100).cast("int").alias("status_class"),
    )
    quiet = F.filter("found", lambda each: ~each["noisy"])
    shown = F.when(F.size(quiet) > 0, quiet).otherwise(F.col("found"))
    return (
        asked.join(found, "request_id", "left")
        .withColumn("shown", F.when(F.col("compared"), shown))
        .withColumn("noisy", F.forall("shown", lambda each: each["noisy"]).cast("int"))
        .withColumn("answered", F.exists("found", lambda each: each["answered"]).cast("int"))
        .withColumn("signature", F.when(F.col("shown").isNotNull(), _signature()))
        .drop("found")
    )


def _signature() -> Column:
    shapes = F.array_sort(F.array_distinct(F.transform("shown", lambda each: each["shape"])))
    return F.xxhash64("endpoint", shapes)
