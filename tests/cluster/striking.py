"""A comparison whose worker strikes at a chosen step, once or each time: it dies, or waits, or its memory ends."""

import os
import resource
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow.parquet as pq
from pyspark import TaskContext

import darklaunch.engine.reading
import darklaunch.engine.spark
import darklaunch.engine.work
from darklaunch.engine.work import CompareWork

STALL_SECONDS = 20.0
SLOW_SECONDS = 0.5
EACH_TIME = ("slow disk", "memory, each time")
_NOW: dict[str, Any] = {"strike": None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Strike:
    """What happens in a worker, and when.

    Attributes:
        step: scan, shuffle, compare, write (a half of a file stands) or written (the file stands, its count is lost).
        what: executor or worker (SIGKILL), memory (none is left), stall (one write takes long) or one of ``EACH_TIME``.
        mark: the file that says that it has happened; the worker that makes it is the one to strike.
    """

    step: str
    what: str
    mark: Path

    def first(self) -> bool:
        """Whether nobody has struck yet, or all shall."""
        try:
            self.mark.touch(exist_ok=False)
        except FileExistsError:
            return self.what in EACH_TIME
        return True

    @property
    def again(self) -> Path:
        """The file that says that a task ran for a second time."""
        return self.mark.with_suffix(".again")

    def act(self) -> None:
        """Strikes."""
        match self.what:
            case "executor":
                os.kill(_executor(), signal.SIGKILL)
                os.kill(os.getpid(), signal.SIGKILL)
            case "worker":
                os.kill(os.getpid(), signal.SIGKILL)
            case "memory" | "memory, each time":
                resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))
                bytearray(2**33)
            case "stall":
                time.sleep(STALL_SECONDS)
            case "slow disk":
                time.sleep(SLOW_SECONDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class StrikingWork:
    """The comparison, with a strike."""

    work: CompareWork
    strike: Strike

    @property
    def columns(self) -> Sequence[str]:
        return self.work.columns

    @property
    def selection(self) -> Any:
        return self.work.selection

    def start(self) -> Callable[[Any], Any]:
        """The comparison's function; the steps around it are laid open once in a worker, which is used again."""
        if "open" not in _NOW:
            _NOW["open"] = True
            _lay_open()
        _NOW["strike"] = self.strike
        return self.work.start()


def _lay_open() -> None:
    engine = darklaunch.engine
    engine.reading.read_batches = _after_each("scan", engine.reading.read_batches)
    engine.spark.read_batches = _after_each("scan", engine.spark.read_batches)
    engine.spark.together = _after("shuffle", engine.spark.together)
    engine.work.count_bucket = _after("compare", engine.work.count_bucket)
    engine.work.write_part = _after("written", engine.work.write_part)
    engine.work.pq = SimpleNamespace(write_table=_write_table)


def _after(step: str, act: Callable[..., Any]) -> Callable[..., Any]:
    def acting(*arguments: Any, **options: Any) -> Any:
        result = act(*arguments, **options)
        if _is_next(step):
            _NOW["strike"].act()
        return result

    return acting


def _after_each(step: str, act: Callable[..., Iterator[Any]]) -> Callable[..., Iterator[Any]]:
    def acting(*arguments: Any, **options: Any) -> Iterator[Any]:
        for each in act(*arguments, **options):
            yield each
            if _is_next(step):
                _NOW["strike"].act()

    return acting


def _write_table(table: Any, where: Path, **options: Any) -> None:
    pq.write_table(table, where, **options)
    if _is_next("write"):
        whole = where.read_bytes()
        where.write_bytes(whole[: len(whole) // 2])
        _NOW["strike"].act()
        where.write_bytes(whole)


def _is_next(step: str) -> bool:
    strike, context = _NOW["strike"], TaskContext.get()
    if strike is None:
        return False
    if context is not None and context.attemptNumber():
        strike.again.touch()
    return strike.step == step and strike.first()


def _executor() -> int:
    """The JVM that has started this worker."""
    pid = os.getppid()
    while b"CoarseGrainedExecutorBackend" not in Path(f"/proc/{pid}/cmdline").read_bytes():
        pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return pid
