"""A recording of the tests: which of them run through which line, and how long each takes."""

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest
from coverage import Coverage, CoverageData

from tests.mutation.mutants import ROOT, Mutant
from tests.mutation.trial import ARGUMENTS, SameExamples

DURATIONS = "durations.json"
DATA = "coverage"


class Recorder:
    """A pytest plugin that says to coverage which test runs, and measures it."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.failed: set[str] = set()

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_protocol(self, item):
        """A test, with what its fixtures do."""
        Coverage.current().switch_context(item.nodeid)
        begun = time.perf_counter()
        yield
        self.seconds[item.nodeid] = time.perf_counter() - begun
        Coverage.current().switch_context("")

    def pytest_runtest_logreport(self, report):
        """Leaves out a test that fails, as those of time limits do while coverage is recorded."""
        if report.failed:
            self.failed.add(report.nodeid)


def record(folder: Path, arguments: list[str]) -> None:
    """Runs the tests once.

    Args:
        folder: takes the recording.
        arguments: of pytest.
    """
    folder.mkdir(parents=True, exist_ok=True)
    recorder = Recorder()
    coverage = Coverage(data_file=str(folder / DATA), branch=True, source_pkgs=["darklaunch"])
    coverage.start()
    pytest.main([*ARGUMENTS, *arguments], plugins=[recorder, SameExamples()])
    coverage.stop()
    coverage.save()
    passed = {test: seconds for test, seconds in recorder.seconds.items() if test not in recorder.failed}
    (folder / DURATIONS).write_text(json.dumps(passed), encoding="utf-8")


@dataclass(frozen=True)
class Recording:
    """What was recorded.

    Attributes:
        seconds: of each test.
        lines: of each module, the tests that run through each line.
    """

    seconds: dict[str, float]
    lines: dict[str, dict[int, frozenset[str]]]

    def tests(self, mutant: Mutant) -> list[str]:
        """Tests that run through the mutant's lines, the fastest first.

        Of what an import runs they are all of the module; of a module that holds nothing else, all of its package.
        """
        by_line = self.lines.get(mutant.module, {})
        lines = by_line if mutant.imported else range(mutant.line, mutant.last_line + 1)
        found = frozenset().union(*(by_line.get(line, frozenset()) for line in lines))
        if mutant.imported and not found:
            package = mutant.module.split("/")[2]
            found = frozenset(test for test in self.seconds if test.startswith(f"tests/{package}/"))
        return sorted(found, key=lambda test: (self.seconds[test], test))


def read(folders: Iterable[Path]) -> Recording:
    """Reads what ``record`` wrote into some folders, of other tests each."""
    seconds: dict[str, float] = {}
    lines: dict[str, dict[int, frozenset[str]]] = {}
    for folder in folders:
        if not (folder / DURATIONS).exists():
            continue
        own = json.loads((folder / DURATIONS).read_text(encoding="utf-8"))
        seconds |= own
        data = CoverageData(str(folder / DATA))
        data.read()
        for file in data.measured_files():
            of_module = lines.setdefault(str(Path(file).relative_to(ROOT)), {})
            for line, tests in data.contexts_by_lineno(file).items():
                of_module[line] = of_module.get(line, frozenset()) | (frozenset(tests) & own.keys())
    return Recording(seconds=seconds, lines=lines)
