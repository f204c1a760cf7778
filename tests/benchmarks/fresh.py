"""Benchmark of fresh processes: the demo against a Spark session with one job, and a compare against scan and join.

    python -m tests.benchmarks.fresh [--runs 3] [--pairs 200000]

Prints the wall seconds of each process, the ratio within each round, and the share of each of the demo's stages.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.generate import generate
from tests.benchmarks.ours import VOLATILE

RULES = "launch: {name: benchmark}\nrules:\n" + "".join(
    f"  - {{path: $.body.{name}, ignore: true, why: volatile}}\n" for name in VOLATILE
)


def seconds(command: Sequence[str], stages: dict[str, list[float]] | None = None) -> float:
    """Wall seconds of a process, and of each stage that it says it has begun."""
    start = time.perf_counter()
    began, stage = start, "start"
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603 - ourselves
        for line in process.stderr or ():
            if stages is not None and line.startswith("darklaunch: "):
                now = time.perf_counter()
                stages[stage].append(now - began)
                began, stage = now, line.split()[1]
    end = time.perf_counter()
    if process.returncode:
        raise SystemExit(f"{' '.join(command)}: exit code {process.returncode}")
    if stages is not None:
        stages[f"{stage} and exit"].append(end - began)
    return end - start


def compare_rounds(commands: dict[str, list[str]], rival: str, runs: int) -> None:
    """Runs all commands in turn, and prints each one's seconds and its ratio to the rival's."""
    figures: dict[str, list[float]] = defaultdict(list)
    stages: dict[str, dict[str, list[float]]] = {name: defaultdict(list) for name in commands}
    for number in range(runs):
        for name, command in commands.items():
            with tempfile.TemporaryDirectory() as out:
                figures[name].append(seconds([each.replace("OUT", out) for each in command], stages[name]))
        print(
            f"run {number + 1}: " + ", ".join(f"{name} {each[-1]:.1f} s" for name, each in figures.items()), flush=True
        )
    for name, each in figures.items():
        ratio = statistics.median(ours / theirs for ours, theirs in zip(each, figures[rival], strict=True))
        print(f"{name:<40} {statistics.median(each):6.1f} s  {ratio:5.2f} times {rival}")
        if len(stages[name]) > 1:
            print(
                "    " + ", ".join(f"{stage} {statistics.median(took):.1f} s" for stage, took in stages[name].items())
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--pairs", type=int, default=200_000)
    options = parser.parse_args()
    darklaunch = [sys.executable, "-c", "from darklaunch.cli.main import entry; entry()"]
    session = {"a session with one job": [sys.executable, "-m", "tests.benchmarks.session"]}
    demo = [*darklaunch, "demo", "--out", "OUT", "--master"]
    demos = {"demo": [*demo, "local[2]"], "demo without Spark": [*demo, "none"]}
    compare_rounds(session | demos, "a session with one job", options.runs)
    with tempfile.TemporaryDirectory() as folder:
        log, conf = Path(folder) / "captures", Path(folder) / "rules.yaml"
        generate(log, options.pairs)
        conf.write_text(RULES)
        ours = [*darklaunch, "compare", "--conf", str(conf), "--captures", str(log), "--out", "OUT", "--master"]
        rival = [sys.executable, "-m", "tests.benchmarks.plain", str(log), "--runs", "0"]
        commands = {"scan and join": rival, "compare": [*ours, "local[2]"], "compare without Spark": [*ours, "none"]}
        compare_rounds(commands, "scan and join", options.runs)


if __name__ == "__main__":
    main()
