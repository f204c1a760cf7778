"""The writer of a capture log."""

import time
import uuid
from collections import Counter
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from types import TracebackType
from typing import Final

from darklaunch.capture.arm import Arm
from darklaunch.capture.location import open_store, printable_uri, why
from darklaunch.capture.writing.exchange import Exchange
from darklaunch.capture.writing.log_file import LogFile
from darklaunch.errors import OutsideError

_ROW_GROUP_BYTES: Final = 16 << 20
_WAITING_BYTES: Final = 64 << 20
_MOST_FILES: Final = 32
_FILES_AN_INTERVAL: Final = 4

ROTATE_ROWS: Final = 1_000_000
ROTATE_BYTES: Final = 512 << 20


@lru_cache(maxsize=1_024)
def _folder(day: int, hour: int, arm: Arm) -> str:
    return f"date={date.fromordinal(day).isoformat()}/hour={hour:02}/arm={arm.value}"


class CaptureWriter:
    """Writes exchanges into the folders of their hours and arms; a context manager. Not thread-safe.

    A file appears whole, when it is full or old or the writer is closed; what lies in a file that never appeared is
    lost with the process. Memory is bounded: at most 64 MB of rows wait, and at most 32 files are in the making.

    Attributes:
        places: of the finished files, under the log's folder, in the order in which they appeared.
        rows: taken in so far.
    """

    def __init__(
        self,
        uri: str,
        *,
        prefix: str | None = None,
        rotate_rows: int = ROTATE_ROWS,
        rotate_bytes: int = ROTATE_BYTES,
        rotate_seconds: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Opens the log's folder; it may not exist yet.

        Args:
            uri: a local path, or a URI (file, s3, s3a, gs, hdfs).
            prefix: of the files' names, which a number follows; None: one that no other writer has.
            rotate_rows: a file with so many rows is finished.
            rotate_bytes: a file whose rows took about so much memory is finished.
            rotate_seconds: a file whose oldest row is so old is finished by the next ``write`` or ``finish_old``, but
                not within a quarter of that after it was opened; None: at no age.
            clock: seconds that only grow.

        Raises:
            UsageError: it is no path or URI that can be opened.
            ValueError: a limit is not positive.
        """
        if min(rotate_rows, rotate_bytes, 1 if rotate_seconds is None else rotate_seconds) <= 0:
            raise ValueError(f"rotate: found {rotate_rows}, {rotate_bytes}, {rotate_seconds}, wanted positive limits")
        self.places: list[str] = []
        self.rows = 0
        self._uri = printable_uri(uri)
        self._store = open_store(uri)
        self._prefix = prefix or f"part-{uuid.uuid4().hex}"
        self._rotate_rows, self._rotate_bytes, self._rotate_seconds = rotate_rows, rotate_bytes, rotate_seconds
        self._clock = clock
        self._files: dict[str, LogFile] = {}
        self._numbers = 0
        self._waiting_bytes = 0
        self._lost: Counter[Arm] = Counter()

    def write(self, exchange: Exchange, arm: Arm, *, waited_seconds: float = 0.0) -> None:
        """Takes in one exchange of an arm.

        Args:
            exchange: the row.
            arm: whose it is.
            waited_seconds: for how long the row has been in memory; its file is finished that much earlier.

        Raises:
            OutsideError: the file system refused; the rows of the file in question are lost, finished files are whole.
        """
        at = exchange.captured_at
        folder = _folder(at.toordinal(), at.hour, arm)
        file = self._files.pop(folder, None)
        if file is None:
            file = self._open(folder)
        # the files stand in the order of their last rows
        self._files[folder] = file
        size_bytes = exchange.size_bytes
        file.add(exchange, size_bytes, in_memory_since_seconds=self._clock() - waited_seconds)
        self.rows += 1
        self._waiting_bytes += size_bytes
        if file.rows >= self._rotate_rows or file.size_bytes >= self._rotate_bytes:
            self._finish(folder)
        elif file.waiting_bytes >= _ROW_GROUP_BYTES:
            self._flush(folder)
        elif self._waiting_bytes >= _WAITING_BYTES:
            self._flush(max(self._files, key=lambda each: self._files[each].waiting_bytes))
        if self._rotate_seconds is not None:
            self.finish_old()

    def finish_old(self) -> None:
        """Finishes the files that are older than ``rotate_seconds``: for writers that have nothing to write."""
        if self._rotate_seconds is None:
            return
        now = self._clock()
        # a writer that is behind must not make a file of every row
        opened = now - self._rotate_seconds / _FILES_AN_INTERVAL
        oldest = now - self._rotate_seconds
        due = [
            at for at, file in self._files.items() if file.oldest_seconds <= oldest and file.opened_seconds <= opened
        ]
        for folder in due:
            self._finish(folder)

    def close(self) -> None:
        """Finishes every file; the writer may go on afterwards.

        Raises:
            OutsideError: the file system refused; the others are finished nevertheless.
        """
        failure = None
        for folder in list(self._files):
            try:
                self._finish(folder)
            except OutsideError as error:  # noqa: PERF203 - every file that can be finished is
                failure = error
        if failure is not None:
            raise failure

    def take_lost(self) -> Counter[Arm]:
        """The rows, by arm, that were taken in and lost with their files since this was last asked."""
        lost, self._lost = self._lost, Counter()
        return lost

    def __enter__(self) -> "CaptureWriter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        # rows that were written are good, whatever has happened since
        self.close()

    def _open(self, folder: str) -> LogFile:
        if len(self._files) >= _MOST_FILES:
            self._finish(next(iter(self._files)))
        self._numbers += 1
        try:
            return LogFile(self._store, folder, f"{self._prefix}-{self._numbers:05}", opened_seconds=self._clock())
        except OSError as error:
            raise self._refused(error) from error

    def _flush(self, folder: str) -> None:
        file = self._files[folder]
        self._waiting_bytes -= file.waiting_bytes
        try:
            file.flush()
        except OSError as error:
            self._files.pop(folder)
            self._abandon(file)
            raise self._refused(error) from error

    def _finish(self, folder: str) -> None:
        file = self._files.pop(folder)
        self._waiting_bytes -= file.waiting_bytes
        try:
            file.finish()
        except OSError as error:
            self._abandon(file)
            raise self._refused(error) from error
        self.places.append(file.place)

    def _abandon(self, file: LogFile) -> None:
        self._lost[Arm(file.place.split("/")[2].removeprefix("arm="))] += file.rows
        file.abandon()

    def _refused(self, error: OSError) -> OutsideError:
        return OutsideError(
            f"captures: found {self._uri} that can't be written ({why(error)}), wanted one that can; "
            "finished files are whole; mend it and try again"
        )
