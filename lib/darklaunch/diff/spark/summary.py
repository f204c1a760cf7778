"""Summary of one window besides its scores: funnel, statuses, top differences and what rules settled."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import Window as Over
from pyspark.sql import functions as F

from darklaunch.capture.arm import ARMS
from darklaunch.capture.endpoint import FLEET
from darklaunch.diff.window_summary import LISTED
from darklaunch.pair.outcome import COMPARED
from darklaunch.pair.spark import has_outcome


def funnel(pairs: DataFrame) -> DataFrame:
    """Counts rows by the outcome of their request: for each arm those taken and their further copies."""
    measures: list[Column] = [F.count("*").alias("requests"), F.sum("conflicting").alias("conflicting")]
    for arm in ARMS:
        copies = F.col(f"{arm}_copies")
        measures += [
            F.count(copies).alias(f"{arm}_taken"),
            F.coalesce(F.sum(copies - 1), F.lit(0)).alias(f"{arm}_duplicates"),
        ]
    in_window = F.coalesce(F.sum("baseline_copies_in_window"), F.lit(0))
    return pairs.groupBy("outcome").agg(*measures, in_window.alias("baseline_in_window"))


def statuses(pairs: DataFrame) -> DataFrame:
    """Counts compared requests by endpoint (``*``: all) and the status classes of both arms."""
    compared = _compared(pairs)
    classes = [F.floor(F.col(f"{arm}_status") / 100).alias(f"{arm}_class") for arm in ("production", "shadow")]
    return compared.groupBy("endpoint", *classes).agg(F.count("*").alias("requests"))


def differences(pairs: DataFrame) -> DataFrame:
    """One row for each differing path of a request."""
    rows = pairs.select("request_id", "endpoint", F.explode("differences").alias("difference"))
    return rows.select("request_id", "endpoint", "difference.*")


def top_differences(pairs: DataFrame) -> DataFrame:
    """The paths that differ in most requests of an endpoint, each with one example.

    Args:
        pairs: what ``diff`` returns.
    """
    names = ("path", "kind", "rule", "severity")
    drawn = F.xxhash64("request_id")
    # Spark sorts all rows for a least text, and counts in a hash table for a least number
    counted = differences(pairs).groupBy("endpoint", *names)
    order = Over.partitionBy("endpoint").orderBy(F.col("rule").isNotNull(), F.desc("requests"), *names)
    top = (
        counted.agg(F.count("*").alias("requests"), F.min(drawn).alias("drawn"))
        .withColumn("rank", F.row_number().over(order))
        .where(F.col("rank") <= LISTED)
    )
    keys = ("endpoint", *names)
    asked = F.broadcast(top.select(F.struct(*keys).alias("key"), "drawn", "requests", "rank"))
    # the few requests drawn are found before their differences are taken apart
    of_drawn = pairs.select("request_id", "endpoint", "differences", drawn.alias("drawn")).join(asked, "drawn")
    each = of_drawn.select("request_id", "endpoint", "key", "requests", "rank", F.inline("differences"))
    example = F.struct("request_id", "production", "shadow")
    shown = each.where(F.struct(*keys).eqNullSafe(F.col("key")))
    return shown.groupBy(*keys, "requests", "rank").agg(F.min(example).alias("example"))


def settled(pairs: DataFrame) -> DataFrame:
    """How many requests each rule settled something in.

    Args:
        pairs: what ``diff`` returns.
    """
    rules = pairs.select(F.explode(F.array_distinct("differences.rule")).alias("rule"))
    return rules.where(F.col("rule").isNotNull()).groupBy("rule").agg(F.count("*").alias("requests"))


def _compared(pairs: DataFrame) -> DataFrame:
    names = [f"{arm}_status" for arm in ("production", "shadow")]
    both = F.explode(F.array("endpoint", F.lit(FLEET))).alias("endpoint")
    return pairs.where(has_outcome(*COMPARED)).select(both, *names)
