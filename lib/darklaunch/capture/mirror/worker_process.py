"""The worker as the process that serves users sees it."""

import logging
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import IO, Final

from darklaunch.capture.arm import Arm
from darklaunch.capture.mirror.answered import Answered
from darklaunch.capture.mirror.counts import Counting, MirrorCounts
from darklaunch.capture.mirror.frames import COUNTS, framed, read_frame
from darklaunch.capture.mirror.settings import MirrorSettings

LOG: Final = logging.getLogger("darklaunch.capture")
_WRITE_SECONDS: Final = 30.0
_MODULE: Final = "darklaunch.capture.mirror.worker"
_PATIENCE_SECONDS: Final = 5.0


class WorkerProcess:
    """Starts the worker and feeds it, without ever keeping its caller waiting.

    Attributes:
        process_id: of the process that made it.
        broken_at: when the worker was found dead, by the monotonic clock; None: it was not.
    """

    def __init__(self, settings: MirrorSettings) -> None:
        """Starts the threads; the worker's own start is waited for by one of them."""
        self.process_id = os.getpid()
        self.broken_at: float | None = None
        self._settings = settings
        self._arms = (Arm.PRODUCTION, *settings.copies)
        self._waiting: queue.SimpleQueue[tuple[Answered, Callable[[], None]] | None] = queue.SimpleQueue()
        self._submitted = 0
        self._counts: MirrorCounts | None = None
        self._ended = threading.Event()
        self._answers = threading.Event()
        self._thread = threading.Thread(target=self._feed, name="darklaunch-feed", daemon=True)
        self._thread.start()

    def take(self, answered: Answered, release: Callable[[], None]) -> None:
        """Hands a request over; ``release`` is called once the worker holds it, or nobody ever will."""
        self._waiting.put((answered, release))

    def wait(self, seconds: float) -> None:
        """Waits until the worker is ready, or dead."""
        self._answers.wait(seconds)

    def counts(self) -> MirrorCounts:
        """What the worker did, as far as it said; of a dead one, what it did not say was lost."""
        counting = Counting()
        if self._counts is not None:
            counting.include(self._counts)
        if self._ended.is_set():
            known = counting.so_far()
            for arm in self._arms:
                counting.add("lost", arm, self._submitted - known.written[arm] - known.lost[arm])
        return counting.so_far()

    def close(self) -> None:
        """Ends the input and waits until the worker has written everything."""
        self._waiting.put(None)
        seconds = self._settings.limits.drain_seconds + _WRITE_SECONDS + _PATIENCE_SECONDS
        if not self._ended.wait(seconds):
            LOG.error("rows lost: the recorder was not done %d s after the end", seconds)

    def _feed(self) -> None:
        process = None
        try:
            process = _start()
            self._pump(process)
        except OSError as error:
            self.broken_at = time.monotonic()
            LOG.warning("the recorder's process failed (%s); requests are lost until it is started again", error)
        if process is not None:
            process.wait()
        self._discard()
        self._ended.set()
        self._answers.set()

    def _pump(self, process: "subprocess.Popen[bytes]") -> None:
        reader = threading.Thread(target=self._listen, args=(process.stdout,), name="darklaunch-counts", daemon=True)
        reader.start()
        if process.stdin is None:
            raise OSError("no pipe")
        with process.stdin as pipe:
            pipe.write(framed(self._settings))
            while item := self._waiting.get():
                answered, release = item
                self._submitted += 1
                try:
                    pipe.write(framed(answered))
                finally:
                    release()
        reader.join()

    def _listen(self, stream: IO[bytes]) -> None:
        with stream:
            while payload := read_frame(stream):  # type: ignore[arg-type]
                self._counts = COUNTS.decode(payload)
                self._answers.set()

    def _discard(self) -> None:
        while True:
            try:
                item = self._waiting.get_nowait()
            except queue.Empty:
                return
            if item is not None:
                self._submitted += 1
                item[1]()


def _start() -> "subprocess.Popen[bytes]":
    # the worker finds the modules where this process does, also where it was told so at run time
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    command = [sys.executable, "-m", _MODULE]
    return subprocess.Popen(  # noqa: S603 - its own module
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, env=environment
    )
