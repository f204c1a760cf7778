"""The columns of the capture log, and what a file's footer says against them."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import types

from darklaunch.capture.conversion.columns import READINGS, converted, must_be_looked_at
from darklaunch.capture.conversion.loss import ValueLostError
from darklaunch.capture.conversion.types import Fit
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


def column_problems(parquet: pq.ParquetFile) -> Iterator[ColumnProblem]:
    """The columns of a file that break the contract; columns that the contract does not name are free.

    A column is read where its type alone doesn't tell whether every value can be held, or whether it holds any.

    Args:
        parquet: the file.

    Raises:
        one of PAGE_ERRORS: the schema in the footer, or such a column, can't be read.
    """
    if not parquet.metadata.num_rows:
        # where nothing was written, tools have no types to write
        return
    # columns are found whatever their case, and two that are the same then are no column
    fields = [(field.name.lower(), field) for field in parquet.schema_arrow]
    times, found = Counter(name for name, _ in fields), dict(fields)
    for column, reading in READINGS.items():
        if column not in found:
            if column in NEEDED:
                do = "record it, see the capture contract"
                yield ColumnProblem(column=column, found="none", wanted=reading.wanted, do=do)
        elif times[column] > 1:
            yield ColumnProblem(
                column=column, found=f"{times[column]} of that name", wanted="one", do="keep one of them"
            )
        elif not _is_int96(parquet.metadata, column):
            yield from _type_problem(parquet, column, found[column])


def _type_problem(parquet: pq.ParquetFile, column: str, field: pa.Field) -> Iterator[ColumnProblem]:
    """The problem of one column's type, or of the first value in it that the contract's can't hold."""
    reading, found = READINGS[column], None
    if must_be_looked_at(column, field.type):
        try:
            for batch in parquet.iter_batches(columns=[field.name], use_threads=False):
                converted(column, batch.column(0))
        except ValueLostError as lost:
            found = lost.found
    elif reading.fits(field.type) is Fit.NEVER:
        found = cut(str(field.type))
    if found is not None:
        yield ColumnProblem(column=column, found=found, wanted=reading.wanted, do=_advice(field.type))


def _is_int96(metadata: pq.FileMetaData, column: str) -> bool:
    """Spark's own writer stores moments in UTC in this old type, which pyarrow shows without a zone."""
    leaves = (metadata.schema.column(index) for index in range(len(metadata.schema)))
    return column == "captured_at" and any(
        leaf.physical_type == "INT96" and leaf.path.lower() == column for leaf in leaves
    )


def _advice(column_type: pa.DataType) -> str:
    if types.is_null(column_type):
        return "record it: it holds nulls only"
    if types.is_timestamp(column_type):
        return "write microseconds that are known to be UTC"
    return _CAST
