"""Curves of the compare stage's cost over what a log is like, as a CSV and a plot for each axis.

    python -m tests.benchmarks.curves --to FOLDER [--axes pairs,body,equal,endpoints] [--largest 5000000] [--rounds 3]

Each point is a log of its own that is compared in processes of this machine, without Spark, so many times; wall and
processor seconds are medians, memory is the largest sum of all processes at one moment.
"""

import argparse
import csv
import statistics
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from darklaunch.engine.run import Feeder
from tests.benchmarks.generate import DEFAULT, Shape, generate, repeat
from tests.benchmarks.measure import measured, resident_mb
from tests.benchmarks.ours import compare

_DAY = 500_000
"""Pairs that are generated; more are the same day again with other ids."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A log on an axis: the axis' value there, the log's pairs a day, days and shape."""

    axis: str
    value: float
    pairs: int
    days: int = 1
    shape: Shape = DEFAULT


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What comparing the log of a point took."""

    axis: str
    value: float
    pairs: int
    log_mb: float
    wall_s: float
    processor_s: float
    processor_us_a_pair: float
    peak_mb: float


def points(largest: int) -> list[Point]:
    """All points, axis by axis."""
    sizes = [count for count in (100_000, 250_000, 500_000, 1_000_000, 2_000_000, 5_000_000) if count <= largest]
    return [
        *(
            Point(axis="pairs", value=count, pairs=min(count, _DAY), days=max(1, count // _DAY))
            for count in sizes
        ),
        *(
            Point(axis="body", value=items * 95, pairs=pairs, shape=Shape(items=items))
            for items, pairs in ((1, 200_000), (8, 200_000), (86, 40_000), (860, 5_000))
        ),
        *(
            Point(axis="equal", value=share, pairs=200_000, shape=Shape(equal=share))
            for share in (0.0, 0.25, 0.5, 0.75, 1.0)
        ),
        *(
            Point(axis="endpoints", value=count, pairs=200_000, shape=Shape(endpoints=count))
            for count in (10, 100, 1_000, 5_000)
        ),
    ]  # fmt: skip


@contextmanager
def watching() -> Iterator[Callable[[], float]]:
    """Watches the memory of this process and all that descend from it; gives the largest sum in MB."""
    done, largest = threading.Event(), [0.0]

    def watch() -> None:
        while not done.wait(0.1):
            largest[0] = max(largest[0], resident_mb())

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield lambda: largest[0]
    finally:
        done.set()
        thread.join()


def measure(point: Point, rounds: int) -> Measured:
    """Makes the log of a point and compares it."""
    with tempfile.TemporaryDirectory() as folder:
        log, out = Path(folder) / "captures", Path(folder) / "out"
        if point.days > 1:
            generate(Path(folder) / "day", point.pairs, point.shape)
            repeat(Path(folder) / "day", log, point.days)
        else:
            generate(log, point.pairs, point.shape)
        with watching() as peak:
            costs = [
                measured(lambda number=number: compare(
                    None, log, out / str(number), Feeder.PROCESSES, days=point.days
                ))
                for number in range(rounds)
            ]  # fmt: skip
            peak_mb = peak()
        log_mb = sum(file.stat().st_size for file in log.rglob("*.parquet")) / 1e6
    pairs = point.pairs * point.days
    wall, processor = (statistics.median(getattr(cost, of) for cost in costs) for of in ("wall", "processor"))
    return Measured(
        axis=point.axis,
        value=point.value,
        pairs=pairs,
        log_mb=round(log_mb, 1),
        wall_s=round(wall, 2),
        processor_s=round(processor, 2),
        processor_us_a_pair=round(processor / pairs * 1e6, 1),
        peak_mb=round(peak_mb),
    )


def plot(axis: str, curve: list[Measured], file: Path) -> None:
    """Draws processor time a pair, wall seconds and memory over an axis."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 3.2), layout="constrained")
    labels = {"processor_us_a_pair": "processor µs a pair", "wall_s": "wall s", "peak_mb": "peak MB"}
    for axes, (name, label) in zip(figure.subplots(1, 3), labels.items(), strict=True):
        axes.plot([each.value for each in curve], [getattr(each, name) for each in curve], marker="o")
        axes.set(xlabel=axis, ylabel=label, ylim=(0, None))
        if axis != "equal":
            axes.set_xscale("log")
        axes.grid(visible=True, alpha=0.3)
    figure.savefig(file, dpi=120)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--to", type=Path, required=True)
    parser.add_argument("--axes", default="pairs,body,equal,endpoints")
    parser.add_argument("--largest", type=int, default=5_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    options.to.mkdir(parents=True, exist_ok=True)
    for axis in options.axes.split(","):
        curve: list[Measured] = []
        with (options.to / f"{axis}.csv").open("w", newline="") as file:
            writer = csv.DictWriter(file, list(Measured.__dataclass_fields__))
            writer.writeheader()
            for point in points(options.largest):
                if point.axis != axis:
                    continue
                curve.append(measure(point, options.rounds))
                writer.writerow(asdict(curve[-1]))
                print(", ".join(f"{name} {value}" for name, value in asdict(curve[-1]).items()), flush=True)
        plot(axis, curve, options.to / f"{axis}.png")


if __name__ == "__main__":
    main()
