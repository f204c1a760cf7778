"""Names and shapes of the tables that Spark reads and writes."""

from pyspark.sql import types as T

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
