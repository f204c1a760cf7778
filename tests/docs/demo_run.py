"""One run of the demo for all that is shown on it: docstrings, pages, notebooks."""

import contextlib
import io
from pathlib import Path

from darklaunch.cli.main import main
from darklaunch.demo import demo_settings

CAPTURES = Path(demo_settings(None).captures.uri)


def make_run(folder: Path) -> Path:
    """Runs the demo, without Spark, into ``out`` of a folder, and returns that."""
    with contextlib.redirect_stderr(io.StringIO()):
        assert main(["demo", "--out", str(folder / "out"), "--master", "none", "--quiet"]) == 0
    return folder
