"""One file of a capture log while it is written: it has its name only once it is whole."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

import pyarrow.parquet as pq
from pyarrow import fs

from darklaunch.capture.location import LogLocation
from darklaunch.capture.writing.exchange import Exchange
from darklaunch.capture.writing.rows_table import WRITTEN, rows_table

_JUDGED: Final = ["request_id", "captured_at", "release"]
"""The columns whose extremes the footer tells; those of bodies would only make it long."""


class LogFile:
    """A file in the making, with the rows that wait to become its next row group.

    On a disk the rows lie in a file whose name begins with a dot, which no reader takes in; an object store shows
    an object only when it is whole.

    Attributes:
        place: under the log's folder.
        rows: written and waiting.
        size_bytes: about how many the written and waiting rows took in memory.
        waiting_bytes: the same of those that wait.
        opened_seconds: by the caller's clock.
        oldest_seconds: since when one of its rows is in memory, by the caller's clock.
    """

    def __init__(self, store: LogLocation, folder: str, name: str, *, opened_seconds: float) -> None:
        self.place = f"{folder}/{name}.parquet"
        self.rows = 0
        self.size_bytes = 0
        self.waiting_bytes = 0
        self.opened_seconds = self.oldest_seconds = opened_seconds
        self._store = store
        self._waiting: list[Exchange] = []
        appears_whole = isinstance(store.filesystem, (fs.S3FileSystem, fs.GcsFileSystem))
        self._target = store.location(self.place)
        self._fresh = self._target if appears_whole else store.location(f"{folder}/.{name}.parquet.fresh")
        store.filesystem.create_dir(store.location(folder), recursive=True)
        self._sink = store.filesystem.open_output_stream(self._fresh)
        self._parquet = pq.ParquetWriter(self._sink, WRITTEN, compression="zstd", write_statistics=_JUDGED)

    def add(self, exchange: Exchange, size_bytes: int, *, in_memory_since_seconds: float) -> None:
        """Takes a row in, to be written later."""
        self.oldest_seconds = min(self.oldest_seconds, in_memory_since_seconds)
        self._waiting.append(exchange)
        self.rows += 1
        self.size_bytes += size_bytes
        self.waiting_bytes += size_bytes

    def flush(self) -> None:
        """Writes the waiting rows as one row group.

        Raises:
            OSError: the file system refused.
        """
        if self._waiting:
            self._parquet.write_table(rows_table(self._waiting))
            self._waiting, self.waiting_bytes = [], 0

    def finish(self) -> None:
        """Writes what waits and lets the file appear.

        Raises:
            OSError: the file system refused; there is no file then.
        """
        self.flush()
        self._parquet.close()
        self._sink.close()
        if self._fresh == self._target:
            return
        if self._store.local:
            _persist(Path(self._fresh))
            os.replace(self._fresh, self._target)  # noqa: PTH105 - Path.replace says less about being atomic
        else:
            self._store.filesystem.move(self._fresh, self._target)

    def abandon(self) -> None:
        """Leaves no trace of a file that can't be finished, as far as the file system allows."""
        with suppress(OSError, ValueError):
            self._sink.close()
        if self._fresh != self._target:
            with suppress(OSError):
                self._store.filesystem.delete_file(self._fresh)


def _persist(path: Path) -> None:
    """Waits until the bytes lie on the disk: a name must not survive a power cut that its bytes do not."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
