"""A recording that is read in pieces: plain, or packed by gzip or Zstandard, on a disk or in an object store."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Final

import pyarrow as pa
from pyarrow import fs

from darklaunch.capture.location import open_store, printable_uri, why
from darklaunch.errors import UsageError

_PIECE_BYTES: Final = 1 << 20
_CODECS: Final = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd"}
"""By the first bytes of a file: its name may say something else."""


class BrokenSourceError(Exception):
    """The rest of a recording can't be read; the text says why, in printable words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """A recording.

    Attributes:
        uri: as it was named.
        filesystem: where it lies.
        path: on that file system.
        size_bytes: its length as it lies there.
    """

    uri: str
    filesystem: fs.FileSystem
    path: str
    size_bytes: int

    @property
    def name(self) -> str:
        """Its name without folders."""
        return self.path.rpartition("/")[2]


def find_source(uri: str) -> SourceFile:
    """Finds a recording; nothing of it is read.

    Args:
        uri: a local path, or a URI (file, s3, s3a, gs, hdfs).

    Raises:
        UsageError: there is no such file.
    """
    store = open_store(uri)
    try:
        info = store.filesystem.get_file_info(store.root)
    except OSError as error:
        raise UsageError(f"import: found {printable_uri(uri)} that can't be looked at ({why(error)})") from error
    if info.type is not fs.FileType.File:
        what = "nothing" if info.type is fs.FileType.NotFound else "a folder"
        raise UsageError(f"import: found {what} at {printable_uri(uri)}, wanted a file; check the path")
    return SourceFile(uri=uri, filesystem=store.filesystem, path=store.root, size_bytes=info.size)


class Pieces:
    """The unpacked bytes of a recording, piece by piece; a context manager.

    Attributes:
        offset: unpacked bytes that were read.
    """

    def __init__(self, source: SourceFile, advance: Callable[[int], None]) -> None:
        """Opens a recording.

        Args:
            source: the recording.
            advance: called with the number of its bytes, as it lies on disk, that were read since.

        Raises:
            BrokenSourceError: it can't be opened.
        """
        self.offset = 0
        self._advance, self._seen = advance, 0
        try:
            self._raw = source.filesystem.open_input_file(source.path)
            magic = self._raw.read(4)
            self._raw.seek(0)
            codec = next((name for start, name in _CODECS.items() if magic.startswith(start)), None)
            self._stream = self._raw if codec is None else pa.CompressedInputStream(self._raw, codec)
        except OSError as error:
            raise BrokenSourceError(f"it can't be opened: {why(error)}") from error

    def __enter__(self) -> "Pieces":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._raw.close()

    def __iter__(self) -> Iterator[bytes]:
        """The pieces.

        Raises:
            BrokenSourceError: what is packed is broken from here on, or the disk is.
        """
        while piece := self._read():
            self.offset += len(piece)
            yield piece

    def _read(self) -> bytes:
        try:
            piece: bytes = self._stream.read(_PIECE_BYTES)
            position = self._raw.tell()
        # a broken frame raises either
        except (OSError, ValueError) as error:
            raise BrokenSourceError(f"the rest of the file can't be read: {why_broken(error)}") from error
        self._advance(position - self._seen)
        self._seen = position
        return piece


def why_broken(error: OSError | ValueError) -> str:
    """The words for a failure to read, without a path."""
    return why(error) if isinstance(error, OSError) else str(error).split("\n", 1)[0]
