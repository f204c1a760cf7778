"""The thread that redacts rows and writes them."""

import logging
import queue
import threading
from collections.abc import Callable
from typing import Final

from darklaunch.capture.arm import Arm
from darklaunch.capture.mirror.answered import Response
from darklaunch.capture.mirror.counts import Counting
from darklaunch.capture.writing.exchange import Exchange
from darklaunch.capture.writing.writer import CaptureWriter
from darklaunch.errors import OutsideError

LOG: Final = logging.getLogger("darklaunch.capture")
_IDLE_SECONDS: Final = 0.5
_COMPLAINTS: Final = 10

MakeRow = Callable[[Arm, Response], Exchange]
Release = Callable[[], None]


class WritingThread:
    """Writes rows in the background; every row is written or counted.

    Attributes:
        behind_seconds: how old the answer was whose row was begun last.
    """

    def __init__(self, writer: CaptureWriter, counting: Counting) -> None:
        self.behind_seconds = 0.0
        self._writer, self._counting = writer, counting
        self._rows: queue.SimpleQueue[tuple[Arm, Response, MakeRow, Release] | None] = queue.SimpleQueue()
        self._complaints = 0
        self._thread = threading.Thread(target=self._run, name="darklaunch-writer", daemon=True)

    def start(self) -> None:
        """Begins."""
        self._thread.start()

    def put(self, arm: Arm, response: Response, make: MakeRow, release: Release) -> None:
        """Hands a row over; from any thread, without waiting.

        Args:
            arm: whose row it is.
            response: what it tells.
            make: makes the redacted row.
            release: called when the row needs no memory of the mirror any more.
        """
        self._rows.put((arm, response, make, release))

    def close(self, seconds: float) -> bool:
        """Writes what waits and finishes the files.

        Returns:
            Whether that was done in time.
        """
        self._rows.put(None)
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while True:
            try:
                item = self._rows.get(timeout=_IDLE_SECONDS)
            except queue.Empty:
                self.behind_seconds = 0.0
                self._guarded(self._writer.finish_old)
                continue
            if item is None:
                self._guarded(self._writer.close)
                return
            arm, response, make, release = item
            try:
                self._write(arm, response, make)
            finally:
                release()

    def _write(self, arm: Arm, response: Response, make: MakeRow) -> None:
        before = self._writer.rows
        age_seconds = self.behind_seconds = response.age_seconds
        try:
            self._guarded(lambda: self._writer.write(make(arm, response), arm, waited_seconds=age_seconds))
        finally:
            if self._writer.rows > before:
                self._counting.add("written", arm)
                if response.error == "dropped":
                    self._counting.add("dropped", arm)
            else:
                self._counting.add("lost", arm)

    def _guarded(self, act: Callable[[], None]) -> None:
        try:
            act()
        except Exception as error:  # a row that can't be written must not end the thread
            self._account(error)

    def _account(self, error: Exception) -> None:
        for arm, rows in self._writer.take_lost().items():
            self._counting.add("written", arm, -rows)
            self._counting.add("lost", arm, rows)
        if not isinstance(error, (OutsideError, ValueError)):
            self._counting.add("failures")
        self._complaints += 1
        if self._complaints <= _COMPLAINTS:
            # the words of a bad row are a stranger's; those of the writer are printable
            LOG.warning("rows lost: %s", error if isinstance(error, OutsideError) else type(error).__name__)
