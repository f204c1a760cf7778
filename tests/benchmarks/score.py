"""Benchmark of scoring 5,000 endpoints in some of their dimensions after 30 days of hourly evidence.

    python -m tests.benchmarks.score [--endpoints 5000] [--days 30] [--dimensions 5] [--state FOLDER]

Prints the rows of the evidence table, seconds to add it up, to score and to decide, and peak memory.
"""

import argparse
import datetime as dt
import resource
import tempfile
import time
from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from darklaunch.decide.decision import decide_endpoints
from darklaunch.decide.policy import Policy
from darklaunch.evidence import store
from darklaunch.evidence.dimension import Dimension
from darklaunch.publish.report.build import build_endpoint
from darklaunch.publish.report.endpoint import Scope
from darklaunch.publish.report.json import endpoint_json, read_facts
from darklaunch.score.dimension_score import Scoring
from darklaunch.score.judged_dimensions import JudgedDimensions
from darklaunch.score.launch_score import ScoringPlan, score_launch
from darklaunch.storage.state import read_state
from darklaunch.window import HOUR, Window
from tests.publish import sample

START = dt.datetime(2026, 3, 2, tzinfo=dt.timezone.utc)
ZERO = (
    "m_baseline",
    "k_plus",
    "k_minus",
    "k_unpaired",
    "missing",
    "bodies_equal",
    "mismatches",
    "baseline_pairs",
    "baseline_mismatches",
    "production_missing",
)

PLAN = ScoringPlan(
    scoring=Scoring(alpha=0.05, minimum_completeness=0.99),
    tolerated_excess=0.001,
    tolerated_excess_of={},
    latency_ratios={},
    groups={},
    rest_group=True,
)


class EveryDimension(JudgedDimensions):
    """Every dimension that there are units of: without histograms, latencies would never have been recorded."""

    def at(self, endpoint: str, counted: Collection[Dimension] = ()) -> dict[Dimension, str | None]:  # noqa: ARG002
        return dict.fromkeys(counted)


EVERY = EveryDimension(histograms={}, thresholds=None, rungs=frozenset(), level=0.95)


def write(folder: Path, endpoints: int, days: int, dimensions: Sequence[str]) -> int:
    """Writes clean units in every hour and a few differing ones; returns the number of rows."""
    rng = np.random.default_rng(1)
    names = np.asarray(["*", *(f"GET /service-{n // 100}/resource-{n}/{{id}}" for n in range(endpoints - 1))])
    clean = pa.array(np.repeat(names, len(dimensions)))
    rows, state = 0, read_state(folder)
    for hour in range(days * 24):
        moment = START + dt.timedelta(hours=hour)
        at = rng.choice(endpoints * len(dimensions), endpoints // 4, replace=False)
        count = endpoints * len(dimensions)
        units = rng.integers(5, 60, count)
        columns = {
            "endpoint": pa.concat_arrays([clean, clean.take(pa.array(at))]),
            "dimension": dimensions * endpoints + [dimensions[index % len(dimensions)] for index in at],
            "sample_rate": np.ones(count + len(at)),
            "m": np.concatenate([np.zeros(count, int), rng.integers(1, 9, len(at))]),
            "units": np.concatenate([units, np.ones(len(at), int)]),
        }
        table = pa.table({**columns, **{name: np.zeros(count + len(at), int) for name in ZERO}})
        differing, sides = np.arange(count + len(at)) >= count, rng.random(count + len(at)) < 0.5
        for name, mask in (("k_plus", differing & sides), ("k_minus", differing & ~sides)):
            table = table.set_column(table.column_names.index(name), name, pa.array(mask.astype(int)))
        pairs = pa.array(np.maximum(table["m"].to_numpy(), 1) * table["units"].to_numpy())
        table = table.append_column("pairs", pairs)
        for name, values in (("baseline_pairs", pairs), ("m_baseline", pa.array(np.maximum(table["m"].to_numpy(), 1)))):
            table = table.set_column(table.column_names.index(name), name, values)
        bucket = pa.array([moment] * table.num_rows, pa.timestamp("us", "UTC"))
        window = Window(start=moment, end=moment + HOUR)
        state = store.replace_units(state, window, table.append_column("bucket", bucket))
        rows += table.num_rows
    state.commit()
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--endpoints", type=int, default=5000)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--dimensions", type=int, default=5, choices=range(1, len(Dimension) + 1))
    parser.add_argument("--state", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.state or Path(scratch)
        if not (folder / "state").exists():
            dimensions = [dimension.value for dimension in Dimension][: options.dimensions]
            print(f"evidence rows   {write(folder, options.endpoints, options.days, dimensions):,}", flush=True)
        start = time.perf_counter()
        stored = store.read_evidence(read_state(folder), START + dt.timedelta(days=options.days))
        read = time.perf_counter()
        scores = score_launch(list(stored.evidence), stored, EVERY, PLAN)
        scored = time.perf_counter()
        policy = Policy(
            alpha=0.05,
            minimum_days=7,
            require_all_hours=True,
            maximum_noise=0.1,
            promoted_traffic_share=0.95,
        )
        decisions = decide_endpoints(scores, policy, stored.coverage)
        decided = time.perf_counter()
        window = read_facts(sample.full() | {"statuses": {}, "differences": {}})
        entries = [
            endpoint_json(
                build_endpoint(window, {}, score, decisions[score.endpoint], scope=Scope.ENDPOINT, level=0.95)
            )
            for score in scores
        ]
        reported = time.perf_counter()
    print(f"endpoints       {len(decisions):,} in {len(scores[0].dimensions)} dimensions")
    print(f"add up          {read - start:.2f} s")
    print(f"score, bounds   {scored - read:.2f} s")
    print(f"decide          {decided - scored:.2f} s")
    print(f"tell            {reported - decided:.2f} s for {len(entries):,} entries of verdict.json")
    print(f"together        {reported - start:.2f} s")
    print(f"peak memory     {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


if __name__ == "__main__":
    main()
