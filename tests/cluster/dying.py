"""A command that kills itself at one of its writes: ``DYING_AT=7 python -m tests.cluster.dying run ...``."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from darklaunch.cli.main import entry
from darklaunch.storage import atomic, delta

WRITES = ((delta, "_overwrite"), (atomic.os, "replace"), (Path, "rename"))
"""What writes, and where it is called."""


def die_at(number: int) -> None:
    """Lays a trap before and after each step of what is written."""
    steps = iter(range(100_000))

    def dying(act: Callable[..., Any]) -> Callable[..., Any]:
        def acting(*arguments: Any, **options: Any) -> Any:
            step = next(steps)
            if step == number // 2 and number % 2 == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            result = act(*arguments, **options)
            if step == number // 2 and number % 2 == 1:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        return acting

    for owner, name in WRITES:
        setattr(owner, name, dying(getattr(owner, name)))


@contextmanager
def counting_writes() -> Iterator[list[str]]:
    """Counts the writes that ``die_at`` would die before or after."""
    writes: list[str] = []

    def counting(name: str, act: Callable[..., Any]) -> Callable[..., Any]:
        def acting(*arguments: Any, **options: Any) -> Any:
            writes.append(name)
            return act(*arguments, **options)

        return acting

    before = [(owner, name, getattr(owner, name)) for owner, name in WRITES]
    for owner, name, act in before:
        setattr(owner, name, counting(name, act))
    try:
        yield writes
    finally:
        for owner, name, act in before:
            setattr(owner, name, act)


if __name__ == "__main__":
    die_at(int(os.environ["DYING_AT"]))
    sys.argv[0] = "darklaunch"
    entry()
