"""A fresh Spark session that does one ``mapInArrow``: what the demo is measured against."""

import sys
from collections.abc import Iterable, Iterator

import pyarrow as pa

from darklaunch.spark.java import find_java, use_java


def same(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    yield from batches


def main() -> None:
    from pyspark.sql import SparkSession

    use_java(find_java())
    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    spark = builder.config("spark.pyspark.python", sys.executable).getOrCreate()
    spark.range(0, 2, 1, 2).mapInArrow(same, "id long").toArrow()
    spark.stop()


if __name__ == "__main__":
    main()
