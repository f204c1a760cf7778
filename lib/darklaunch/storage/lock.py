"""The lock of a launch: one command at a time changes what it keeps, and who waits in vain is told for whom."""

import errno
import json
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timezone
from pathlib import Path
from typing import TextIO

from darklaunch.errors import OutsideError

PATIENCE_SECONDS = 900.0
"""So long a command waits for another one that changes the same launch."""

_POLL_SECONDS = 0.05
_TAKEN = (errno.EACCES, errno.EAGAIN)
_GUARD = threading.Lock()
_HELD: set[Path] = set()
"""Locks of this process, which the system would give it twice."""


@contextmanager
def holding(
    lock: Path, *, waiting: Callable[[], None] = lambda: None, patience_seconds: float = PATIENCE_SECONDS
) -> Iterator[None]:
    """Holds a lock, which the system takes back from a process that dies.

    A file system without locks is put up with: there the tables refuse a change made beside another one.

    Args:
        lock: the file that stands for it, which is left in its place.
        waiting: called once if another process has it.
        patience_seconds: so long it is waited for.

    Raises:
        OutsideError: another process had it all the time.
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    until, waited = time.monotonic() + patience_seconds, False
    while True:
        with holding_if_free(lock) as free:
            if free:
                yield
                return
        if not waited:
            waiting()
            waited = True
        if time.monotonic() >= until:
            raise OutsideError(
                f"{lock.stem}: found in use by {_holder(lock)}, wanted it free within {patience_seconds:,.0f} "
                "seconds; run this again once that command has ended"
            )
        time.sleep(_POLL_SECONDS)


@contextmanager
def holding_if_free(lock: Path) -> Iterator[bool]:
    """Holds a lock if nobody else does; yields whether it does."""
    with _GUARD:
        ours = lock not in _HELD
        if ours:
            _HELD.add(lock)
    if not ours:
        # not even opened: closing a file gives up whatever locks this process has on it
        yield False
        return
    try:
        with lock.open("a+", encoding="utf-8") as file:
            free = _try(file)
            if free:
                _sign(file)
            yield free
    finally:
        with _GUARD:
            _HELD.discard(lock)


def _try(file: TextIO) -> bool:
    # of POSIX, not of BSD: a forked worker must not keep the lock of a parent that was killed
    import fcntl

    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in _TAKEN
    return True


def _sign(file: TextIO) -> None:
    now = datetime.now(timezone.utc).isoformat(timespec="seconds")
    with suppress(OSError):
        file.truncate(0)
        file.write(json.dumps({"process": os.getpid(), "host": socket.gethostname(), "since": now}))
        file.flush()


def _holder(lock: Path) -> str:
    try:
        holder = json.loads(lock.read_text(encoding="utf-8")[:1000])
        return f"process {int(holder['process'])} on {holder['host']!s:.100} since {holder['since']!s:.40}"
    except (OSError, ValueError, KeyError, TypeError):
        return "another command"
