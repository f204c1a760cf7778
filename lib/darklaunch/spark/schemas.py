"""Names and shapes of the tables that Spark reads and writes."""

from pyspark.sql import types as T  # noqa: N812 - as Spark's own pages call it

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

DIFFERENCE = T.StructType(
    [
        T.StructField("path", T.StringType(), nullable=False),
        T.StructField("kind", T.StringType(), nullable=False),
        T.StructField("production", T.StringType()),
        T.StructField("shadow", T.StringType()),
        T.StructField("rule", T.StringType()),
        T.StructField("baseline_differs", T.BooleanType()),
        T.StructField("severity", T.StringType(), nullable=False),
    ]
)

COMPARISON = T.StructType(
    [
        T.StructField("mismatch", T.BooleanType()),
        T.StructField("incomparable", T.StringType()),
        T.StructField("baseline_mismatch", T.BooleanType()),
        T.StructField("baseline_incomparable", T.StringType()),
        T.StructField("differences", T.ArrayType(DIFFERENCE)),
        T.StructField("beyond", T.IntegerType()),
    ]
)
"""What the comparison of one request comes to; a null mismatch means that it was not compared."""
