"""contract: one pass over the rows of a window makes the profile that Great Expectations judges."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from darklaunch.contract.profile import ArmProfile


def profile(captures: DataFrame) -> list[ArmProfile]:
    """Measures every arm of the captured rows in one aggregation.

    Args:
        captures: what ``read_captures`` returns.

    Returns:
        One profile for each arm and each reason that breaks the contract (None: the good rows).
    """
    rows = captures.groupBy("arm", "reason").agg(*_measures()).collect()
    return [ArmProfile(**row.asDict(recursive=True)) for row in rows]


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
