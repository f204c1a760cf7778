"""Runs of the demo for all that is shown on it: docstrings, pages, notebooks."""

import contextlib
import io
import shutil
from pathlib import Path

import darklaunch
import darklaunch.demo
from darklaunch.cli.main import main
from darklaunch.demo import demo_settings

CAPTURES = Path(demo_settings(None).captures.uri)
CONF = Path(darklaunch.demo.__file__).parent / "demo.yaml"


def make_run(folder: Path) -> Path:
    """Runs the demo, without Spark, into ``out`` of a folder, and returns that."""
    _quietly("demo", "--out", str(folder / "out"), "--master", "none")
    return folder


def make_second_launch(first: Path, folder: Path) -> Path:
    """Copies a run of the demo, accepts its worst cause, and runs the log again under the rules that this makes."""
    shutil.copytree(first / "out", folder / "out")
    shutil.copy(CONF, folder / "second.yaml")
    out = ["--out", str(folder / "out"), "--conf", str(folder / "second.yaml")]
    cause = darklaunch.open_run(folder / "out").causes["id"].iloc[0]
    _quietly("rules", "accept", cause, "--why", "the clients were told", "--write", *out)
    _quietly("run", *out, "--captures", str(CAPTURES), "--master", "none", "-o", "policy.reuse_seen_hours=true")
    return folder


def _quietly(*words: str) -> None:
    with contextlib.redirect_stderr(io.StringIO()):
        assert main([*words, "--quiet"]) == 0
