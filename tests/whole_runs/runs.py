"""Running commands as a user does, in this process."""

import json
from pathlib import Path

from darklaunch.cli.main import main

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
