"""A trial: the tests that run through a mutated line, in a fork of a process that has imported the libraries."""

import gc
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import os
import resource
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import settings

from tests.mutation.mutants import ROOT, Mutant

_LIBRARIES = (
    "numpy scipy.special scipy.stats scipy.optimize pyarrow pyarrow.compute pyarrow.parquet msgspec orjson lxml.etree "
    "lxml.html re2 yaml pydantic hypothesis.strategies hypothesis.internal.conjecture.engine"
)
_MEMORY_BYTES = 8 << 30

ARGUMENTS = ("-q", "-p", "no:cacheprovider", "-W", "ignore:Module already imported:pytest.PytestAssertRewriteWarning")
"""Of pytest, in every process; hypothesis is imported before it."""

settings.register_profile("mutation", max_examples=30, deadline=None, derandomize=True, database=None)


class SameExamples:
    """A pytest plugin: the same examples in every trial, and none is kept."""

    @pytest.hookimpl(trylast=True)
    def pytest_sessionstart(self):
        """Takes the place of the profile that conftest.py has loaded."""
        settings.load_profile("mutation")


class _Finder(importlib.abc.MetaPathFinder):
    """Finds one module, in its mutated text."""

    def __init__(self, name: str, path: Path, source: str) -> None:
        self.name, self.path, self.source = name, path, source

    def find_spec(self, fullname, path=None, target=None):  # noqa: ARG002
        """The module's spec; None for any other."""
        if fullname != self.name:
            return None
        loader = _Loader(fullname, str(self.path))
        loader.code = compile(self.source, str(self.path), "exec")
        return importlib.util.spec_from_file_location(fullname, self.path, loader=loader)


class _Loader(importlib.machinery.SourceFileLoader):
    code = None

    def get_code(self, fullname):  # noqa: ARG002
        return self.code


def prepare() -> None:
    """Imports what every trial needs, and nothing of what is mutated."""
    for name in _LIBRARIES.split():
        importlib.import_module(name)
    # to look for plugins takes longer than most tests
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    gc.freeze()
    if any(name.startswith("darklaunch") for name in sys.modules):
        raise RuntimeError("darklaunch is imported already: a trial could not mutate it")


def begin(mutant: Mutant, tests: Sequence[str], seconds: float, log: Path) -> int:
    """Begins a trial in a process of its own, whose exit code is 0 if no test saw the mutant.

    Args:
        mutant: to be tried.
        tests: node ids, the fastest first.
        seconds: after which the process is killed.
        log: takes the output.

    Returns:
        The process id.
    """
    pid = os.fork()
    if pid:
        return pid
    code = 99
    try:
        os.setsid()
        signal.setitimer(signal.ITIMER_REAL, seconds)
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
        written = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        for stream in (1, 2):
            os.dup2(written, stream)
        name = mutant.module.removeprefix("lib/").removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        sys.meta_path.insert(0, _Finder(name, ROOT / mutant.module, mutant.source))
        code = int(pytest.main(["-x", *ARGUMENTS, *tests], plugins=[SameExamples()]))
    finally:
        os._exit(code)


def end(pid: int) -> None:
    """Kills what a trial has left running."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return
