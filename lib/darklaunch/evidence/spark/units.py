"""Units in Spark: the sufficient statistics of each endpoint, hour and dimension, which add up."""

from collections.abc import Mapping, Sequence

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from darklaunch.capture.endpoint import FLEET, group_name
from darklaunch.evidence.dimension import Dimension
from darklaunch.evidence.latency import LatencyThresholds
from darklaunch.evidence.spark.latency import exceedances
from darklaunch.pair.outcome import COMPARED, SHADOW_ABSENT
from darklaunch.pair.spark import has_outcome

_KEY = ("endpoint", "bucket", "sample_rate")
_PATTERN = ("m", "k_plus", "k_minus", "k_unpaired", "missing")
_SUMS = ("pairs", "bodies_equal", "mismatches", "baseline_pairs", "baseline_mismatches")
_SERVER_ERROR = 500


def count_units(
    pairs: DataFrame, ladder: LatencyThresholds | None = None, groups: Mapping[str, Sequence[str]] | None = None
) -> DataFrame:
    """Counts units by what they showed; a unit is a session in an hour, or a request that names no session.

    Args:
        pairs: what ``diff`` returns.
        ladder: the thresholds of latencies; None: they are not judged yet.
        groups: endpoints by the name of their group.

    Returns:
        One row for each endpoint (``*``: units across all of them; groups likewise), hour, sample rate, dimension and
        pattern: ``m`` compared requests (0 where the unit is clean: then only the number of units matters), of which
        ``k_plus`` are worse in the shadow alone, ``k_minus`` in the baseline (or, of errors and latencies, in
        production) alone, ``k_unpaired`` in the shadow of a request that the baseline did not answer; ``missing``
        shadows; how many ``units``; and sums over them.
    """
    rungs = ladder.rungs if ladder is not None else ()
    counted = _counted(pairs) if ladder is None else exceedances(_counted(pairs), ladder)
    names = [name for name in counted.columns if name not in {*_KEY, "unit", "production_ms", "shadow_ms"}]
    sums = [F.sum(name).alias(name) for name in names]
    of_endpoints = counted.groupBy(*_KEY, "unit").agg(*sums)
    # units of the fleet come from those of the endpoints: half the rows to shuffle, and that shuffle is shared
    units = of_endpoints.unionByName(_together(of_endpoints.withColumn("endpoint", F.lit(FLEET)), sums))
    for group, members in (groups or {}).items():
        inside = of_endpoints.where(F.col("endpoint").isin(list(members)))
        units = units.unionByName(_together(inside.withColumn("endpoint", F.lit(group_name(group))), sums))
    # many units are alike: to count those first leaves few rows to take apart by dimension
    alike = units.groupBy(*_KEY, *names).agg(F.count("*").alias("units"))
    each = F.explode(F.array(_body(), _status(), *(_rung(rung) for rung in rungs))).alias("each")
    by_dimension = alike.select(*_KEY, "units", each).select(*_KEY, "units", "each.*")
    dirty = F.col("k_plus") + F.col("k_minus") + F.col("k_unpaired") + F.col("missing")
    return (
        by_dimension.where((F.col("pairs") > 0) | (F.col("missing") > 0))
        .withColumn("m", F.when(dirty > 0, F.col("pairs")).otherwise(F.lit(0)))
        .groupBy(*_KEY, "dimension", *_PATTERN)
        .agg(
            # a sum of counts, and as little null as the counts in the rows of earlier looks
            F.coalesce(F.sum("units"), F.lit(0)).alias("units"),
            *(F.sum(F.col(name) * F.col("units")).alias(name) for name in _SUMS),
        )
    )


def _together(units: DataFrame, sums: list[Column]) -> DataFrame:
    return units.groupBy(*_KEY, "unit").agg(*sums)


def _counted(pairs: DataFrame) -> DataFrame:
    """What each request adds to its unit."""
    differs, baseline_differs = F.col("mismatch"), F.col("baseline_mismatch")
    compared, missing = has_outcome(*COMPARED), has_outcome(*SHADOW_ABSENT)
    failed, shadow_failed = (F.col(f"{arm}_status") >= _SERVER_ERROR for arm in ("production", "shadow"))
    counts = {
        "pairs": compared,
        "k_plus": compared & differs & ~baseline_differs,
        "k_minus": compared & ~differs & baseline_differs,
        "k_unpaired": compared & differs & baseline_differs.isNull(),
        "missing": missing,
        "bodies_equal": compared & F.col("bodies_equal"),
        "mismatches": compared & differs,
        "baseline_pairs": compared & baseline_differs.isNotNull(),
        "baseline_mismatches": compared & baseline_differs,
        "failed_plus": compared & shadow_failed & ~failed,
        "failed_minus": compared & failed & ~shadow_failed,
    }
    latencies = [F.when(compared, F.col(f"{arm}_latency_ms")).alias(f"{arm}_ms") for arm in ("production", "shadow")]
    return pairs.where(compared | missing).select(
        *_KEY, "unit", *latencies, *(_one_or_none(found).alias(name) for name, found in counts.items())
    )


def _one_or_none(found: Column) -> Column:
    return F.coalesce(found, F.lit(False)).cast("long")


def _body() -> Column:
    return _each(Dimension.BODY, **{name: F.col(name) for name in (*_PATTERN[1:], *_SUMS)})


def _status() -> Column:
    found = {"k_plus": "failed_plus", "k_minus": "failed_minus", "missing": "missing", "pairs": "pairs"}
    return _each(Dimension.STATUS, **{name: F.col(column) for name, column in found.items()})


def _rung(rung: Dimension) -> Column:
    # only how many more are slow matters; to net them keeps the patterns few
    net, nothing = F.col(f"{rung.value}_plus") - F.col(f"{rung.value}_minus"), F.lit(0).cast("long")
    return _each(
        rung,
        k_plus=F.greatest(net, nothing),
        k_minus=F.greatest(-net, nothing),
        missing=F.col(f"{rung.value}_missing"),
        pairs=F.col(f"{rung.value}_pairs"),
    )


def _each(dimension: Dimension, **columns: Column) -> Column:
    nothing = F.lit(0).cast("long")
    named = (columns.get(name, nothing).alias(name) for name in (*_PATTERN[1:], *_SUMS))
    return F.struct(F.lit(dimension.value).alias("dimension"), *named)
