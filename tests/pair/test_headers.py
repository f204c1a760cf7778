"""Does the one text of a response's headers say all of them, however many there are?"""

import pytest
from pyspark.sql import SparkSession

from darklaunch.capture.spark import CAPTURE
from darklaunch.pair.headers import headers_of
from darklaunch.pair.spark import header_text

pytestmark = pytest.mark.spark

MANY = [(f"x-{n}", f"it's {n % 3}") for n in range(30)]


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (None, ()),
        ([], ()),
        ([("Content-Type", "a/b"), ("x", "")], (("Content-Type", "a/b"), ("x", ""))),
        ([("X", None), ("Date", "today"), ("X", "2")], (("X", ""), ("Date", ""), ("X", "2"))),
        (MANY[:24], tuple(MANY[:24])),
        (MANY[:25], tuple(MANY[:25])),
        ([*MANY, ("AGE", "3")], (*MANY, ("AGE", ""))),
    ],
    ids=["null", "none", "two", "presence", "24", "25", "31"],
)
def test_headers_come_back_as_written(spark: SparkSession, headers: object, expected: object) -> None:
    kind = CAPTURE["response_headers"].dataType.simpleString()
    rows = spark.createDataFrame([(headers,)], f"headers {kind}")
    assert headers_of(rows.select(header_text("headers")).first()[0]) == expected
