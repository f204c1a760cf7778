"""Logs of odd shapes beside a plain one: seconds and memory of the whole command, with all processes that it starts.

    python -m tests.benchmarks.shapes [--pairs 500000] [--masters none,local[2]] [--only plain,tiny]

Each shape holds as many rows as the plain log, or, where its bodies are of another length, as many bytes. The ratios
are to the plain log under the same master, those of time in processor seconds. An exit code of 3 is a contract that
the shape breaks, as it should.
"""

import argparse
import datetime as dt
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tests.benchmarks.commands import run_command
from tests.benchmarks.generate import HEADERS, SCHEMA, START, generate

LARGEST_BYTES = 20_000_000
ITEM = b'{"sku":"sku-1","name":"item number 1","price":%d,"stock":true,"tags":["a","b"]}'
STATIC_BYTES = 60_000
Numbers = np.ndarray
Change = Callable[[pa.Table, Numbers], pa.Table]


def changed(log: Path, out: Path, change: Change) -> None:
    """Writes a log whose files are those of another with something changed; ``change`` knows each request's number."""
    seen = Counter[str]()
    for file in sorted(log.rglob("*.parquet")):
        table = pq.ParquetFile(file).read()
        arm = file.parent.name
        numbers = np.arange(seen[arm], seen[arm] + table.num_rows)
        seen[arm] += table.num_rows
        place = out / file.relative_to(log)
        place.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(change(table, numbers), place)


def with_column(table: pa.Table, name: str, values: pa.Array) -> pa.Table:
    place = table.column_names.index(name)
    return table.set_column(place, table.schema.field(name), values)


def skew(table: pa.Table, numbers: Numbers) -> pa.Table:
    """One endpoint has 60 % of the traffic."""
    hot = pa.array(numbers % 5 < 3)
    return with_column(table, "endpoint", pc.if_else(hot, "/shop/hot/{id}", table["endpoint"]))


def endpoints(table: pa.Table, numbers: Numbers) -> pa.Table:
    """5,000 endpoints."""
    return with_column(table, "endpoint", pa.array([f"/shop/{n % 5000}/{{id}}" for n in numbers.tolist()]))


def releases(table: pa.Table, numbers: Numbers) -> pa.Table:
    """200 releases in one log by mistake."""
    return with_column(table, "release", pa.array([f"2.{n % 200}" for n in numbers.tolist()]))


def one_id(table: pa.Table, numbers: Numbers) -> pa.Table:
    """All rows have the same request id."""
    return with_column(table, "request_id", pa.array(["-"] * len(numbers)))


def tiny_files(log: Path, out: Path, files: int = 20_000) -> None:
    """The rows in so many files."""
    whole = sorted(log.rglob("*.parquet"))
    for file in whole:
        table = pq.ParquetFile(file).read()
        folder = (out / file.relative_to(log)).parent
        folder.mkdir(parents=True, exist_ok=True)
        edges = np.linspace(0, table.num_rows, files // len(whole) + 1).astype(int)
        for number, (first, end) in enumerate(pairwise(edges)):
            pq.write_table(table.slice(first, end - first), folder / f"part-{number:05}.parquet")


def one_hour(log: Path, out: Path) -> None:
    """All rows in one hour, in one huge file for each arm."""
    for arm in ("arm=production", "arm=shadow"):
        folder = out / f"date={START:%Y-%m-%d}" / "hour=00" / arm
        folder.mkdir(parents=True, exist_ok=True)
        with pq.ParquetWriter(folder / "part-0.parquet", SCHEMA) as writer:
            tables = [pq.ParquetFile(file).read() for file in sorted(log.rglob(f"{arm}/*.parquet"))]
            whole = pa.concat_tables(tables)
            first = int(START.timestamp()) * 1_000_000
            moments = first + (whole["captured_at"].cast(pa.int64()).to_numpy() - first) // 24
            column = pa.array(moments, pa.int64()).cast(SCHEMA.field("captured_at").type)
            writer.write_table(with_column(whole, "captured_at", column), row_group_size=whole.num_rows)


def long_bodies(out: Path, total_bytes: int) -> None:
    """Bodies from 0 to 20 MB, as likely of 1 to 10 bytes as of 1 to 10 MB; one pair of twenty differs."""
    chance = np.random.default_rng(2)
    items = [ITEM % price for price in chance.integers(100, 100_000, LARGEST_BYTES // len(ITEM % 10_000))]
    pairs = total_bytes // 2 // int(LARGEST_BYTES / np.log(LARGEST_BYTES))
    lengths = np.exp(chance.uniform(0, np.log(LARGEST_BYTES), pairs))
    counts = (lengths / len(ITEM % 10_000)).astype(int)
    whole = [b'{"items":[' + b",".join(items[:count]) + b"]}" if count else b"" for count in counts]
    wrong = [body.replace(b"item number", b"item", 1) if n % 20 == 0 else body for n, body in enumerate(whole)]
    write_bodies(out, {"production": whole, "shadow": wrong}, hours=24)


def static_body(out: Path, pairs: int) -> None:
    """One body in all answers, which Parquet stores once; all in one hour."""
    body = b'{"items":[' + b",".join([ITEM % n for n in range(STATIC_BYTES // len(ITEM % 100))]) + b"]}"
    write_bodies(out, {arm: [body] * pairs for arm in ("production", "shadow")}, hours=1)


def write_bodies(out: Path, bodies: dict[str, list[bytes]], hours: int) -> None:
    """A log with some bodies, spread over so many hours."""
    for arm, every in bodies.items():
        edges = np.linspace(0, len(every), hours + 1).astype(int).tolist()
        for hour, (first, end) in enumerate(pairwise(edges)):
            begins = START + dt.timedelta(hours=hour)
            folder = out / f"date={begins:%Y-%m-%d}" / f"hour={hour:02}" / f"arm={arm}"
            folder.mkdir(parents=True, exist_ok=True)
            with pq.ParquetWriter(folder / "part-0.parquet", SCHEMA) as writer:
                for some in range(first, end, 1_000):
                    numbers = range(some, min(some + 1_000, end))
                    writer.write_table(_answers(arm, every, begins, numbers, (end - first)))


def _answers(arm: str, bodies: list[bytes], begins: dt.datetime, numbers: range, in_hour: int) -> pa.Table:
    count = len(numbers)
    columns = {
        "request_id": [f"r{n}" for n in numbers],
        "captured_at": [begins + dt.timedelta(seconds=n % in_hour * 3599 / in_hour) for n in numbers],
        "method": ["GET"] * count,
        "path": [f"/long/{n}" for n in numbers],
        "endpoint": [f"/long/{n % 20}/{{id}}" for n in numbers],
        "status": [200] * count,
        "response_headers": [HEADERS[arm]] * count,
        "body": [bodies[n] for n in numbers],
        "body_truncated": [False] * count,
        "latency_ms": [10.0 + n % 7 for n in numbers],
        "sample_rate": [1.0] * count,
        "unit_id": [f"u{n // 3}" for n in numbers],
        "release": ["1.0" if arm == "production" else "2.0"] * count,
    }
    missing = {name: [None] * count for name in SCHEMA.names if name not in columns}
    return pa.table({name: (columns | missing)[name] for name in SCHEMA.names}, schema=SCHEMA)


def shapes(plain: Path, pairs: int) -> dict[str, Callable[[Path], None]]:
    """What writes each shape into a folder, by name."""
    bodies_bytes = pairs * 2 * 820
    return {
        "plain": lambda out: shutil.copytree(plain, out),
        "skew": lambda out: changed(plain, out, skew),
        "endpoints": lambda out: changed(plain, out, endpoints),
        "releases": lambda out: changed(plain, out, releases),
        "one id": lambda out: changed(plain, out, one_id),
        "tiny files": lambda out: tiny_files(plain, out),
        "one hour": lambda out: one_hour(plain, out),
        "long bodies": lambda out: long_bodies(out, bodies_bytes),
        "static body": lambda out: static_body(out, pairs // 10),
    }


def figures(options: argparse.Namespace, folder: Path) -> Iterator[str]:
    """The lines of the table."""
    plain = (options.keep or folder) / f"plain-{options.pairs}"
    if not plain.exists():
        generate(plain, options.pairs)
    head = f"{'shape':<12} {'files':>6} {'MB':>6} {'master':<9} {'s':>7} {'cpu s':>7} "
    yield head + f"{'to plain':>8} {'peak MB':>8} {'to plain':>8} exit"
    base = {}
    for name, write in shapes(plain, options.pairs).items():
        if options.only and not any(word in name for word in options.only.split(",")):
            continue
        log = folder / "log"
        write(log)
        files = list(log.rglob("*.parquet"))
        log_mb = sum(file.stat().st_size for file in files) / 1e6
        for master in options.masters.split(","):
            cost = run_command(log, master, folder)
            base.setdefault(master, cost)
            dearer, larger = cost.processor / base[master].processor, cost.peak_mb / base[master].peak_mb
            line = (
                f"{name:<12} {len(files):>6,} {log_mb:>6.0f} {master:<9} {cost.seconds:>7.1f} {cost.processor:>7.1f} "
            )
            yield line + f"{dearer:>8.2f} {cost.peak_mb:>8,.0f} {larger:>8.2f} {cost.exit_code:>4} {cost.said}"
        shutil.rmtree(log)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=500_000)
    parser.add_argument("--masters", default="none,local[2]")
    parser.add_argument("--keep", type=Path, help="the folder that the plain log is kept in, and taken from later")
    parser.add_argument("--only", default="", help="shapes by words of their names; ratios are to the first")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="darklaunch-shapes-") as folder:
        for line in figures(options, Path(folder)):
            print(line, flush=True)


if __name__ == "__main__":
    main()
