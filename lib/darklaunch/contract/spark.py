"""The contract in Spark: rows that break it are marked, and one pass over the rows makes the profile."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from darklaunch.capture.arm import ARMS
from darklaunch.capture.selection import Selection
from darklaunch.capture.spark import has_impossible_time
from darklaunch.contract.profile import ArmProfile


def mark_rows(rows: DataFrame, selection: Selection) -> DataFrame:
    """Marks the rows that break the contract.

    Args:
        rows: what ``read_rows`` returns.
        selection: with the releases that are good.

    Returns:
        The rows with ``reason``, the first thing that breaks the contract (null for a good row). Rows that break it
        outside the window are left out: another window counts them.
    """
    return rows.withColumn("reason", _reason(selection)).where(F.col("reason").isNull() | F.col("in_window"))


def profile_rows(rows: DataFrame) -> list[ArmProfile]:
    """Measures every arm of the captured rows in one aggregation.

    Args:
        rows: what ``mark_rows`` returns.

    Returns:
        One profile for each arm and each reason that breaks the contract (None: the good rows).
    """
    profiles = rows.groupBy("arm", "reason").agg(*_measures()).collect()
    return [ArmProfile(**row.asDict(recursive=True)) for row in profiles]


def _measures() -> list[Column]:
    good_and_in = F.col("in_window")
    return [
        F.count("*").alias("rows"),
        F.count_if(good_and_in).alias("rows_in_window"),
        F.approx_count_distinct("request_id", 0.01).alias("requests"),
        F.count_if(F.col("error").isNotNull()).alias("errors"),
        F.count_if(F.col("body_truncated")).alias("truncated"),
        F.count_if(F.col("unit_id").isNull()).alias("null_units"),
        F.count_if(F.col("latency_ms").isNull()).alias("null_latencies"),
        F.min("captured_at").alias("first_captured_at"),
        F.max("captured_at").alias("last_captured_at"),
        F.min("sample_rate").alias("minimum_sample_rate"),
        F.min("status").alias("minimum_status"),
        F.max("status").alias("maximum_status"),
        F.sort_array(F.collect_set(F.coalesce("release", F.lit("unversioned")))).alias("releases"),
    ]


def _reason(selection: Selection) -> Column:
    rate, latency = F.col("sample_rate"), F.col("latency_ms")
    checks = (
        ("unknown_arm", F.col("arm").isNull() | ~F.col("arm").isin(*ARMS)),
        ("null_request_id", F.coalesce(F.trim("request_id"), F.lit("")) == ""),
        ("impossible_time", has_impossible_time()),
        ("null_column", F.col("method").isNull() | F.col("path").isNull() | F.col("body_truncated").isNull()),
        ("bad_sample_rate", rate.isNull() | F.isnan(rate) | (rate <= 0) | (rate > 1)),
        ("status_with_error", F.col("status").isNotNull() & F.col("error").isNotNull()),
        ("no_status_no_error", F.col("status").isNull() & F.col("error").isNull()),
        ("bad_status", ~F.col("status").between(100, 599)),
        ("bad_latency", F.isnan(latency) | (latency < 0) | (latency == float("inf"))),
        ("other_release", _other_release(selection)),
    )
    return F.coalesce(*(F.when(is_broken, F.lit(reason)) for reason, is_broken in checks))


def _other_release(selection: Selection) -> Column:
    release = F.coalesce("release", F.lit("unversioned"))
    other = F.lit(False)
    if selection.production_release is not None:
        other = other | (F.col("arm").isin("production", "baseline") & (release != selection.production_release))
    if selection.shadow_release is not None:
        other = other | ((F.col("arm") == "shadow") & (release != selection.shadow_release))
    return other
