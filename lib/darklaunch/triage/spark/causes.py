"""Causes of a window's differences, found in one pass; only counts and a few examples leave Spark."""

from pyspark import StorageLevel
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from darklaunch.capture.selection import Selection
from darklaunch.diff.privacy.masking import Masking, MaskingLevel
from darklaunch.pair.outcome import COMPARED, Outcome
from darklaunch.pair.spark import has_outcome
from darklaunch.triage.cause import VARYING
from darklaunch.triage.cause_report import DETAILED, CauseReport
from darklaunch.triage.clustering import cluster_signatures
from darklaunch.triage.reporting import report_causes
from darklaunch.triage.spark.details import detail_causes, label_requests
from darklaunch.triage.spark.signatures import MICRO, collect_signatures, collect_traffic


def find_causes(
    spark: SparkSession,
    captures: DataFrame,
    pairs: DataFrame,
    differences: DataFrame,
    *,
    selection: Selection,
    masking: Masking,
    alpha: float,
) -> tuple[CauseReport, ...]:
    """Finds the causes of a window's differences in one pass over them.

    Args:
        spark: the session.
        captures: what ``mark_rows`` returns.
        pairs: the table ``pairs/``.
        differences: the table ``differences/``.
        selection: the window, which bounds the time that daily rates are made from.
        masking: the values that must not be shown.
        alpha: one less the level of intervals, and the chance that any slice at all is reported by mistake.

    Returns:
        The causes, ranked; the same for the same rows, whatever their order.
    """
    requests = _requests(pairs, differences, masking).persist(StorageLevel.MEMORY_AND_DISK)
    try:
        causes = cluster_signatures(collect_signatures(requests))
        traffic, hours = collect_traffic(requests, selection.window)
        detailed = causes[:DETAILED]
        labelled = label_requests(spark, requests, detailed)
        details = detail_causes(captures, labelled, detailed, traffic, masking=masking, alpha=alpha)
        return report_causes(causes, traffic, details, hours=hours, level=1 - alpha)
    finally:
        requests.unpersist()


def _requests(pairs: DataFrame, differences: DataFrame, masking: Masking) -> DataFrame:
    """One row a production request with its ``differences`` that count and their ``signature``; null without any.

    Where the baseline differs at some paths of a request and not at others, only the others are kept: noise must not
    make the same bug look different from request to request.
    """
    is_hidden = masking.level is MaskingLevel.ALL
    values = [(F.lit(None).cast("string") if is_hidden else F.col(arm)).alias(arm) for arm in ("production", "shadow")]
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
    by_request = counting.groupBy("request_id").agg(F.collect_list("difference").alias("all_differences"))
    requests = pairs.where(~has_outcome(Outcome.PRODUCTION_MISSING, Outcome.OTHER_WINDOW)).select(
        "request_id",
        "endpoint",
        (F.unix_seconds("bucket") / 3600).cast("int").alias("hour"),
        F.round(F.col("weight") * MICRO).cast("long").alias("weight"),
        has_outcome(*COMPARED).alias("compared"),
        F.floor(F.col("production_status") / 100).cast("int").alias("status_class"),
    )
    quiet = F.filter("all_differences", lambda difference: ~difference["noisy"])
    kept = F.when(F.size(quiet) > 0, quiet).otherwise(F.col("all_differences"))
    return (
        requests.join(by_request, "request_id", "left")
        .withColumn("differences", F.when(F.col("compared"), kept))
        .withColumn("noisy", F.forall("differences", lambda difference: difference["noisy"]).cast("int"))
        .withColumn("answered", F.exists("all_differences", lambda difference: difference["answered"]).cast("int"))
        .withColumn("signature", F.when(F.col("differences").isNotNull(), _signature()))
        .drop("all_differences")
    )


def _signature() -> Column:
    shapes = F.array_sort(F.array_distinct(F.transform("differences", lambda difference: difference["shape"])))
    return F.xxhash64("endpoint", shapes)
