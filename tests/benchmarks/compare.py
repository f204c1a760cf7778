"""Benchmark of the compare stage against Spark's own scan and join of the same bodies.

    python -m tests.benchmarks.compare [--pairs 500000] [--runs 3] [--rules 20] [--master local[2]]

Prints seconds of both, their ratio, pairs a second and peak memory. The compare stage is all that `darklaunch compare`
does with Spark once the log has been profiled: pairing, diffing, both tables on disk, evidence and the summaries.
Pairing and diffing alone are measured beside it, without a table on disk. The rival runs in the session of the compare
stage, whose settings help it too, and once more in a session of Spark's defaults (``plain``).
"""

import argparse
import contextlib
import datetime as dt
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812

from darklaunch.capture.selection import Selection
from darklaunch.capture.spark import read_rows
from darklaunch.contract.spark import mark_rows
from darklaunch.diff.privacy.masking import Masking
from darklaunch.diff.rules.actions import Ignore, Tolerance
from darklaunch.diff.rules.rule import Rule
from darklaunch.diff.rules.rule_set import RuleSet
from darklaunch.diff.spark.compare import diff_responses
from darklaunch.pair.spark import pair_requests
from darklaunch.spark.session import open_session
from darklaunch.stages.window import ComparePlan, compare_window
from darklaunch.window import Window
from tests.benchmarks.generate import START, TRUE_MISMATCHES, generate

VOLATILE = ("request", "at", "took_ms")
SELECTION = Selection(
    window=Window(start=START, end=START + dt.timedelta(hours=24)),
    max_pair_gap=dt.timedelta(minutes=10),
)


def scan_and_join(spark: SparkSession, log: Path) -> int:
    """The rival: read the bodies of both arms, join them by request and compare bytes."""
    rows = spark.read.parquet(str(log))
    production, shadow = (
        rows.where(F.col("arm") == arm).select("request_id", F.col("body").alias(arm))
        for arm in ("production", "shadow")
    )
    equal = F.count_if(F.col("production") == F.col("shadow"))
    return production.join(shadow, "request_id").select(F.count("*"), equal).first()[0]


def compare(spark: SparkSession, log: Path, out: Path, rules: int = len(VOLATILE)) -> int:
    """Ours: the compare stage on the same files under so many rules; returns the mismatches found."""
    comparing = ComparePlan(
        selection=SELECTION,
        rules=volatile_rules(rules),
        masking=Masking.SENSITIVE,
        baseline=False,
        ladder=lambda _: None,
    )
    compared = compare_window(spark, _captures(spark, log), comparing, out, lambda _stage: None)
    return next(row["requests"] for row in compared.outcomes if row["outcome"] == "mismatch")


def pair_and_diff(spark: SparkSession, log: Path, rules: int) -> int:
    """The first part of ours: every pair compared, and nothing kept."""
    pairs = pair_requests(_captures(spark, log), SELECTION, baseline=False)
    diff_responses(pairs, volatile_rules(rules), Masking.SENSITIVE).write.format("noop").mode("overwrite").save()
    return 0


def _captures(spark: SparkSession, log: Path) -> DataFrame:
    return mark_rows(
        read_rows(spark, str(log), sorted(str(path) for path in log.rglob("*.parquet")), SELECTION), SELECTION
    )


def volatile_rules(count: int) -> RuleSet:
    """Rules for the volatile fields, and further ones that have to be evaluated and match little."""
    needed = [Rule(path=f"$.body.{name}", action=Ignore(), why="volatile") for name in VOLATILE]
    names = [f"$.body.items[*].field{n}" if n % 2 else f"$..deep{n}" for n in range(count - len(needed))]
    return RuleSet([*needed, *(Rule(path=name, action=Tolerance(relative=0.01), why="tried") for name in names)])


def timed(action: Callable[[], int]) -> tuple[float, int]:
    start = time.perf_counter()
    result = action()
    return time.perf_counter() - start, result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=500_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--rules", type=int, default=20)
    parser.add_argument("--master", default="local[2]")
    parser.add_argument("--log", type=Path, help="a log made before, or where to make it")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        log = options.log or Path(folder) / "captures"
        if not log.exists():
            seconds, _ = timed(lambda: generate(log, options.pairs) or 0)
            print(f"made {options.pairs:,} pairs in {seconds:.1f} s")
        plain = _plain(log, options)
        spark = open_session(options.master, {})
        rival, ours, first, mismatches = [], [], [], 0
        for run in range(options.runs + 1):
            joined, pairs = timed(lambda: scan_and_join(spark, log))
            compared, mismatches = timed(lambda: compare(spark, log, Path(folder), options.rules))
            diffed, _ = timed(lambda: pair_and_diff(spark, log, options.rules))
            name = "warm-up" if run == 0 else f"run {run}"
            print(f"{name}: scan and join {joined:.2f} s, compare {compared:.2f} s, pair and diff {diffed:.2f} s")
            if run:
                rival.append(joined)
                ours.append(compared)
                first.append(diffed)
        print(f"pairs                 {pairs:,} of {options.pairs:,}")
        print(f"mismatches            {mismatches:,} (planted in about {TRUE_MISMATCHES:.1%})")
        report(pairs, rival, ours, first)
        print(f"scan and join {statistics.median(plain):.2f} s (median) in a session of Spark's defaults: ", end="")
        print(f"ratio {statistics.median(ours) / statistics.median(plain):.2f}")


def _plain(log: Path, options: argparse.Namespace) -> list[float]:
    from tests.benchmarks.plain import run_in_process  # it imports the rival from here

    return run_in_process(log, options.runs, options.master)


def report(pairs: int, rival: list[float], ours: list[float], first: list[float]) -> None:
    print(f"scan and join         {statistics.median(rival):.2f} s (median)")
    for name, seconds in (("compare stage", ours), ("pair and diff alone", first)):
        median = statistics.median(seconds)
        ratios = [own / rival_seconds for own, rival_seconds in zip(seconds, rival, strict=True)]
        listed = ", ".join(f"{ratio:.2f}" for ratio in ratios)
        print(f"{name:<21} {median:.2f} s (median), {pairs / median:,.0f} pairs/s")
        print(f"  ratio               {statistics.median(ratios):.2f} (of each run: {listed})")
    print(f"peak memory           {', '.join(f'{name} {mb:,.0f} MB' for name, mb in peaks())}")


def peaks() -> list[tuple[str, float]]:
    """Peak memory in MB of this process and of all that it started and that still run (Linux)."""
    processes: dict[int, tuple[int, str, float]] = {}
    for status in Path("/proc").glob("[0-9]*/status"):
        with contextlib.suppress(OSError, KeyError):
            fields = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
            peak_mb = int(fields["VmHWM"].split()[0]) / 1024
            processes[int(fields["Pid"])] = (int(fields["PPid"]), fields["Name"].strip(), peak_mb)
    below = {os.getpid()}
    for _ in processes:
        below |= {pid for pid, (parent, _, _) in processes.items() if parent in below}
    return sorted((processes[pid][1], processes[pid][2]) for pid in below if pid in processes)


if __name__ == "__main__":
    main()
