"""The columns of the capture log, and what a file's footer says against them."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import types

from darklaunch.capture import column_types
from darklaunch.text.escape import cut

_CAST: Final = "cast it where it is written, or rewrite the file"


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnProblem:
    """The problem of one column of a file; every text is printable."""

    column: str
    found: str
    wanted: str
    do: str

    def __str__(self) -> str:
        """The finding without the file's name."""
        return f"column {self.column}: found {self.found}, wanted {self.wanted}; {self.do}"


_LIST: Final = "list<struct<name: string, value: string>>"
WANTED: Final[dict[str, tuple[str, column_types.Reads]]] = {
    "request_id": ("string", column_types.text),
    "captured_at": ("timestamp[us, tz=UTC]", column_types.moment),
    "method": ("string", column_types.text),
    "path": ("string", column_types.text),
    "query": ("string", column_types.text),
    "endpoint": ("string", column_types.text),
    "request_headers": (_LIST, column_types.headers),
    "request_body": ("binary", column_types.raw),
    "status": ("int32", column_types.status),
    "response_headers": (_LIST, column_types.headers),
    "body": ("binary", column_types.raw),
    "body_truncated": ("bool", column_types.flag),
    "latency_ms": ("double", column_types.number),
    "error": ("string", column_types.text),
    "sample_rate": ("double", column_types.number),
    "unit_id": ("string", column_types.text),
    "release": ("string", column_types.text),
    "attributes": ("map<string, string>", column_types.attributes),
}
"""Every column of the contract: its type in words, and whether another is read as that."""

NEEDED: Final = frozenset(
    {
        "request_id",
        "captured_at",
        "method",
        "path",
        "status",
        "response_headers",
        "body",
        "body_truncated",
        "sample_rate",
    }
)
"""Without these there is nothing to compare; older versions of the schema may lack any other."""


def column_problems(metadata: pq.FileMetaData) -> Iterator[ColumnProblem]:
    """The columns of a file that break the contract; columns that the contract does not name are free.

    Args:
        metadata: the file's footer.

    Raises:
        ValueError, OSError, NotImplementedError: the schema in the footer can't be read.
    """
    # columns are found whatever their case, and two that are the same then are no column
    fields = [(field.name.lower(), field.type) for field in metadata.schema.to_arrow_schema()]
    times, kinds = Counter(name for name, _ in fields), dict(fields)
    for column, (wanted, reads) in WANTED.items():
        column_type = kinds.get(column)
        if column_type is None and column in NEEDED:
            yield ColumnProblem(column=column, found="none", wanted=wanted, do="record it, see the capture contract")
        elif times[column] > 1:
            yield ColumnProblem(
                column=column, found=f"{times[column]} of that name", wanted="one", do="keep one of them"
            )
        elif column_type is not None and not reads(column_type) and not _is_int96(metadata, column):
            yield ColumnProblem(column=column, found=cut(str(column_type)), wanted=wanted, do=_advice(column_type))


def _is_int96(metadata: pq.FileMetaData, column: str) -> bool:
    """Spark's own writer stores moments in UTC in this old type, which pyarrow shows without a zone."""
    leaves = (metadata.schema.column(index) for index in range(len(metadata.schema)))
    return column == "captured_at" and any(
        leaf.physical_type == "INT96" and leaf.path.lower() == column for leaf in leaves
    )


def _advice(column_type: pa.DataType) -> str:
    if types.is_null(column_type):
        return "write the column with its type although it holds nulls only"
    if types.is_timestamp(column_type):
        return "write microseconds that are known to be UTC"
    return _CAST
