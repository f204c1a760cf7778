"""Sample of the requests from which slices are found; its size bounds the work on a window of any size."""

from collections.abc import Mapping, Sequence
from typing import Final

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from darklaunch.triage.cause import Cause
from darklaunch.triage.reporting import Traffic

SAMPLED: Final = 10_000
"""Requests drawn of a cause, and of an endpoint, about; all of them where there are fewer.

Chosen by judgement: shares of 10,000 requests have a standard error of half a percentage point at most.
"""

_DRAWS: Final = 2**30


def sample_requests(labelled: DataFrame, causes: Sequence[Cause], traffic: Mapping[str, Traffic]) -> DataFrame:
    """Draws requests by a hash of their ids, the same in every run and independent of their contents.

    Args:
        labelled: compared requests with the index of their ``cause``.
        causes: in the order of their indices.
        traffic: by endpoint.

    Returns:
        The drawn requests with ``key`` (the hash), ``of_cause`` (drawn from its cause) and ``of_all`` (drawn from all
        compared requests of its endpoint).
    """
    spark = labelled.sparkSession
    cause_limits = [(index, _limit(cause.requests)) for index, cause in enumerate(causes)]
    endpoints = sorted({cause.endpoint for cause in causes})
    endpoint_limits = [(endpoint, _limit(traffic[endpoint].compared)) for endpoint in endpoints]
    of_causes = F.broadcast(spark.createDataFrame(cause_limits, "cause int, cause_limit long"))
    of_all = F.broadcast(spark.createDataFrame(endpoint_limits, "endpoint string, all_limit long"))
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
