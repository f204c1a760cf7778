"""Finished looks at a launch on disk, as the pipeline leaves them."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from darklaunch.publish.tables import write_scores
from darklaunch.storage.atomic import write_json
from darklaunch.window import parse_moment
from tests.publish import sample


def verdict_of(look: int, **changes: Any) -> dict[str, Any]:
    """The full sample at one of its daily looks; its own is the seventh."""
    made = sample.full()
    end = parse_moment(made["window"]["to"]) + timedelta(days=look - made["look"])
    window = {"from": (end - timedelta(days=1)).isoformat(), "to": end.isoformat()}
    return made | {"look": look, "window": window} | changes


def write_look(out: Path, verdict: dict[str, Any]) -> Path:
    """Writes `verdict.json` and `scores.parquet` of a run and points latest.json at it; returns its folder."""
    relative = f"launches/{verdict['launch']['key']}/runs/{parse_moment(verdict['window']['to']):%Y%m%dT%H%M%SZ}"
    folder = out / relative
    write_json(folder / "verdict.json", verdict)
    write_scores(folder / "scores.parquet", sample.report(verdict))
    write_json(out / "latest.json", {"run": relative})
    return folder


def other_launch(**changes: Any) -> dict[str, Any]:
    """The launch of the next shadow release."""
    launch = sample.full()["launch"]
    return launch | {"key": "checkout-v2-2.13.0-2.15.0-77aa", "shadow_release": "2.15.0"} | changes
