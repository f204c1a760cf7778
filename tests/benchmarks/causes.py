"""Benchmark of causes on 5 million rows of differences: seconds, and the planted faults found.

    python -m tests.benchmarks.causes [--differences 5000000] [--master local[2]]

Half of the requests differ: in a fault of their endpoint, which one region has, or two hours, or everybody, and in
nothing else or a few paths that vary. Prints seconds, rows a second and peak memory.
"""

import argparse
import datetime as dt
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from darklaunch.capture.selection import Selection
from darklaunch.diff.difference import Kind
from darklaunch.diff.privacy.masking import Masking
from darklaunch.spark.session import open_session
from darklaunch.triage.spark.causes import find_causes
from darklaunch.window import Window
from tests.benchmarks.compare import peaks
from tests.benchmarks.generate import SCHEMA, START

ENDPOINTS = 12
HOURS = 24
REGIONS = np.array(["eu", "us", "asia", "africa"])
LANGUAGES = np.array(["de", "en", "fr", "es", "it", "pl", "nl"])
FAULTS = ("everybody", "region", "hours")
AT_ONCE = 100_000


def fault(endpoint: int) -> tuple[str, list[tuple[str, str]]]:
    """The traffic that has the fault of an endpoint, and the paths that differ."""
    paths = [(f"$.body.items[*].field_{endpoint}", "type_changed"), (f"$.body.total_{endpoint}", "value_changed")]
    return FAULTS[endpoint % 3], [*paths, ("$.headers.etag", "value_changed")]


def batch(rng: np.random.Generator, first: int, size: int) -> tuple[pa.Table, pa.Table, pa.Table]:
    """Captures, pairs and differences of some requests, about half of which differ."""
    index = np.arange(first, first + size)
    endpoint, hour = index % ENDPOINTS, rng.integers(0, HOURS, size)
    region = rng.choice(REGIONS, size, p=[0.3, 0.4, 0.2, 0.1])
    fault_of = endpoint % 3
    hit = np.where(fault_of == 0, True, np.where(fault_of == 1, region == "eu", (hour >= 2) & (hour < 4)))
    differs = hit & (rng.random(size) < np.array([0.95, 0.9, 0.9])[fault_of])
    ids = np.array([f"{n * 2654435761 % 2**32:08x}-{n:012x}" for n in index])
    names = np.array([f"GET /shop/{n}/{{id}}" for n in range(ENDPOINTS)])[endpoint]
    buckets = np.array([START + dt.timedelta(hours=n) for n in range(HOURS)])[hour]
    pairs = pa.table(
        {
            "request_id": ids,
            "endpoint": names,
            "bucket": pa.array(buckets, pa.timestamp("us", "UTC")),
            "weight": np.full(size, 2.0),
            "outcome": np.where(differs, "mismatch", "equal"),
            "production_status": pa.array(np.full(size, 200), pa.int32()),
        }
    )
    return (
        captured_rows(rng, index, ids, names, buckets, region),
        pairs,
        difference_rows(rng, index[differs], ids, names, endpoint, first),
    )


def captured_rows(rng, index, ids, names, buckets, region) -> pa.Table:
    """Production rows, with four headers, three parameters and two attributes."""
    language = rng.choice(LANGUAGES, len(index))
    offsets = np.arange(len(index) + 1)
    flat_headers = pa.StructArray.from_arrays(
        [
            pa.array(["accept", "user-agent", "accept-language", "x-request-id"] * len(index)),
            pa.array(
                [
                    each
                    for n, word in zip(index, language, strict=True)
                    for each in ("application/json", f"app/{n % 9}", word, f"r{n}")
                ]
            ),
        ],
        names=["name", "value"],
    )
    attributes = pa.MapArray.from_arrays(
        pa.array(2 * offsets, pa.int32()),
        pa.array(["region", "plan"] * len(index)),
        pa.array([each for n, word in zip(index, region, strict=True) for each in (word, f"plan-{n % 5}")]),
    )
    columns = {name: pa.nulls(len(index), SCHEMA.field(name).type) for name in SCHEMA.names} | {
        "request_id": ids,
        "captured_at": pa.array(buckets, pa.timestamp("us", "UTC")),
        "method": ["GET"] * len(index),
        "path": [f"/shop/{n % ENDPOINTS}/{n}" for n in index],
        "query": [f"page={n % 7}&cursor={n}&sort=price" for n in index],
        "endpoint": names,
        "request_headers": pa.ListArray.from_arrays(pa.array(4 * offsets, pa.int32()), flat_headers),
        "status": pa.array(np.full(len(index), 200), pa.int32()),
        "attributes": attributes,
    }
    facts = {
        "in_window": [True] * len(index),
        "reason": pa.nulls(len(index), pa.string()),
        "arm": ["production"] * len(index),
    }
    return pa.table(columns | facts)


def difference_rows(rng, index, ids, names, endpoint, first) -> pa.Table:
    """Rows of differences: those of the fault, and in a third of the requests one path more that varies."""
    rows = []
    for n, extra in zip(index, rng.integers(0, 60, len(index)), strict=True):
        position = n - first
        _, paths = fault(endpoint[position])
        rows += [(ids[position], names[position], path, kind, f"{n % 1000}", f'"{n % 1000}"') for path, kind in paths]
        if extra < 20:
            rows.append((ids[position], names[position], f"$.body.extras[*].k{extra}", "value_changed", "1", f"{n}"))
    columns = dict(
        zip(
            ("request_id", "endpoint", "path", "kind", "production", "shadow"),
            map(list, zip(*rows, strict=True)),
            strict=True,
        )
    )
    severity = [Kind(kind).severity.value for kind in columns["kind"]]
    unsettled = {"rule": pa.nulls(len(rows), pa.string()), "baseline_differs": [False] * len(rows)}
    return pa.table(columns | unsettled | {"severity": severity})


def generate(folder: Path, minimum: int, seed: int = 1) -> tuple[int, int]:
    """Writes the three tables until there are enough differences; returns requests and differences."""
    rng, requests, differences = np.random.default_rng(seed), 0, 0
    for name in ("captures", "pairs", "differences"):
        (folder / name).mkdir(parents=True)
    while differences < minimum:
        size = min(AT_ONCE, max(1000, minimum))
        tables = batch(rng, requests, size)
        for name, table in zip(("captures", "pairs", "differences"), tables, strict=True):
            pq.write_table(table, folder / name / f"part-{requests:09d}.parquet")
        requests, differences = requests + size, differences + len(tables[2])
    return requests, differences


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--differences", type=int, default=5_000_000)
    parser.add_argument("--master", default="local[2]")
    parser.add_argument("--runs", type=int, default=2)
    parser.add_argument("--tables", type=Path, help="tables made before, or where to make them")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tables = options.tables or Path(folder) / "tables"
        if not tables.exists():
            print("made {:,} requests with {:,} differences".format(*generate(tables, options.differences)))
        spark = open_session(options.master, {})
        window = Window(start=START, end=START + dt.timedelta(hours=HOURS))
        selection = Selection(window=window, max_pair_gap=dt.timedelta(minutes=10))
        captures, pairs, differences = (
            spark.read.parquet(str(tables / n)) for n in ("captures", "pairs", "differences")
        )
        rows = differences.count()
        for _ in range(options.runs):
            start = time.perf_counter()
            causes = find_causes(
                spark, captures, pairs, differences, selection=selection, masking=Masking.SENSITIVE, alpha=0.05
            )
            seconds = time.perf_counter() - start
            print(f"causes        {len(causes)} in {seconds:.1f} s, {rows / seconds:,.0f} rows of differences a second")
        for cause in causes[:ENDPOINTS]:
            slices = ", ".join(
                f"{s['facet']} {s['name']} {s['value']} {s['share_inside']:.0%}/{s['share_outside']:.0%}"
                for s in cause["slices"]
            )
            print(
                f"  {cause['endpoint']} {cause['requests']:,} {cause['share']:.1%}"
                f" {cause['paths'][0]['path']}: {slices}"
            )
        print(f"peak memory   {', '.join(f'{name} {mb:,.0f} MB' for name, mb in peaks())}")


if __name__ == "__main__":
    main()
