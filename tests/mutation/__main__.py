"""The mutation score of the core: of small faults put into the code, the share that a test sees.

python -m tests.mutation [PACKAGE OR MODULE ...] [--sample 150] [--seed 1] [--jobs 2] [--survivors] [--tests FOLDER ...]
    [--record]

Each file of tests is recorded when it has changed, and with --record anyhow: a mutant is tried with those tests that
run through its line, the fastest first, 20 seconds of them at most. --survivors tries those that survived last time.
"""

import argparse
import os
import time
from pathlib import Path

from tests.mutation import campaign, recording, trial
from tests.mutation.mutants import ROOT, Mutant, mutants_of
from tests.mutation.report import equivalents, print_report

CORE = ("stats", "score", "decide", "pair", "diff")
TESTS = ("score", "decide", "text", "pair", "stats", "diff", "evidence", "engine", "contract", "noise", "triage")
FOLDER = ROOT / ".mutation"


def chosen(package: str, most: int, seed: int) -> list[Mutant]:
    """A sample of the mutants of each module of a package, or of one module."""
    path = ROOT / "lib" / "darklaunch" / package
    modules = sorted(path.rglob("*.py")) if path.is_dir() else [path]
    return [mutant for module in modules for mutant in mutants_of(module, most, seed)]


def recordings(folders: list[str], jobs: int, *, again: bool) -> list[Path]:
    """Records each file of tests that has changed since it was, in processes that import what is mutated."""
    files = [file for folder in folders for file in sorted((ROOT / "tests" / folder).rglob("test_*.py"))]
    made = {file: FOLDER / file.relative_to(ROOT) for file in files}
    running: set[int] = set()
    for file, folder in made.items():
        durations = folder / recording.DURATIONS
        if again or not durations.exists() or durations.stat().st_mtime < file.stat().st_mtime:
            if len(running) == jobs:
                running.remove(os.wait()[0])
            running.add(_record(folder, file))
    while running:
        running.remove(os.wait()[0])
    return list(made.values())


def _record(folder: Path, file: Path) -> int:
    pid = os.fork()
    if pid:
        return pid
    os.setsid()
    with Path(os.devnull).open("w") as nothing:
        os.dup2(nothing.fileno(), 1)
    recording.record(folder, ["-m", "not spark and not slow", str(file.relative_to(ROOT))])
    os._exit(0)


def tried(package: str, options: argparse.Namespace, recorded: recording.Recording) -> list[campaign.Tried]:
    """Tries the mutants of a package, and keeps the outcomes on disk."""
    file, begun = FOLDER / f"{package.replace('/', '.')}.jsonl", time.monotonic()
    before = {each.mutant: each for each in campaign.read(file)} if options.survivors else {}
    mutants = list(before) or chosen(package, options.sample, options.seed)
    outcomes = [each for each in before.values() if each.outcome in campaign.SEEN]
    left = [mutant for mutant in mutants if mutant not in {each.mutant for each in outcomes}]
    for done, each in enumerate(campaign.run(left, recorded, FOLDER, options.jobs), start=1):
        outcomes.append(each)
        if done % 25 == 0:
            print(f"{package}: {done} of {len(left)} after {time.monotonic() - begun:.0f} s", flush=True)
    campaign.write(file, outcomes)
    return outcomes


def main() -> None:
    """Tries mutants and prints the scores."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packages", nargs="*", default=CORE)
    parser.add_argument("--sample", type=int, default=150)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--survivors", action="store_true")
    parser.add_argument("--tests", nargs="*", choices=TESTS, default=TESTS)
    parser.add_argument("--record", action="store_true")
    options = parser.parse_args()
    os.chdir(ROOT)
    trial.prepare()
    recorded = recording.read(recordings(list(options.tests), options.jobs, again=options.record))
    print_report([each for package in options.packages for each in tried(package, options, recorded)], equivalents())


if __name__ == "__main__":
    main()
