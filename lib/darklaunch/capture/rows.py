"""Rows of the capture log as PyArrow tables: one file read as the contract names its columns, whatever wrote it."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
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
    "read_batches",
    "read_file",
]


PAGE_ERRORS: Final = (ValueError, OSError, NotImplementedError, MemoryError, KeyError, TypeError)
"""The kinds of pyarrow's errors; random bytes in a page raise any of them."""

_BATCH_ROWS: Final = 16_384
_BATCH_BYTES: Final = 64 * 2**20
"""Rows, and bytes of them by the footer, that are decoded at once where a file is read by batches."""

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
    with _opened(store, file) as parquet:
        return _whole(parquet, columns)


def read_batches(store: LogLocation, file: CaptureFile, columns: Sequence[str]) -> Iterator[pa.Table]:
    """Reads columns of one file some rows at a time, so that a file larger than the memory can be gone through.

    Args:
        store: where the log lies.
        file: one of its files.
        columns: as of ``read_file``.

    Yields:
        Its rows in their order, as ``read_file`` returns them; at least one table.

    Raises:
        UnreadableFileError: its pages can't be decoded.
    """
    with _opened(store, file) as parquet:
        present, metadata = _present(parquet, columns), parquet.metadata
        decoded_bytes = sum(metadata.row_group(number).total_byte_size for number in range(metadata.num_row_groups))
        at_once = max(1, min(_BATCH_ROWS, metadata.num_rows * _BATCH_BYTES // max(1, decoded_bytes)))
        if metadata.num_rows <= at_once or not present:
            yield _whole(parquet, columns)
            return
        for batch in parquet.iter_batches(at_once, columns=present, use_threads=False):
            yield _as_contract(pa.Table.from_batches([batch]), columns)


@contextmanager
def _opened(store: LogLocation, file: CaptureFile) -> Iterator[pq.ParquetFile]:
    """A file of the log; what goes wrong while its pages are decoded is the file's error."""
    try:
        with store.filesystem.open_input_file(store.location(file.place)) as source:
            yield open_parquet(source, store)
    except FileNotFoundError as error:
        raise UnreadableFileError(file, f"can't be opened: {why(error)}") from error
    except PAGE_ERRORS as error:
        raise UnreadableFileError(file, page_reason(error)) from error


def _whole(parquet: pq.ParquetFile, columns: Sequence[str]) -> pa.Table:
    return _as_contract(parquet.read(columns=_present(parquet, columns), use_threads=False), columns)


def _present(parquet: pq.ParquetFile, columns: Sequence[str]) -> list[str]:
    names = _names(parquet.schema_arrow)
    return [names[column] for column in columns if column in names]


def _names(schema: pa.Schema) -> dict[str, str]:
    """The names of a file's columns by their names in the contract."""
    return {name.lower(): name for name in schema.names}


def _as_contract(rows: pa.Table, columns: Sequence[str]) -> pa.Table:
    names, missing = _names(rows.schema), pa.nulls(rows.num_rows)
    arrays = [_column(rows[names[name]] if name in names else missing, name) for name in columns]
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
