"""Rows of the capture log as PyArrow tables: one file read as the contract names its columns, whatever wrote it."""

import re
from collections.abc import Sequence
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from darklaunch.capture.conversion.columns import converted
from darklaunch.capture.files import CaptureFile
from darklaunch.capture.location import LogLocation, why
from darklaunch.capture.schema import CAPTURE, HEADERS, MOMENT
from darklaunch.errors import DarklaunchError

__all__ = [
    "CAPTURE",
    "HEADERS",
    "MOMENT",
    "PAGE_ERRORS",
    "UnreadableFileError",
    "open_parquet",
    "page_reason",
    "read_file",
]


PAGE_ERRORS: Final = (ValueError, OSError, NotImplementedError, MemoryError, KeyError, TypeError)
"""The kinds of pyarrow's errors; random bytes in a page raise any of them."""

_CODEC: Final = re.compile(r"codec '(?P<built>\w+)' not built|While (?P<written>\w+) compression is supported")
"""Arrow's words for a codec that it was built without, and for one that it has never known."""


class UnreadableFileError(DarklaunchError):
    """One file of the log can't be decoded; ``file`` is it, and the text is the reason in printable words."""

    def __init__(self, file: CaptureFile, reason: str) -> None:
        super().__init__(reason)
        self.file = file

    def __reduce__(self) -> tuple[type["UnreadableFileError"], tuple[CaptureFile, str]]:
        """Both parts, so that the error comes whole out of a worker process."""
        return type(self), (self.file, str(self))


def read_file(store: LogLocation, file: CaptureFile, columns: Sequence[str]) -> pa.Table:
    """Reads columns of one file.

    Args:
        store: where the log lies.
        file: one of its files.
        columns: names of ``CAPTURE``; those that the file lacks are null.

    Returns:
        The columns in the types of ``CAPTURE``; text that is no UTF-8 holds replacement characters.

    Raises:
        UnreadableFileError: its pages can't be decoded.
    """
    try:
        with store.filesystem.open_input_file(store.location(file.place)) as source:
            parquet = open_parquet(source, store)
            names = {name.lower(): name for name in parquet.schema_arrow.names}
            present = [names[column] for column in columns if column in names]
            rows = parquet.read(columns=present, use_threads=False)
        missing = pa.nulls(rows.num_rows)
        arrays = [_column(rows[names[name]] if name in names else missing, name) for name in columns]
    except FileNotFoundError as error:
        raise UnreadableFileError(file, f"can't be opened: {why(error)}") from error
    except PAGE_ERRORS as error:
        raise UnreadableFileError(file, page_reason(error)) from error
    return pa.table(arrays, schema=pa.schema([CAPTURE.field(name) for name in columns]))


def open_parquet(source: pa.NativeFile, store: LogLocation) -> pq.ParquetFile:
    """Opens a file of the log, so that a page that its writer's checksum doesn't fit is no page."""
    return pq.ParquetFile(
        source, coerce_int96_timestamp_unit="us", pre_buffer=not store.local, page_checksum_verification=True
    )


def page_reason(error: BaseException) -> str:
    """The reason why pages can't be decoded, in a few printable words."""
    codec = _CODEC.search(str(error))
    if codec is None:
        return "its pages can't be decoded"
    return f"its pages are compressed with {codec['built'] or codec['written']}, which can't be decoded here"


def _column(column: pa.ChunkedArray | pa.Array, name: str) -> pa.ChunkedArray:
    chunks = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
    return pa.chunked_array([converted(name, chunk) for chunk in chunks], CAPTURE.field(name).type)
