"""Rows of the capture log, read with Spark."""

from collections.abc import Sequence

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

from darklaunch.capture.endpoint import UNMATCHED, template_pattern
from darklaunch.capture.selection import Selection
from darklaunch.window import Window

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


def read_rows(spark: SparkSession, base: str, files: Sequence[str], selection: Selection) -> DataFrame:
    """Reads the rows of a window, and those around it that show which rows belong to a neighbour.

    Args:
        spark: the session.
        base: the folder of the log.
        files: those of the window, as Spark names them.
        selection: the window and its reach.

    Returns:
        The columns of the log, with ``endpoint`` filled in, ``moment`` (the row's own time, or the start of its
        folder's hour where that is impossible) and ``in_window`` (it lies in the window).
    """
    rows = spark.read.schema(CAPTURE).option("basePath", base).parquet(*files)
    return (
        rows.withColumn("moment", _moment())
        .where(_lies_around(selection))
        .withColumn("in_window", _lies_in(selection.window))
        .withColumn("endpoint", _endpoint(selection.templates))
    )


def has_impossible_time() -> Column:
    """Whether a row's own time is missing, or in another hour than its folder."""
    own_hour = F.floor(F.unix_seconds("captured_at") / 3600)
    return F.col("captured_at").isNull() | (own_hour != _folder_hour())


def _moment() -> Column:
    folder = F.timestamp_seconds(_folder_hour() * 3600)
    return F.when(has_impossible_time(), folder).otherwise(F.col("captured_at"))


def _folder_hour() -> Column:
    """Hours since 1970 by the folder, whose form has been checked when it was listed."""
    return F.unix_date("date") * 24 + F.col("hour")


def _lies_around(selection: Selection) -> Column:
    """Production rows before the window show which answers in it are a neighbour's; answers after it may be late."""
    is_production, window, gap = F.col("arm") == "production", selection.window, selection.max_pair_gap
    first = F.when(is_production, F.lit(window.start - selection.reach)).otherwise(F.lit(window.start - gap))
    last = F.when(is_production, F.lit(window.end + gap)).otherwise(F.lit(window.end + selection.reach))
    return (F.col("moment") >= first) & (F.col("moment") < last)


def _lies_in(window: Window) -> Column:
    return (F.col("moment") >= F.lit(window.start)) & (F.col("moment") < F.lit(window.end))


def _endpoint(templates: Sequence[tuple[str, str]]) -> Column:
    derived = F.lit(UNMATCHED)
    for template, name in reversed(templates):
        derived = F.when(F.col("path").rlike(template_pattern(template)), F.lit(name)).otherwise(derived)
    return F.concat_ws(" ", F.upper("method"), F.coalesce(F.col("endpoint"), derived))
