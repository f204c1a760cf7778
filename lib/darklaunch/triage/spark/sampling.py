"""sampling: which requests are looked at for slices, so that the work stays the same however many there are."""

from collections.abc import Mapping, Sequence
from typing import Final

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from darklaunch.triage.cause import Cause
from darklaunch.triage.cause_report import Traffic

SAMPLED: Final = 10_000
"""About so many requests of a cause, and of an endpoint, are looked at; all of them where there are no more."""

_DRAWS: Final = 2**30


def sample(labelled: DataFrame, causes: Sequence[Cause], traffic: Mapping[str, Traffic]) -> DataFrame:
    """Draws requests by a hash of their ids, which is the same in every run and has nothing to do with what they ask.

    Args:
        labelled: compared requests with the place of their ``cause``.
        causes: in their places.
        traffic: by endpoint.

    Returns:
        The drawn requests with ``key`` (the hash), ``of_cause`` (drawn from its cause) and ``of_all`` (drawn from all
        compared requests of its endpoint).
    """
    spark = labelled.sparkSession
    causes_drawn = [(place, _limit(cause.requests)) for place, cause in enumerate(causes)]
    endpoints = sorted({cause.endpoint for cause in causes})
    endpoints_drawn = [(endpoint, _limit(traffic[endpoint].compared)) for endpoint in endpoints]
    of_causes = F.broadcast(spark.createDataFrame(causes_drawn, "cause int, cause_limit long"))
    of_all = F.broadcast(spark.createDataFrame(endpoints_drawn, "endpoint string, all_limit long"))
    draw = F.pmod("key", F.lit(_DRAWS))
    return (
        labelled.select("endpoint", "cause", "hour", "status_class", F.xxhash64("request_id").alias("key"))
        .join(of_all, "endpoint")
        .join(of_causes, "cause", "left")
        .withColumn("of_cause", F.coalesce(draw < F.col("cause_limit"), F.lit(False)))
        .withColumn("of_all", draw < F.col("all_limit"))
        .where(F.col("of_cause") | F.col("of_all"))
        .drop("cause_limit", "all_limit")
    )


def _limit(requests: int) -> int:
    return _DRAWS if requests <= SAMPLED else _DRAWS * SAMPLED // requests
