"""Benchmark of the scan and join in a session of Spark's defaults, in a process of its own; prints wall seconds.

    python -m tests.benchmarks.plain LOG [--runs 3] [--master local[2]]

Java and memory are those of darklaunch's session; nothing else is set. The first run warms up and is not printed.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

from pyspark.sql import SparkSession

from darklaunch.spark.java import find_java, use_java
from tests.benchmarks.measure import measured
from tests.benchmarks.rivals import scan_and_join


def run_in_process(log: Path, runs: int, master: str) -> list[float]:
    """Runs this module; one Java can't hold two sessions that differ in how they compile and collect."""
    command = [sys.executable, "-m", "tests.benchmarks.plain", str(log), "--runs", str(runs), "--master", master]
    printed = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)  # noqa: S603 - ourselves
    return [float(seconds) for seconds in json.loads(printed.stdout.splitlines()[-1])]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("log", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--master", default="local[2]")
    options = parser.parse_args()
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    use_java(find_java())
    builder = SparkSession.builder.master(options.master).config("spark.driver.memory", "4g")
    spark = builder.config("spark.ui.enabled", "false").getOrCreate()
    print(json.dumps([measured(lambda: scan_and_join(spark, options.log)).wall for _ in range(options.runs + 1)][1:]))


if __name__ == "__main__":
    main()
