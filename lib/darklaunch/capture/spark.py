"""capture: the rows of one window, each with what breaks the contract about it."""

from collections.abc import Sequence

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

from darklaunch.capture.endpoint import UNMATCHED, template_pattern
from darklaunch.capture.log_schema import ARMS
from darklaunch.capture.selection import Selection
from darklaunch.window import Window


def read_captures(spark: SparkSession, base: str, files: Sequence[str], selection: Selection) -> DataFrame:
    """Reads the files of a window.

    Returns:
        The rows around the window with ``endpoint`` filled in, ``in_window`` (the row's own time lies in it) and
        ``reason`` (what breaks the contract; null for a good row).
    """
    rows = spark.read.schema(CAPTURE).option("basePath", base).parquet(*files)
    return (
        rows.withColumn("reason", broken(selection))
        .withColumn("moment", _moment())
        .where(_around(selection))
        .withColumn("in_window", _between(F.col("moment"), selection.window))
        .withColumn("endpoint", _endpoint(selection.templates))
    )


def broken(selection: Selection) -> Column:
    """The first thing about a row that breaks the contract; null where nothing does."""
    known = F.col("arm").isin(*ARMS)
    rate, latency = F.col("sample_rate"), F.col("latency_ms")
    checks = (
        ("unknown_arm", F.col("arm").isNull() | ~known),
        ("null_request_id", F.coalesce(F.trim("request_id"), F.lit("")) == ""),
        ("impossible_time", _time_is_impossible()),
        ("null_column", F.col("method").isNull() | F.col("path").isNull() | F.col("body_truncated").isNull()),
        ("bad_sample_rate", rate.isNull() | F.isnan(rate) | (rate <= 0) | (rate > 1)),
        ("status_with_error", F.col("status").isNotNull() & F.col("error").isNotNull()),
        ("no_status_no_error", F.col("status").isNull() & F.col("error").isNull()),
        ("bad_status", ~F.col("status").between(100, 599)),
        ("bad_latency", F.isnan(latency) | (latency < 0) | (latency == float("inf"))),
        ("other_release", _other_release(selection)),
    )
    return F.coalesce(*(F.when(found, F.lit(reason)) for reason, found in checks))


def _time_is_impossible() -> Column:
    own_hour = F.floor(F.unix_seconds("captured_at") / 3600)
    return F.col("captured_at").isNull() | (own_hour != _partition_hour())


def _moment() -> Column:
    """A row's own time, or the start of its folder's hour where that can't be."""
    folder = F.timestamp_seconds(_partition_hour() * 3600)
    return F.when(_time_is_impossible(), folder).otherwise(F.col("captured_at"))


def _partition_hour() -> Column:
    """Hours since 1970 by the folder, whose form has been checked when it was listed."""
    return F.unix_date("date") * 24 + F.col("hour")


def _other_release(selection: Selection) -> Column:
    release = F.coalesce("release", F.lit("unversioned"))
    other = F.lit(False)
    if selection.production_release is not None:
        other = other | (F.col("arm").isin("production", "baseline") & (release != selection.production_release))
    if selection.shadow_release is not None:
        other = other | ((F.col("arm") == "shadow") & (release != selection.shadow_release))
    return other


def _around(selection: Selection) -> Column:
    """Rows around the window are read too: production rows there show which shadow rows belong to a neighbour."""
    production, start, end = F.col("arm") == "production", selection.window.start, selection.window.end
    first = F.when(production, F.lit(start - selection.reach)).otherwise(F.lit(start - selection.max_pair_gap))
    last = F.when(production, F.lit(end + selection.max_pair_gap)).otherwise(F.lit(end + selection.reach))
    outside_counts = F.col("reason").isNull() | _between(F.col("moment"), selection.window)
    return (F.col("moment") >= first) & (F.col("moment") < last) & outside_counts


def _between(moment: Column, window: Window) -> Column:
    return (moment >= F.lit(window.start)) & (moment < F.lit(window.end))


def _endpoint(templates: Sequence[tuple[str, str]]) -> Column:
    derived = F.lit(UNMATCHED)
    for template, name in reversed(templates):
        derived = F.when(F.col("path").rlike(template_pattern(template)), F.lit(name)).otherwise(derived)
    return F.concat_ws(" ", F.upper("method"), F.coalesce(F.col("endpoint"), derived))


HEADERS = T.ArrayType(T.StructType([T.StructField("name", T.StringType()), T.StructField("value", T.StringType())]))

CAPTURE = T.StructType(
    [
        T.StructField("request_id", T.StringType()),
        T.StructField("captured_at", T.TimestampType()),
        T.StructField("method", T.StringType()),
        T.StructField("path", T.StringType()),
        T.StructField("query", T.StringType()),
        T.StructField("endpoint", T.StringType()),
        T.StructField("request_headers", HEADERS),
        T.StructField("request_body", T.BinaryType()),
        T.StructField("status", T.IntegerType()),
        T.StructField("response_headers", HEADERS),
        T.StructField("body", T.BinaryType()),
        T.StructField("body_truncated", T.BooleanType()),
        T.StructField("latency_ms", T.DoubleType()),
        T.StructField("error", T.StringType()),
        T.StructField("sample_rate", T.DoubleType()),
        T.StructField("unit_id", T.StringType()),
        T.StructField("release", T.StringType()),
        T.StructField("attributes", T.MapType(T.StringType(), T.StringType())),
        T.StructField("date", T.DateType()),
        T.StructField("hour", T.IntegerType()),
        T.StructField("arm", T.StringType()),
    ]
)
"""The capture log, contract v1, with the three columns that stand in the path."""
