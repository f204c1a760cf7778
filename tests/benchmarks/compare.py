"""Benchmark of the compare stage: ours by hours, behind a shuffle and in processes, and what others do with the log.

    python -m tests.benchmarks.compare [--pairs 500000] [--warm 5] [--only hours,duckdb] [--no-shapes] [--log LOG]

All contenders run in turn in one process and one Spark session, a cold round and warm ones; each costs wall seconds and
processor seconds of the driver, the JVM and all workers. Ratios are taken within a round. Rivals that are not installed
(``pip install datacompy rdatacompy pyspark-extension==2.15.0.4.1``) are left out. Give it the environment variable that
the command line sets, ``MIMALLOC_PURGE_DELAY=60000``. Ends with the figures that the design
holds the engine to, and whether they were met.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from pyspark.sql import SparkSession

from darklaunch.engine.run import Feeder
from darklaunch.spark.session import open_session
from tests.benchmarks import duck, plain, rivals
from tests.benchmarks.generate import TRUE_MISMATCHES, Shape, generate
from tests.benchmarks.measure import Cost, peaks, ratio, rounds_of, table
from tests.benchmarks.ours import compare

SCAN = "scan and join"
SLOW_ROUNDS = 2
LIBRARIES = {"pyspark-extension": "gresearch", "DataComPy": "datacompy", "RDataCompy": "rdatacompy"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A log of another shape, and the ratio to scan and join that ours is held to on it."""

    name: str
    pairs: int
    shape: Shape
    hold_to: float


VARIANTS = [
    Variant(name=f"{size}, {equal:.0%} equal", pairs=pairs, shape=Shape(items=items, equal=equal), hold_to=hold_to)
    for size, pairs, items, shares, hold_to in (
        ("200 B", 500_000, 1, (0, 0.5, 1), 3.2),
        ("8 kB", 60_000, 86, (0, 0.5, 1), 1.5),
        ("80 kB", 8_000, 860, (0, 1), 1.8),
    )
    for equal in shares
]


@dataclass(frozen=True, slots=True)
class Held:
    """A figure, and what the design holds it to."""

    name: str
    figure: float
    hold_to: float

    def __str__(self) -> str:
        met = "met" if self.figure <= self.hold_to else "NOT MET"
        return f"{self.name:<58} {self.figure:7.2f} {self.hold_to:7.2f}  {met}"


def contenders(spark: SparkSession, log: Path, out: Path) -> dict[str, Callable[[], int]]:
    """All that can run here, by name."""
    ours = {feeder.value: lambda feeder=feeder: compare(spark, log, out / feeder.value, feeder) for feeder in Feeder}
    libraries = {
        "pyspark-extension": lambda: rivals.spark_extension(spark, log),
        "DataComPy": lambda: rivals.datacompy(spark, log),
        "RDataCompy": lambda: rivals.rdatacompy(log),
    }
    return {
        SCAN: lambda: rivals.scan_and_join(spark, log),
        **ours,
        "duckdb": lambda: duck.compare(log, out / "duckdb"),
        **{name: action for name, action in libraries.items() if find_spec(LIBRARIES[name])},
    }


def on_default_log(spark: SparkSession, log: Path, options: argparse.Namespace, out: Path) -> list[Held]:
    """The table of all contenders on the log of the default shape."""
    chosen = {
        name: action
        for name, action in contenders(spark, log, out).items()
        if not options.only or name in (SCAN, *options.only.split(","))
    }
    slow = {name: chosen.pop(name) for name in LIBRARIES if name in chosen}
    costs = rounds_of(chosen, options.warm)
    print(table(costs, [name for name in (SCAN, "duckdb") if name in costs], options.pairs))
    print(f"peak memory: {', '.join(f'{name} {mb:,.0f} MB' for name, mb in peaks())}")
    defaults = statistics.median(plain.run_in_process(log, options.warm, options.master))
    print(f"scan and join in a session of Spark's defaults: {defaults:.2f} s (median)")
    figures = held(costs, defaults, options.pairs)
    if slow:
        # apart: what takes minutes leaves the workers of the others cold
        costs = rounds_of({name: chosen[name] for name in (SCAN, "hours") if name in chosen} | slow, SLOW_ROUNDS)
        print(table(costs, [SCAN], options.pairs))
        if {"hours", "DataComPy"} <= costs.keys():
            share = ratio(costs, "hours", "DataComPy", "processor")
            figures.append(Held("processor seconds in parts of DataComPy's", share, 0.25))
    return figures


def held(costs: dict[str, list[Cost]], defaults: float, pairs: int) -> list[Held]:
    """The figures of the default log that the design names, of those that ran."""
    figures = []
    if "hours" in costs:
        wall, cpu = (
            statistics.median(getattr(cost, of) for cost in costs["hours"][1:]) for of in ("wall", "processor")
        )
        figures += [
            Held("by hours, ratio to scan and join in the same session", ratio(costs, "hours", SCAN), 2.3),
            Held("by hours, ratio to scan and join with Spark's defaults", wall / defaults, 1.6),
            Held("by hours, first job of a session, processor seconds", costs["hours"][0].processor, 20),
            Held("by hours, processor microseconds a pair", cpu / pairs * 1e6, 20),
            # the same whatever the clock of a machine: scan and join took 8.9 microseconds where 20 were held to
            Held(
                "by hours, processor seconds in parts of scan and join's",
                ratio(costs, "hours", SCAN, "processor"),
                2.25,
            ),
        ]
    if "shuffle" in costs:
        figures.append(Held("behind a shuffle, ratio to scan and join", ratio(costs, "shuffle", SCAN), 3.8))
    if {"hours", "duckdb"} <= costs.keys():
        figures.append(
            Held("processor seconds in parts of DuckDB's", ratio(costs, "hours", "duckdb", "processor"), 1.3)
        )
    return figures


def on_variant(spark: SparkSession, variant: Variant, warm: int) -> Held:
    """Ours by hours and scan and join on a log of another shape."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "captures"
        generate(log, variant.pairs, variant.shape)
        print(f"\n{variant.name}, {variant.pairs:,} pairs")
        chosen = {
            SCAN: lambda: rivals.scan_and_join(spark, log),
            "hours": lambda: compare(spark, log, Path(folder) / "out"),
        }
        costs = rounds_of(chosen, warm)
        print(table(costs, [SCAN], variant.pairs))
        return Held(f"{variant.name}, ratio to scan and join", ratio(costs, "hours", SCAN), variant.hold_to)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=500_000)
    parser.add_argument("--warm", type=int, default=5, help="warm rounds")
    parser.add_argument("--only", default="", help="contenders beside scan and join, separated by commas")
    parser.add_argument("--no-shapes", action="store_true", help="the default log only")
    parser.add_argument("--master", default="local[2]")
    parser.add_argument("--log", type=Path, help="a log made before, or where to make it")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        log = options.log or Path(folder) / "captures"
        if not log.exists():
            start = time.perf_counter()
            generate(log, options.pairs)
            print(f"made {options.pairs:,} pairs in {time.perf_counter() - start:.1f} s, {TRUE_MISMATCHES:.1%} wrong")
        jars = {"spark.jars": rivals.extension_jar()} if find_spec("gresearch") else {}

        spark = open_session(options.master, jars)
        figures = on_default_log(spark, log, options, Path(folder))
        if not options.no_shapes:
            figures += [on_variant(spark, variant, options.warm) for variant in VARIANTS]
    print(f"\n{'':<58} {'figure':>7} {'hold to':>7}", *figures, sep="\n")


if __name__ == "__main__":
    main()
