"""Whole commands with what they cost: seconds, processor seconds and memory of all processes that they start."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tests.benchmarks.fresh import RULES
from tests.benchmarks.measure import processor_seconds, resident_mb

_EVERY_SECONDS = 0.25
_OWN_SHARE = 30
"""A look is followed by a pause so many times as long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandCost:
    """What a command took.

    Attributes:
        seconds: from its start to its end.
        processor: seconds of it and of all that it started.
        peak_mb: the largest sum of what all of these held at one moment; what they share counts once.
        exit_code: its own.
        said: its last line on standard error, if it failed.
        written_mb: Parquet files under ``--out``.
        shuffled_mb: what Spark's tasks wrote for each other.
        results_mb: what they sent to the driver.
    """

    seconds: float
    processor: float
    peak_mb: float
    exit_code: int
    said: str
    written_mb: float = 0.0
    shuffled_mb: float = 0.0
    results_mb: float = 0.0


def watched(command: Sequence[str]) -> CommandCost:
    """Executes a command and watches it."""
    peak_mb, processor, start = 0.0, 0.0, time.perf_counter()
    with tempfile.TemporaryFile("w+") as errors:
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=errors) as process:  # noqa: S603 - ourselves
            while process.poll() is None:
                began = time.thread_time()
                peak_mb = max(peak_mb, resident_mb(process.pid))
                processor = max(processor, processor_seconds(process.pid))
                # to look at large processes takes time too
                time.sleep(max(_EVERY_SECONDS, _OWN_SHARE * (time.thread_time() - began)))
        seconds = time.perf_counter() - start
        errors.seek(0)
        lines = errors.read().splitlines()
    return CommandCost(
        seconds=seconds,
        processor=processor,
        peak_mb=peak_mb,
        exit_code=process.returncode,
        said=lines[-1][:160] if lines and process.returncode else "",
    )


def run_command(log: Path, master: str, folder: Path) -> CommandCost:
    """All stages on a log, with rules for what is volatile in the logs of ``generate``.

    A master such as ``local[2]+shuffle`` has Spark shuffle the rows, however small the hours are.
    """
    master, _, shuffle = master.partition("+")
    conf = folder / "rules.yaml"
    conf.write_text(RULES)
    code = "import darklaunch.engine.run as run; run.MOST_PARTS = 0; " if shuffle else ""
    code += "from darklaunch.cli.main import entry; entry()"
    with tempfile.TemporaryDirectory(dir=folder) as out, tempfile.TemporaryDirectory(dir=folder) as events:
        words = ["run", "--conf", str(conf), "--captures", str(log), "--out", out, "--quiet", "--master", master]
        if shuffle:
            words += ["-o", f"spark.conf={{spark.eventLog.enabled: 'true', spark.eventLog.dir: '{events}'}}"]
        cost = watched([sys.executable, "-c", code, *words])
        written = sum(file.stat().st_size for file in Path(out).rglob("*.parquet"))
        tasks = list(_task_metrics(Path(events)))
    return replace(
        cost,
        written_mb=written / 1e6,
        shuffled_mb=sum(each["Shuffle Write Metrics"]["Shuffle Bytes Written"] for each in tasks) / 1e6,
        results_mb=sum(each["Result Size"] for each in tasks) / 1e6,
    )


def _task_metrics(events: Path) -> Iterator[Mapping[str, Any]]:
    """What Spark's log of events says of each task that ended well."""
    for file in events.rglob("*"):
        if file.is_file():
            for line in file.open():
                event = json.loads(line)
                if event["Event"] == "SparkListenerTaskEnd" and "Task Metrics" in event:
                    yield event["Task Metrics"]


def load() -> str:
    """The load of the machine over the last minute, to be said beside figures."""
    return f"load {os.getloadavg()[0]:.1f}"
