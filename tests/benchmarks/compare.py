"""Benchmark of the compare stage against Spark's own scan and join of the same bodies.

    python -m tests.benchmarks.compare [--pairs 500000] [--runs 5] [--rules 20] [--master local[2]]

Prints wall and processor seconds (driver, JVM and all workers) of each contender, in turn in one session, and their
ratio to scan and join within a round, as medians. Ours is all that `darklaunch compare` does with a log whose footers
were read: requests that cross hours are looked for, rows read, checked, paired and compared, both tables written,
everything counted and added up; by hours, behind a shuffle, and in processes without Spark. The rival runs once more
in a session of Spark's defaults (``plain``).
"""

import argparse
import contextlib
import datetime as dt
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from pyspark.sql import SparkSession
from pyspark.sql import functions as F  # noqa: N812

from darklaunch.capture.inventory import list_log
from darklaunch.capture.selection import Selection
from darklaunch.diff.privacy.masking import Masking
from darklaunch.diff.rules.actions import Ignore, Tolerance
from darklaunch.diff.rules.rule import Rule
from darklaunch.diff.rules.rule_set import RuleSet
from darklaunch.engine.counted import add_counted
from darklaunch.engine.opening import open_engine
from darklaunch.engine.run import Feeder
from darklaunch.engine.work import CompareWork
from darklaunch.pair.outcome import Outcome
from darklaunch.spark.session import open_session
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


def compare(
    spark: SparkSession | None, log: Path, out: Path, rules: int = len(VOLATILE), feeder: Feeder = Feeder.HOURS
) -> int:
    """Ours: the compare stage on the same files under so many rules; returns the mismatches found."""
    engine = open_engine(
        list_log(str(log)), SELECTION, unreadable={}, refuse_corrupt=False, master="none", spark=lambda _bytes: spark
    )
    engine = replace(engine, feeder=feeder)
    work = CompareWork(selection=SELECTION, rules=volatile_rules(rules), masking=Masking.SENSITIVE, folder=out)
    counted = add_counted(engine.run(work, engine.tasks())).closed({})
    return counted.window.outcomes[Outcome.MISMATCH].requests


def volatile_rules(count: int) -> RuleSet:
    """Rules for the volatile fields, and further ones that have to be evaluated and match little."""
    needed = [Rule(path=f"$.body.{name}", action=Ignore(), why="volatile") for name in VOLATILE]
    names = [f"$.body.items[*].field{n}" if n % 2 else f"$..deep{n}" for n in range(count - len(needed))]
    return RuleSet([*needed, *(Rule(path=name, action=Tolerance(relative=0.01), why="tried") for name in names)])


def timed(action: Callable[[], int]) -> tuple[float, int]:
    start = time.perf_counter()
    result = action()
    return time.perf_counter() - start, result


def processor_seconds() -> float:
    """Of this process and all that descend from it, those that have ended included."""
    ticks, parents = {}, {}
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            parents[int(entry.name)] = int(fields[1])
            ticks[int(entry.name)] = sum(map(int, fields[11:15]))
    mine = {os.getpid()}
    while True:
        more = {pid for pid, parent in parents.items() if parent in mine} - mine
        if not more:
            return sum(ticks.get(pid, 0) for pid in mine) / os.sysconf("SC_CLK_TCK")
        mine |= more


def measured(action: Callable[[], int]) -> tuple[float, float, int]:
    """Wall and processor seconds of an action, and its result."""
    before = processor_seconds()
    seconds, result = timed(action)
    return seconds, processor_seconds() - before, result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=500_000)
    parser.add_argument("--runs", type=int, default=5)
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
        contenders = {"scan and join": lambda: scan_and_join(spark, log)}
        for feeder in Feeder:
            contenders[feeder.value] = lambda feeder=feeder: compare(
                spark, log, Path(folder) / feeder.value, options.rules, feeder
            )
        rounds = []
        for number in range(options.runs + 1):
            rounds.append({name: measured(act) for name, act in contenders.items()})
            words = ", ".join(f"{name} {wall:.2f} s ({cpu:.2f})" for name, (wall, cpu, _) in rounds[-1].items())
            print(f"{'first' if number == 0 else f'run {number}'}: {words}", flush=True)
        pairs, mismatches = rounds[-1]["scan and join"][2], rounds[-1]["hours"][2]
        print(f"pairs                 {pairs:,} of {options.pairs:,}")
        print(f"mismatches            {mismatches:,} (planted in about {TRUE_MISMATCHES:.1%})")
        report(rounds[1:], pairs)
        default = statistics.median(plain)
        wall = statistics.median(each["hours"][0] for each in rounds[1:])
        print(f"scan and join {default:.2f} s (median) in a session of Spark's defaults: ratio {wall / default:.2f}")


def report(rounds: list[dict[str, tuple[float, float, int]]], pairs: int) -> None:
    """The medians of the rounds, and the ratios to scan and join within each."""
    print(f"{'':<14} {'wall s':>8} {'ratio':>6} {'processor s':>12} {'ratio':>6} {'us a pair':>10}")
    for name in rounds[0]:
        wall, cpu = (statistics.median(each[name][at] for each in rounds) for at in (0, 1))
        ratios = [statistics.median(each[name][at] / each["scan and join"][at] for each in rounds) for at in (0, 1)]
        print(f"{name:<14} {wall:8.2f} {ratios[0]:6.2f} {cpu:12.2f} {ratios[1]:6.2f} {cpu / pairs * 1e6:10.1f}")
    print(f"peak memory   {', '.join(f'{name} {mb:,.0f} MB' for name, mb in peaks())}")


def _plain(log: Path, options: argparse.Namespace) -> list[float]:
    from tests.benchmarks.plain import run_in_process  # it imports the rival from here

    return run_in_process(log, options.runs, options.master)


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
