"""The rows of a table file: Parquet, CSV or JSON lines."""

import csv
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import Final

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from darklaunch.capture.importers.source import SourceFile, why_broken
from darklaunch.capture.importers.table.values import Cell
from darklaunch.capture.rows import PAGE_ERRORS

PassOver = Callable[[str, int], None]
Row = Mapping[str, Cell]

MAGIC: Final = b"PAR1"
_MOST_LINE_BYTES: Final = 64 << 20
_MOST_RECORD_LINES: Final = 10_000
_BATCH_ROWS: Final = 256
_SEPARATORS: Final = ",;\t|"


def text_rows(pieces: Iterable[bytes], pass_over: PassOver) -> Iterator[tuple[int, Row]]:
    """The rows of a text: JSON lines where it begins with a brace, otherwise CSV with a line of names.

    Args:
        pieces: the text.
        pass_over: told the reason and the offset of what is no row.

    Yields:
        The offset and the values of each row.

    Raises:
        BrokenSourceError: the pieces end in it.
    """
    lines = _lines(pieces, pass_over)
    first = next(lines, None)
    if first is None:
        return
    offset, line = first
    if line.startswith(b"\xef\xbb\xbf"):
        offset, line = offset + 3, line[3:]
    whole = chain([(offset, line)], lines)
    yield from (_json_rows if line.lstrip()[:1] == b"{" else _csv_rows)(whole, pass_over)


def parquet_rows(source: SourceFile, columns: frozenset[str], pass_over: PassOver) -> Iterator[tuple[int, Row]]:
    """The rows of a Parquet file, row group by row group; instead of an offset each has its number.

    Args:
        source: the file.
        columns: those that are read, as far as it has them.
        pass_over: told the reason and the number of the first row of a row group that can't be read.
    """
    try:
        file = source.filesystem.open_input_file(source.path)
        parquet = pq.ParquetFile(file)
        present = [name for name in parquet.schema_arrow.names if name in columns]
    except PAGE_ERRORS:
        pass_over("it is not Parquet, or cut short", 0)
        return
    first = 0
    with file:
        for group in range(parquet.metadata.num_row_groups):
            number = first
            try:
                for batch in parquet.iter_batches(_BATCH_ROWS, row_groups=[group], columns=present, use_threads=False):
                    for row in _batch_rows(batch):
                        yield number, row
                        number += 1
            except PAGE_ERRORS as error:
                why = why_broken(error) if isinstance(error, (OSError, ValueError)) else ""
                pass_over(f"the rest of the row group can't be read{': ' * bool(why)}{why[:60]}", number)
            first += max(0, parquet.metadata.row_group(group).num_rows)


def _batch_rows(batch: pa.RecordBatch) -> Iterator[Row]:
    batch.validate(full=True)
    rows: list[dict[str, Cell]] = batch.to_pylist()
    return iter(rows)


def _lines(pieces: Iterable[bytes], pass_over: PassOver) -> Iterator[tuple[int, bytes]]:
    """Lines with their ends and offsets; one that is too long is passed over."""
    held, offset, too_long = bytearray(), 0, False
    for piece in pieces:
        searched = len(held)
        held += piece
        begin = 0
        while (end := held.find(b"\n", max(begin, searched))) >= 0:
            if not too_long:
                yield offset + begin, bytes(held[begin : end + 1])
            begin, too_long = end + 1, False
        del held[:begin]
        offset += begin
        if len(held) > _MOST_LINE_BYTES:
            if not too_long:
                pass_over("the line is too long", offset)
            too_long = True
            offset += len(held)
            held.clear()
    if held and not too_long:
        yield offset, bytes(held)


def _json_rows(lines: Iterable[tuple[int, bytes]], pass_over: PassOver) -> Iterator[tuple[int, Row]]:
    for offset, line in lines:
        if not line.strip():
            continue
        try:
            row = orjson.loads(line)
        except (ValueError, RecursionError):
            pass_over("the line is no JSON", offset)
            continue
        if isinstance(row, dict):
            yield offset, row
        else:
            pass_over("the line is no JSON object", offset)


def _csv_rows(lines: Iterator[tuple[int, bytes]], pass_over: PassOver) -> Iterator[tuple[int, Row]]:
    csv.field_size_limit(_MOST_LINE_BYTES)
    waiting: deque[tuple[int, bytes]] = deque()
    offset, head = next(lines)
    separator = max(_SEPARATORS, key=lambda each: head.count(each.encode()))
    names = _fields(head, separator, None)
    if names is None or len(set(names)) < len(names):
        pass_over("the first line is no CSV of names, each once", offset)
        return
    while record := _csv_record(waiting, lines):
        fields = _fields(b"".join(line for _, line in record), separator, len(names))
        if fields is not None:
            yield record[0][0], dict(zip(names, fields, strict=True))
            continue
        pass_over("the line has other columns than the first, or is no CSV", record[0][0])
        # a lone quote may have swallowed sound lines behind it
        waiting.extendleft(reversed(record[1:]))


def _csv_record(waiting: deque[tuple[int, bytes]], lines: Iterator[tuple[int, bytes]]) -> list[tuple[int, bytes]]:
    """The next lines until no quote is open; none at the end."""
    record: list[tuple[int, bytes]] = []
    quotes = size = 0
    while (line := waiting.popleft() if waiting else next(lines, None)) is not None:
        if not record and not line[1].strip():
            continue
        record.append(line)
        quotes += line[1].count(b'"')
        size += len(line[1])
        if quotes % 2 == 0 or len(record) > _MOST_RECORD_LINES or size > _MOST_LINE_BYTES:
            break
    return record


def _fields(record: bytes, separator: str, count: int | None) -> list[str] | None:
    """The fields of one record; None where it is no CSV of so many, or of any number."""
    try:
        rows = list(csv.reader([record.decode()], delimiter=separator, strict=True))
    except (csv.Error, UnicodeDecodeError):
        return None
    return rows[0] if len(rows) == 1 and count in (None, len(rows[0])) else None
