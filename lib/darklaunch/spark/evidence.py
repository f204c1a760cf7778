"""evidence: the sufficient statistics of each endpoint and hour, which add up."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - as Spark's own pages call it

FLEET = "*"
COMPARED = ("equal", "match", "mismatch")
MISSING = ("shadow_missing", "shadow_error", "late")

_KEY = ("endpoint", "bucket", "sample_rate")
_PATTERN = ("k_plus", "k_minus", "k_unpaired", "missing")
_SUMS = ("pairs", "bodies_equal", "mismatches", "baseline_pairs", "baseline_mismatches")


def evidence(pairs: DataFrame) -> DataFrame:
    """Counts units by what they showed; a unit is a session in an hour, or a request that names no session.

    Args:
        pairs: what ``diff`` returns.

    Returns:
        One row for each endpoint (``*``: units across all of them), hour, sample rate and pattern: ``m`` compared
        requests (0 where the unit is clean: then only the number of units matters), of which ``k_plus`` differ in
        the shadow alone, ``k_minus`` in the baseline alone, ``k_unpaired`` in the shadow of a request that the
        baseline did not answer; ``missing`` shadows; how many ``units``; and sums over them.
    """
    sums = [F.sum(name).alias(name) for name in ("m", *_PATTERN, *_SUMS)]
    of_endpoints = _counted(pairs).groupBy(*_KEY, "unit").agg(*sums)
    # the fleet's units come from those of the endpoints: half the rows to shuffle, and that shuffle is shared
    of_fleet = of_endpoints.groupBy(F.lit(FLEET).alias("endpoint"), *_KEY[1:], "unit").agg(*sums)
    units = of_endpoints.unionByName(of_fleet)
    dirty = F.lit(0)
    for name in _PATTERN:
        dirty = dirty + F.col(name)
    return (
        units.withColumn("m", F.when(dirty > 0, F.col("m")).otherwise(F.lit(0)))
        .groupBy(*_KEY, "m", *_PATTERN)
        .agg(F.count("*").alias("units"), *(F.sum(name).alias(name) for name in _SUMS))
        .select(*_KEY, "m", *_PATTERN, "units", *_SUMS)
    )


def _counted(pairs: DataFrame) -> DataFrame:
    differs, twin_differs = F.col("mismatch"), F.col("baseline_mismatch")
    compared = F.col("outcome").isin(*COMPARED)
    counts = {
        "m": compared,
        "k_plus": compared & differs & ~twin_differs,
        "k_minus": compared & ~differs & twin_differs,
        "k_unpaired": compared & differs & twin_differs.isNull(),
        "missing": F.col("outcome").isin(*MISSING),
        "pairs": compared,
        "bodies_equal": compared & F.col("bodies_equal"),
        "mismatches": compared & differs,
        "baseline_pairs": compared & twin_differs.isNotNull(),
        "baseline_mismatches": compared & twin_differs,
    }
    one_or_none = {name: F.coalesce(found, F.lit(False)).cast("long") for name, found in counts.items()}  # noqa: FBT003
    return pairs.where(compared | F.col("outcome").isin(*MISSING)).select(
        *_KEY,
        "unit",
        *(count.alias(name) for name, count in one_or_none.items()),
    )
