"""A sample of each hour's units in Spark, to tell whether the same users are sampled every day."""

from pyspark.sql import DataFrame
from pyspark.sql import Window as Over
from pyspark.sql import functions as F

from darklaunch.evidence.panel import KEPT


def sample_panel(pairs: DataFrame) -> DataFrame:
    """Keeps some units of each hour, of those that were not sampled whole.

    Args:
        pairs: what ``diff`` returns; ``unit`` is a hash already.

    Returns:
        ``bucket`` (start of the hour), ``unit`` and ``sample_rate``.
    """
    sampled = (
        pairs.where(F.col("sample_rate") < 1).groupBy("bucket", "unit").agg(F.max("sample_rate").alias("sample_rate"))
    )
    least = Over.partitionBy("bucket").orderBy("unit")
    kept = sampled.withColumn("rank", F.row_number().over(least)).where(F.col("rank") <= KEPT)
    return kept.select("bucket", "unit", "sample_rate")
