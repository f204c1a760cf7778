"""Opens the footers of a log's files: which files can be read, and whether they hold what was agreed."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Final

import pyarrow.parquet as pq

from darklaunch.capture.columns import ColumnProblem, column_problems
from darklaunch.capture.files import CaptureFile, CaptureLog
from darklaunch.capture.location import LogLocation, why
from darklaunch.capture.rows import PAGE_ERRORS, open_parquet, page_reason
from darklaunch.errors import ContractError
from darklaunch.text.escape import printable

_THREADS: Final = 16
_MOST_LINES: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class CorruptFile:
    """A file that can't be read, with the reason in a few printable words."""

    file: CaptureFile
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Footer:
    """The facts of a file that its footer tells.

    Attributes:
        rows: how many it holds.
        decoded_bytes: about so many its rows take once they are read.
    """

    rows: int
    decoded_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedFiles:
    """The files of a log in two: those that can be read, and those that can't; each in the log's order.

    Attributes:
        good: those that can be read.
        corrupt: the others.
        footers: of the good ones, in their order.
    """

    good: tuple[CaptureFile, ...]
    corrupt: tuple[CorruptFile, ...]
    footers: tuple[Footer, ...]


def check_files(log: CaptureLog, files: Sequence[CaptureFile] | None = None) -> CheckedFiles:
    """Reads the footer of every file, sixteen at a time.

    Args:
        log: what ``list_log`` returned.
        files: some of its files; None: all.

    Raises:
        ContractError: readable files lack a column without which nothing can be compared, or have one of a type that
            can't be read as the contract's. One line a finding.
    """
    asked = log.files if files is None else tuple(files)
    with ThreadPoolExecutor(_THREADS) as pool:
        outcomes = list(pool.map(partial(_inspect, log.store), asked))
    places: dict[ColumnProblem, list[str]] = {}
    good: list[CaptureFile] = []
    footers: list[Footer] = []
    corrupt: list[CorruptFile] = []
    for file, outcome in zip(asked, outcomes, strict=True):
        match outcome:
            case str() as reason:
                corrupt.append(CorruptFile(file=file, reason=reason))
            case (footer, problems):
                good.append(file)
                footers.append(footer)
                for problem in problems:
                    places.setdefault(problem, []).append(file.place)
    if places:
        raise ContractError("\n".join(_lines(places)))
    return CheckedFiles(good=tuple(good), corrupt=tuple(corrupt), footers=tuple(footers))


def _inspect(store: LogLocation, file: CaptureFile) -> tuple[Footer, tuple[ColumnProblem, ...]] | str:
    """The footer of a file with the problems of its columns, or the reason why it can't be read."""
    if file.size_bytes == 0:
        return "empty: 0 bytes"
    try:
        source = store.filesystem.open_input_file(store.location(file.place))
    except OSError as error:
        return f"can't be opened: {why(error)}"
    with source:
        try:
            parquet = open_parquet(source, store)
            footer = _footer(parquet.metadata)
        except PAGE_ERRORS:
            return "not Parquet, or cut short"
        try:
            return footer, tuple(column_problems(parquet))
        except PAGE_ERRORS as error:
            return page_reason(error)


def _footer(metadata: pq.FileMetaData) -> Footer:
    # what a damaged footer says of a column ends the process when it is asked for, so that no column is
    groups = [metadata.row_group(number) for number in range(metadata.num_row_groups)]
    return Footer(
        rows=metadata.num_rows,
        decoded_bytes=sum(group.total_byte_size for group in groups),
    )


def _lines(places: dict[ColumnProblem, list[str]]) -> list[str]:
    lines = []
    for finding, files in places.items():
        others = f" and {len(files) - 1:,} more files" if len(files) > 1 else ""
        lines.append(f"{printable(files[0])}{others}: {finding}")
    beyond = len(lines) - _MOST_LINES
    return [*lines[:_MOST_LINES], f"and {beyond} more"] if beyond > 0 else lines
