"""A command that kills itself at one of its writes: ``DYING_AT=7 python -m tests.cluster.dying run ...``."""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from darklaunch.cli.main import entry
from darklaunch.storage import atomic, delta


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

    for owner, name in ((delta, "_overwrite"), (atomic.os, "replace"), (Path, "rename")):
        setattr(owner, name, dying(getattr(owner, name)))


if __name__ == "__main__":
    die_at(int(os.environ["DYING_AT"]))
    sys.argv[0] = "darklaunch"
    entry()
