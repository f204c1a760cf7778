"""Calibration end to end: whole launches through Spark, with endpoints at the tolerated limit.

    python -m tests.calibration.launch [--seeds 20] [--days 14] [--master local[2]]

Forty endpoints; sessions of 3 requests on average, correlated by 0.1 within; 1 % of most traffic and all of
the rest sampled; a noisy baseline. Every day is captured, compared by `darklaunch compare` and judged. Seeds are
launches of their own that share one log, so that Spark runs once a day; each is judged alone. Beside endpoints at the
limit, bad and clean ones there are those that are broken in ways that a mean hides: from the eighth day on (`late`, and
`learned`: the value at a path that was learned as noise is always wrong), by one session of half of the requests
(`heavy`), by bodies that can't be decoded (`undecodable`).
"""

import argparse
import datetime as dt
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from darklaunch.config.domain import plan_of
from darklaunch.config.loading.load import load
from darklaunch.decide.decision import decide_endpoints
from darklaunch.decide.policy import Policy
from darklaunch.decide.verdict import Decision, Verdict
from darklaunch.evidence import store
from darklaunch.pipeline import run_compare
from darklaunch.request import Request
from darklaunch.score.dimension_score import Scoring
from darklaunch.score.endpoint_score import score_endpoint
from darklaunch.score.precompute import precompute
from darklaunch.storage.state import read_state
from darklaunch.window import Window
from tests.benchmarks.generate import SCHEMA
from tests.calibration.worlds import draw_mismatches, session_sizes

START = dt.datetime(2026, 3, 2, tzinfo=dt.timezone.utc)
TAU, NOISE, ICC = 0.01, 0.002, 0.1
BULK, RARE = 0.01, 1.0
SESSIONS = {BULK: 150, RARE: 40}
KINDS = ("limit", "bad", "clean", "clean", "late", "heavy", "undecodable", "learned")
EXCESS = {"limit": TAU, "bad": 5 * TAU} | dict.fromkeys(KINDS[2:], 0.0)
HIDDEN = KINDS[4:]
CLEAN_DAYS = 7
FLICKER = 0.03
ENDPOINTS = 40
ARMS = ("production", "shadow", "baseline")
WRONG = {"production": 0, "shadow": 1, "baseline": 2}
BROKEN = b"\x1f\x8b\x08 cut off"


_BROKEN_AND_PROMOTED = "promoted after the clean days"


def endpoints(seeds: int) -> list[tuple[str, str]]:
    """Names of the endpoints, each with its kind."""
    return [
        (f"/s{seed}/{KINDS[n % len(KINDS)]}{n}", KINDS[n % len(KINDS)])
        for seed in range(seeds)
        for n in range(ENDPOINTS)
    ]


def draw_day(rng: np.random.Generator, seeds: int, number: int) -> dict[str, np.ndarray]:
    """The requests of one day: endpoint, session, sample rate, and where shadow and baseline differ."""
    names = ("endpoint", "session", "rate", "shadow", "baseline", "undecodable", "flicker_path")
    columns: dict[str, list[np.ndarray]] = {name: [] for name in names}
    session, begun = 0, number >= CLEAN_DAYS
    for index, (_, kind) in enumerate(endpoints(seeds)):
        excess = 20 * TAU if kind == "late" and begun else EXCESS[kind]
        for rate, count in SESSIONS.items():
            sizes = session_sizes(rng, count)
            # the excess over a noisy baseline, on the same request, is then exactly as wanted
            worse = draw_mismatches(rng, sizes, excess / (1 - NOISE), ICC)
            if kind == "heavy" and rate == BULK:
                sizes[0] = sizes[1:].sum()
                worse[0] = sizes[0]
            total = int(sizes.sum())
            first = np.arange(total) - np.repeat(sizes.cumsum() - sizes, sizes)
            columns["undecodable"].append((rng.random(total) < 5 * TAU) & (kind == "undecodable"))
            columns["flicker_path"].append(np.full(total, kind == "learned"))
            columns["endpoint"].append(np.full(total, index))
            columns["session"].append(session + np.repeat(np.arange(count), sizes))
            columns["rate"].append(np.full(total, rate))
            columns["shadow"].append((first < np.repeat(worse, sizes)) | (rng.random(total) < NOISE))
            columns["baseline"].append(rng.random(total) < NOISE)
            session += count
    return {name: np.concatenate(parts) for name, parts in columns.items()} | {"day": np.asarray([number])}


def write_day(log: Path, requests: dict[str, np.ndarray], seeds: int, number: int) -> int:
    """Writes a day as a recorder would, all of it in one hour; returns the number of requests."""
    count = len(requests["endpoint"])
    hour = START + dt.timedelta(days=number)
    micros = int(hour.timestamp() * 1e6) + np.arange(count) * (3_500_000_000 // count)
    names = pa.array([f"/{name}" for name, _ in endpoints(seeds)]).take(pa.array(requests["endpoint"]))
    sessions = pa.array([f"d{number}s{n}" for n in range(int(requests["session"].max()) + 1)])
    headers = pa.array([[("content-type", "application/json")]] * count, SCHEMA.field("response_headers").type)
    absent = {
        name: pa.nulls(count, SCHEMA.field(name).type)
        for name in ("query", "request_headers", "request_body", "error", "attributes")
    }
    shared = {
        "request_id": pa.array([f"d{number}r{n}" for n in range(count)]),
        "captured_at": pa.array(micros, pa.timestamp("us", tz="UTC")),
        "method": pa.array(["GET"] * count),
        "path": names,
        "endpoint": names,
        "status": pa.array(np.full(count, 200), pa.int32()),
        "response_headers": headers,
        "body_truncated": pa.array(np.zeros(count, bool)),
        "latency_ms": pa.array(np.full(count, 10.0)),
        "sample_rate": pa.array(requests["rate"]),
        "unit_id": sessions.take(pa.array(requests["session"])),
    }
    rng = np.random.default_rng(number)
    gzip = pa.array([[("content-type", "application/json"), ("content-encoding", "gzip")]] * count, headers.type)
    for arm in ARMS:
        differs = requests.get(arm, np.zeros(count, bool))
        flicker = np.where(rng.random(count) < FLICKER, rng.integers(0, 1_000, count), 7)
        if arm == "shadow" and number >= CLEAN_DAYS:
            flicker = np.full(count, 8)
        values = np.where(differs, WRONG[arm], WRONG["production"]).tolist()
        watched = requests["flicker_path"].tolist()
        texts = [
            f'{{"v":{value},"f":{each}}}'.encode() if path else f'{{"v":{value}}}'.encode()
            for value, each, path in zip(values, flicker.tolist(), watched, strict=True)
        ]
        broken = pa.array(requests["undecodable"] & (arm == "shadow"))
        bodies = pc.if_else(broken, pa.scalar(BROKEN, pa.binary()), pa.array(texts, pa.binary()))
        both = pa.concat_arrays([headers, gzip])
        places = np.arange(count) + count * broken.to_numpy(zero_copy_only=False)
        own = {"response_headers": both.take(pa.array(places))}
        release = pa.array(["2.0" if arm == "shadow" else "1.0"] * count)
        table = {**shared, **absent, **own, "body": bodies, "release": release}
        folder = log / f"date={hour:%Y-%m-%d}" / f"hour={hour:%H}" / f"arm={arm}"
        folder.mkdir(parents=True)
        pq.write_table(pa.table([table[name] for name in SCHEMA.names], schema=SCHEMA), folder / "part-0.parquet")
    return count


def decide_launches(folder: Path, until: dt.datetime, seeds: int) -> Iterator[dict[str, Decision]]:
    """The decisions of each seed's launch at one look."""
    stored = store.read_evidence(read_state(folder), until)
    scoring = Scoring(alpha=0.05, minimum_completeness=0.99)
    policy = Policy(
        alpha=0.05,
        minimum_days=0,
        require_all_hours=False,
        maximum_noise=0.1,
        promoted_traffic_share=0.95,
    )
    for seed in range(seeds):
        prefix = f"GET //s{seed}/"
        launch = {name: evidence for name, evidence in stored.evidence.items() if name.startswith(prefix)}
        scores = [
            score_endpoint(name, evidence, TAU, scoring, None, whole_days=stored.whole_days.get(name, {}))
            for name, evidence in launch.items()
        ]
        yield decide_endpoints(
            precompute(scores, stored.by_hour), policy, replace(stored.coverage, hours=24 * stored.coverage.hours)
        )


def simulate(seeds: int, days: int, master: str, folder: Path) -> tuple[dict[str, dict[str, int]], int]:
    """The first look at which each endpoint reached each verdict, and the number of requests compared."""
    log, rng, requests = folder / "captures", np.random.default_rng(20261124), 0
    overrides = [
        f"captures.uri={log}", f"spark.master={master}", f"scoring.tolerated_excess={TAU}", "noise.learning_hours=1",
        "scoring.latency_ratios={p50: null, p95: null, p99: null}",
    ]  # fmt: skip
    plan = plan_of(load(conf=None, overrides=overrides))
    first: dict[str, dict[str, int]] = {}
    for number in range(days):
        requests += write_day(log, draw_day(rng, seeds, number), seeds, number)
        start = START + dt.timedelta(days=number)
        window = Window(start=start, end=start + dt.timedelta(hours=1))
        request = Request(plan=plan, out=folder / "out", today=start.date(), window=window)
        place = run_compare(request)
        for decisions in decide_launches(place.launch, window.end, seeds):
            for name, decision in decisions.items():
                first.setdefault(name, {}).setdefault(decision.verdict.value, number + 1)
                if decision.verdict is Verdict.PROMOTE and number >= CLEAN_DAYS:
                    first[name].setdefault(_BROKEN_AND_PROMOTED, number + 1)
        print(f"day {number + 1}: {requests:,} requests so far", flush=True)
    return first, requests


def shares(first: dict[str, dict[str, int]], kind: str) -> tuple[float, float, float]:
    """The shares of one kind of endpoints ever promoted, blocked by the fourth look, and ever blocked.

    A block rests on whole days from the launch's first hour, so that the day that a look ends in counts from the next.
    """
    looks = [by_verdict for name, by_verdict in first.items() if f"/{kind}" in name]
    promoted = sum(Verdict.PROMOTE.value in by_verdict for by_verdict in looks)
    early = sum(by_verdict.get(Verdict.BLOCK.value, 99) <= 4 for by_verdict in looks)
    blocked = sum(Verdict.BLOCK.value in by_verdict for by_verdict in looks)
    return promoted / len(looks), early / len(looks), blocked / len(looks)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--days", type=int, default=14)
    parser.add_argument("--master", default="local[2]")
    options = parser.parse_args()
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        first, requests = simulate(options.seeds, options.days, options.master, Path(folder))
    print(
        f"{options.seeds} launches of {ENDPOINTS} endpoints, {options.days} looks, {requests:,} requests, "
        f"{time.perf_counter() - start:.0f} s"
    )
    by_kind = {kind: shares(first, kind) for kind in EXCESS}
    broken = {
        kind: sum(
            (_BROKEN_AND_PROMOTED if kind in {"late", "learned"} else Verdict.PROMOTE.value) in looks
            for name, looks in first.items()
            if f"/{kind}" in name
        )
        for kind in HIDDEN
    }
    print("promoted although broken: " + ", ".join(f"{kind} {count}" for kind, count in broken.items()))
    for kind, (promoted, early, blocked) in by_kind.items():
        print(f"{kind:<11} promoted {promoted:6.3f}   blocked by look 4 {early:6.3f}   ever blocked {blocked:6.3f}")
    count = options.seeds * ENDPOINTS // len(KINDS)
    allowed = 0.05 + 3 * (0.05 * 0.95 / count) ** 0.5
    kept = (
        by_kind["limit"][0] <= allowed
        and by_kind["bad"][1] >= 0.9
        and by_kind["clean"][0] >= 0.95
        and by_kind["clean"][2] <= 0.05
        and not any(broken.values())
    )
    print("kept" if kept else "BROKEN")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
