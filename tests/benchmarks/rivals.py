"""Benchmark of the compare stage against two libraries that compare tables, on the same pairs.

    python -m tests.benchmarks.rivals [--pairs 500000] [--log LOG] [--master local[2]]

Needs pyspark-extension (2.15.0.4.1 fits Spark 4.1) and datacompy, which nothing else here uses. They
compare columns, so that bodies are flattened with ``from_json``, whose schema has to be known; ours gets 20 rules.
"""

import argparse
import datetime as dt
import tempfile
import time
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812

from darklaunch.spark.session import open_session
from tests.benchmarks import compare as ours
from tests.benchmarks.generate import generate

ITEMS = 8
SCHEMA = (
    "id long, kind string, items array<struct<sku: string, name: string, price: long, stock: boolean, "
    "tags: array<string>>>, total double, next string, request string, at string, took_ms double"
)


def flattened(spark: SparkSession, log: Path, arm: str) -> DataFrame:
    """One row a response, one column a field, as tables are compared; volatile fields are left out by hand."""
    body = F.from_json(F.col("body").cast("string"), SCHEMA)
    rows = spark.read.parquet(str(log)).where(F.col("arm") == arm).select("request_id", body.alias("body"))
    fields = [F.col(f"body.{name}").alias(name) for name in ("id", "kind", "total", "next")]
    for at in range(ITEMS):
        item = F.get("body.items", F.lit(at))
        fields += [item[name].alias(f"{name}_{at}") for name in ("sku", "name", "price", "stock")]
        fields.append(F.concat_ws(",", item["tags"]).alias(f"tags_{at}"))
    return rows.select("request_id", *fields)


def spark_extension(spark: SparkSession, log: Path) -> int:
    """Rows that pyspark-extension's ``diff`` finds changed."""
    from gresearch.spark.diff import diff

    differences = diff(flattened(spark, log, "production"), flattened(spark, log, "shadow"), "request_id")
    return differences.where(F.col("diff") == "C").count()


def datacompy(spark: SparkSession, log: Path) -> int:
    """Rows that DataComPy's ``SparkSQLCompare`` finds unequal."""
    from datacompy.spark import SparkSQLCompare

    production, shadow = (flattened(spark, log, arm) for arm in ("production", "shadow"))
    comparison = SparkSQLCompare(spark, production, shadow, join_columns=["request_id"])
    return comparison.intersect_rows.count() - comparison.count_matching_rows()


def timed(name: str, action: Callable[[], int]) -> float:
    start = time.perf_counter()
    mismatches = action()
    seconds = time.perf_counter() - start
    print(f"{name:<22} {seconds:7.2f} s   {mismatches:,}", flush=True)
    return seconds


def jar() -> str:
    files = metadata.files("pyspark-extension") or []
    return next(str(file.locate()) for file in files if file.name.endswith(".jar"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=500_000)
    parser.add_argument("--master", default="local[2]")
    parser.add_argument("--log", type=Path, help="a log made before, or where to make it")
    options = parser.parse_args()
    print(f"{dt.date.today():%Y-%m-%d}, {options.master}")  # noqa: DTZ011
    with tempfile.TemporaryDirectory() as folder:
        log = options.log or Path(folder) / "captures"
        if not log.exists():
            generate(log, options.pairs)
        spark = open_session(options.master, {"spark.jars": jar()})
        contenders = {
            "scan and join": lambda: ours.scan_and_join(spark, log),
            "darklaunch": lambda: ours.compare(spark, log, Path(folder), rules=20),
            "pyspark-extension": lambda: spark_extension(spark, log),
            "DataComPy": lambda: datacompy(spark, log),
        }
        for round_name in ("warm-up", "measured"):
            print(round_name)
            seconds = {name: timed(name, act) for name, act in contenders.items()}
        for name in ("pyspark-extension", "DataComPy"):
            print(f"darklaunch is {seconds[name] / seconds['darklaunch']:.2f} times as fast as {name}")
        print(f"and takes {seconds['darklaunch'] / seconds['scan and join']:.2f} times as long as scan and join")


if __name__ == "__main__":
    main()
