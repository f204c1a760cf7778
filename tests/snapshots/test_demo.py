"""The demo's results, byte for byte but for the folder it ran in and the last digits of floating point."""

import json
import os
from pathlib import Path

import pytest

from darklaunch.demo import demo_settings
from darklaunch.storage.state import StateTable
from tests.whole_runs.runs import learned, newest, state

FOLDER = Path(__file__).parent
CAPTURES = demo_settings(None).captures.uri
pytestmark = pytest.mark.slow


def rounded(text: str) -> str:
    return json.dumps(json.loads(text, parse_float=lambda digits: float(f"{float(digits):.9g}")), indent=1) + "\n"


@pytest.fixture(scope="module")
def made(demo_run) -> dict[str, str]:
    out = demo_run / "out"
    run = newest(out)
    files = (run / "report.html", run / "verdict.json", run / "endpoints.csv")
    texts = {file.name: file.read_text().replace(CAPTURES, "captures") for file in files}
    texts["learned.json"] = json.dumps(learned(out))
    texts["thresholds.json"] = json.dumps(state(out).documents(StateTable.THRESHOLDS)["thresholds"])
    return {name: rounded(text) if name.endswith(".json") else text for name, text in texts.items()}


@pytest.mark.parametrize("name", ["report.html", "verdict.json", "endpoints.csv", "thresholds.json", "learned.json"])
def test_the_demo_comes_out_as_before(made, name):
    if os.environ.get("DARKLAUNCH_SNAPSHOTS") == "write":
        (FOLDER / name).write_text(made[name])
    assert made[name] == (FOLDER / name).read_text()
