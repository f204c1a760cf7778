"""A campaign: trials of many mutants, some at a time, with their outcomes on disk."""

import json
import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from enum import Enum
from pathlib import Path

from tests.mutation import trial
from tests.mutation.mutants import Mutant
from tests.mutation.recording import Recording

_MOST_SECONDS = 20.0
"""Of tests that a mutant is tried with: what slower ones would see counts as unseen."""

_PATIENCE = 5.0
_AT_LEAST_SECONDS = 30.0


class Outcome(str, Enum):
    """The outcome of a trial."""

    KILLED = "killed"
    TIMEOUT = "timeout"
    SURVIVED = "survived"
    UNTESTED = "untested"


SEEN = (Outcome.KILLED, Outcome.TIMEOUT)


@dataclass(frozen=True, kw_only=True)
class Tried:
    """A mutant and its outcome."""

    mutant: Mutant
    outcome: Outcome
    seconds: float = 0.0
    tests: int = 0


def run(mutants: Iterable[Mutant], recording: Recording, folder: Path, jobs: int) -> Iterator[Tried]:
    """Tries mutants in so many processes at a time, and yields each as it ends.

    Args:
        mutants: to be tried.
        recording: of the tests.
        folder: takes the output of each process.
        jobs: processes at a time.
    """
    running: dict[int, tuple[Tried, float]] = {}
    free = set(range(jobs))
    places: dict[int, int] = {}
    for mutant in mutants:
        tests = _tests(mutant, recording)
        if not tests:
            yield Tried(mutant=mutant, outcome=Outcome.UNTESTED)
            continue
        place = free.pop()
        seconds = max(_AT_LEAST_SECONDS, _PATIENCE * sum(recording.seconds[test] for test in tests))
        log = folder / f"trial-{place}.txt"
        pid = trial.begin(mutant, tests, seconds, log)
        running[pid] = Tried(mutant=mutant, outcome=Outcome.SURVIVED, tests=len(tests)), time.monotonic()
        places[pid] = place
        while not free:
            yield _ended(running, places, free)
    while running:
        yield _ended(running, places, free)


def _ended(running: dict[int, tuple[Tried, float]], places: dict[int, int], free: set[int]) -> Tried:
    pid, status = os.wait()
    tried, begun = running.pop(pid)
    free.add(places.pop(pid))
    trial.end(pid)
    code = os.waitstatus_to_exitcode(status)
    outcome = Outcome.SURVIVED if code == 0 else Outcome.TIMEOUT if code < 0 else Outcome.KILLED
    return replace(tried, outcome=outcome, seconds=round(time.monotonic() - begun, 2))


def _tests(mutant: Mutant, recording: Recording) -> list[str]:
    tests, left = [], _MOST_SECONDS
    for test in recording.tests(mutant):
        left -= recording.seconds[test]
        if tests and left < 0.0:
            break
        tests.append(test)
    return tests


def write(file: Path, outcomes: Iterable[Tried]) -> None:
    """Writes outcomes, one a line."""
    lines = [json.dumps(asdict(each)) + "\n" for each in outcomes]
    file.write_text("".join(lines), encoding="utf-8")


def read(file: Path) -> list[Tried]:
    """Reads what ``write`` wrote; nothing where there is no file."""
    if not file.exists():
        return []
    written = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return [
        Tried(**{**each, "mutant": Mutant(**each["mutant"]), "outcome": Outcome(each["outcome"])}) for each in written
    ]
