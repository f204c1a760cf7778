"""Launches of which a file of both arms is lost, with all wrong answers in it: none is ever promoted.

    python -m tests.calibration.lost [--seeds 20]

Each seed has its own hours and its own damage to the files; what is left of
the log is clean, so that the same launch without the loss is promoted. Every look is judged by ``darklaunch run``.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from tests.whole_runs.runs import run, verdict
from tests.worlds import pairs, write_log

REQUESTS, WRONG = 1_500, 300
FIRST, LAST = 4, 8
ARMS = ("production", "shadow")
TOLERATED = ["-o", "scoring.tolerated_excess=0.01"]
DAMAGE: dict[str, Callable[[bytes, int], bytes]] = {
    "emptied": lambda _content, _at: b"",
    "cut": lambda content, at: content[:at],
    "zeroed": lambda content, _at: bytes(len(content)),
    "overwritten": lambda content, at: content[:-8] + at.to_bytes(4, "little") + content[-4:],
}


def write_hours(log: Path, hours: int, lost: int | None) -> list[Path]:
    """Writes the hours; returns the files of the hour that is lost, whose requests are wrong."""
    for hour in range(hours):
        at = f"2026-03-02T{hour:02}"
        wrong = WRONG if hour == lost else 0
        rows = pairs(REQUESTS, wrong=wrong, prefix=f"{at}-")
        moved = [each | {"captured_at": each["captured_at"].replace(hour=hour)} for each in rows]
        apart = [each for each in moved if int(each["request_id"].rsplit("-", 1)[1]) < WRONG]
        write_log(log, apart)
        for arm in ARMS:
            file = log / f"date=2026-03-02/hour={hour:02}/arm={arm}/part-0.parquet"
            file.rename(file.with_name("part-1.parquet"))
        write_log(log, [each for each in moved if int(each["request_id"].rsplit("-", 1)[1]) >= WRONG])
    return (
        [log / f"date=2026-03-02/hour={lost:02}/arm={arm}/part-1.parquet" for arm in ARMS] if lost is not None else []
    )


def looks(log: Path, out: Path, hours: int) -> Iterator[str]:
    """The verdicts of a launch after every hour."""
    for hour in range(1, hours + 1):
        window = ["--from", f"2026-03-02T{hour - 1:02}:00:00Z", "--to", f"2026-03-02T{hour:02}:00:00Z"]
        if run(log, out, *TOLERATED, *window):
            raise RuntimeError(f"hour {hour} was not judged")
        yield verdict(out)["verdict"]


def launches(seed: int, folder: Path) -> tuple[str, list[str], list[str]]:
    """The damage, the verdicts of the launch with it, and those of the same launch without the loss."""
    rng = np.random.default_rng(seed)
    hours = int(rng.integers(FIRST, LAST))
    kind = list(DAMAGE)[seed % len(DAMAGE)]
    for file in write_hours(folder / "log", hours, int(rng.integers(0, hours))):
        content = file.read_bytes()
        file.write_bytes(DAMAGE[kind](content, int(rng.integers(4, len(content) - 12))))
    write_hours(folder / "whole", hours, None)
    return (
        kind,
        list(looks(folder / "log", folder / "out", hours)),
        list(looks(folder / "whole", folder / "own", hours)),
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=20)
    seeds = parser.parse_args().seeds
    promoted = clean = 0
    for seed in range(seeds):
        with tempfile.TemporaryDirectory() as folder:
            kind, damaged, whole = launches(seed, Path(folder))
        # before the hour is looked at, there is nothing lost and the launch may be promoted
        promoted += damaged[-1] == "promote"
        clean += whole[-1] == "promote"
        print(f"seed {seed:>2}  {kind:<12} {' '.join(damaged)}   without the loss: {' '.join(whole)}", flush=True)
    print(f"promoted with a lost file: {promoted} of {seeds}; without the loss: {clean} of {seeds}")
    kept = promoted == 0 and clean == seeds
    print("kept" if kept else "BROKEN")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
