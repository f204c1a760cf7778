"""Latencies as counts: histograms of both arms, and which requests exceed a frozen threshold."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from darklaunch.capture.endpoint import FLEET
from darklaunch.evidence.latency import LatencyThresholds
from darklaunch.pair.outcome import COMPARED
from darklaunch.pair.spark import has_outcome
from darklaunch.stats.latency import LEAST_MS, LOG_STEP, MOST_MS

_COUNTS = ("pairs", "plus", "minus", "missing")


def exceedances(counted: DataFrame, ladder: LatencyThresholds) -> DataFrame:
    """Adds, for each rung, whether a request was judged, and in which arm alone it was slow.

    Args:
        counted: a row a request with ``production_ms``, ``shadow_ms`` (null where it was not compared) and ``missing``.
        ladder: the thresholds; a request is slow in production above the threshold, in the shadow above that many
            times the ratio.
    """
    names = [f"{rung.value}_ms" for rung in ladder.rungs]
    rows = [(endpoint, *(found.get(rung) for rung in ladder.rungs)) for endpoint, found in ladder.thresholds_ms.items()]
    schema = ", ".join(["endpoint string", *(f"{name} double" for name in names)])
    thresholds = counted.sparkSession.createDataFrame(rows, schema)
    found = counted.join(F.broadcast(thresholds), "endpoint", "left")
    begun = F.col("bucket") >= F.lit(ladder.begins)
    for rung in ladder.rungs:
        limit = F.col(f"{rung.value}_ms")
        judged = begun & limit.isNotNull() & F.col("production_ms").isNotNull() & F.col("shadow_ms").isNotNull()
        slow, shadow_slow = F.col("production_ms") > limit, F.col("shadow_ms") > limit * ladder.ratios[rung]
        counts = (
            judged,
            judged & shadow_slow & ~slow,
            judged & slow & ~shadow_slow,
            begun & limit.isNotNull() & (F.col("missing") > 0),
        )
        for name, count in zip(_COUNTS, counts, strict=True):
            flag = F.coalesce(count, F.lit(False)).cast("long")
            found = found.withColumn(f"{rung.value}_{name}", flag)
    return found.drop(*names)


def count_latencies(pairs: DataFrame) -> DataFrame:
    """Counts latencies in bins of 2 %: how many requests, sampled or not, fell into each.

    Args:
        pairs: what ``diff`` returns.

    Returns:
        ``endpoint``, ``bucket`` (start of the hour), ``arm``, ``bin`` (the whole part of ln(ms) / ln 1.02),
        ``weight``, the requests that the captured ``requests`` stand for.
    """
    both = F.array(
        *(
            F.struct(F.lit(arm).alias("arm"), F.col(f"{arm}_latency_ms").alias("latency_ms"))
            for arm in ("production", "shadow")
        )
    )
    each = pairs.where(
        has_outcome(*COMPARED) & F.col("production_latency_ms").isNotNull() & F.col("shadow_latency_ms").isNotNull()
    ).select("endpoint", "bucket", "weight", F.explode(both).alias("each"))
    latency = F.least(F.greatest(F.col("each.latency_ms"), F.lit(LEAST_MS)), F.lit(MOST_MS))
    found = F.floor(F.log(latency) / LOG_STEP).cast("int")
    counted = each.groupBy("endpoint", "bucket", F.col("each.arm").alias("arm"), found.alias("bin")).agg(
        F.sum("weight").alias("weight"), F.count("*").alias("requests")
    )
    together = counted.groupBy(F.lit(FLEET).alias("endpoint"), "bucket", "arm", "bin").agg(
        *(F.sum(name).alias(name) for name in ("weight", "requests"))
    )
    return counted.unionByName(together)
