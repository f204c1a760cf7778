"""Running commands as a user does, in this process."""

import json
from pathlib import Path

from darklaunch.cli.main import main
from darklaunch.storage.state import LaunchState, StateTable, read_state

QUICK = ["-o", "policy.minimum_days=0", "-o", "policy.require_all_hours=false", "-o", "noise.learn=false"]
QUICK += ["-o", "scoring.latency_ratios={p50: null, p95: null, p99: null}"]


def run(captures: Path, out: Path, *more: str, command: str = "run") -> int:
    arguments = [command, "--out", str(out), "--quiet", *QUICK, *more]
    if command in {"run", "validate", "compare"}:
        arguments += ["--captures", str(captures)]
        arguments += [] if "--master" in more else ["--master", "none"]
    return main(arguments)


def newest(out: Path) -> Path:
    return out / json.loads((out / "latest.json").read_text())["run"]


def verdict(out: Path) -> dict:
    return json.loads((newest(out) / "verdict.json").read_text())


def state(out: Path) -> LaunchState:
    """What the launch of the newest run knows."""
    return read_state(newest(out).parents[1])


def learned(out: Path) -> dict:
    return state(out).documents(StateTable.NOISE)["learned"]
