"""Rows of the capture log as PyArrow tables: one file read as the contract names its columns, whatever wrote it."""

from collections.abc import Sequence
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from darklaunch.capture.files import CaptureFile
from darklaunch.capture.location import LogLocation, why
from darklaunch.errors import DarklaunchError

HEADERS: Final = pa.list_(pa.struct([("name", pa.string()), ("value", pa.string())]))
MOMENT: Final = pa.timestamp("us", "UTC")

CAPTURE: Final = pa.schema(
    [
        ("request_id", pa.string()),
        ("captured_at", MOMENT),
        ("method", pa.string()),
        ("path", pa.string()),
        ("query", pa.string()),
        ("endpoint", pa.string()),
        ("request_headers", HEADERS),
        ("request_body", pa.large_binary()),
        ("status", pa.int32()),
        ("response_headers", HEADERS),
        ("body", pa.large_binary()),
        ("body_truncated", pa.bool_()),
        ("latency_ms", pa.float64()),
        ("error", pa.string()),
        ("sample_rate", pa.float64()),
        ("unit_id", pa.string()),
        ("release", pa.string()),
        ("attributes", pa.map_(pa.string(), pa.string())),
    ]
)
"""The columns of the capture log, contract v1; bodies may add up to more than 2 GB."""


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
            parquet = pq.ParquetFile(source, coerce_int96_timestamp_unit="us", pre_buffer=not store.local)
            names = {name.lower(): name for name in parquet.schema_arrow.names}
            present = [names[column] for column in columns if column in names]
            rows = parquet.read(columns=present, use_threads=False)
        missing = pa.nulls(rows.num_rows)
        arrays = [_column(rows[names[name]] if name in names else missing, name) for name in columns]
    except FileNotFoundError as error:
        raise UnreadableFileError(file, f"can't be opened: {why(error)}") from error
    # pyarrow's errors are of these kinds; random bytes in a page raise any of them
    except (ValueError, OSError, NotImplementedError, MemoryError, KeyError, TypeError) as error:
        raise UnreadableFileError(file, "its pages can't be decoded") from error
    return pa.table(arrays, schema=pa.schema([CAPTURE.field(name) for name in columns]))


def _column(column: pa.ChunkedArray | pa.Array, name: str) -> pa.ChunkedArray:
    kind = CAPTURE.field(name).type
    chunks = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
    return pa.chunked_array([_cast(chunk, kind) for chunk in chunks], kind)


def _cast(array: pa.Array, kind: pa.DataType) -> pa.Array:
    if isinstance(array, pa.ExtensionArray):
        array = array.storage
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if pa.types.is_null(array.type):
        return pa.nulls(len(array), kind)
    if pa.types.is_string(kind):
        return _text(array)
    if pa.types.is_large_binary(kind):
        return (array.cast(pa.binary()) if pa.types.is_fixed_size_binary(array.type) else array).cast(kind)
    if pa.types.is_list(kind):
        return _headers(array)
    if pa.types.is_map(kind):
        return _attributes(array)
    return array if array.type == kind else array.cast(kind)


def _text(array: pa.Array) -> pa.Array:
    """Text in UTF-8, which its writer may have only claimed."""
    text = array if pa.types.is_string(array.type) else pc.cast(array, pa.string(), safe=False)
    try:
        text.validate(full=True)
    except pa.ArrowInvalid:
        raw = text.cast(pa.binary()).to_pylist()
        return pa.array([each if each is None else each.decode("utf-8", "replace") for each in raw], pa.string())
    return text


def _headers(array: pa.Array) -> pa.Array:
    if not pa.types.is_list(array.type):
        array = array.cast(pa.list_(array.type.value_type))
    flat = array.flatten()
    fields = [_cast(pc.struct_field(flat, name), pa.string()) for name in ("name", "value")]
    structs = pa.StructArray.from_arrays(fields, fields=list(HEADERS.value_type))
    return pa.ListArray.from_arrays(_offsets(array), structs, mask=array.is_null() if array.null_count else None)


def _attributes(array: pa.Array) -> pa.Array:
    offsets = array.offsets
    first, last = offsets[0].as_py(), offsets[-1].as_py()
    keys, items = (_text(each[first:last]) for each in (array.keys, array.items))
    shifted = pc.subtract(offsets, offsets[0])
    if array.null_count:
        # a null offset marks a null map
        shifted = pa.concat_arrays([pc.if_else(array.is_null(), None, shifted[:-1]), shifted[-1:]])
    return pa.MapArray.from_arrays(shifted, keys, items)


def _offsets(array: pa.Array) -> pa.Array:
    """Offsets into what ``flatten`` gives, which leaves out what lies under nulls."""
    lengths = pc.fill_null(pc.list_value_length(array), 0)
    sums = pc.cumulative_sum(lengths.cast(pa.int32()))
    return pa.concat_arrays([pa.array([0], pa.int32()), sums])
