"""An import from its first file to its last row."""

import hashlib
import json
import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import Enum
from typing import Final, Protocol

from pyarrow import fs

from darklaunch.capture.arm import ARMS, Arm
from darklaunch.capture.importers.account import Account, ImportReport
from darklaunch.capture.importers.options import ImportedRow
from darklaunch.capture.importers.source import BrokenSourceError, Pieces, SourceFile, find_source
from darklaunch.capture.location import open_store
from darklaunch.capture.writing.writer import CaptureWriter
from darklaunch.errors import UsageError

ACCOUNTS: Final = "_imports"
"""The folder of a capture log in which every import leaves its account; runs pass it over."""


class Format(str, Enum):
    """The formats of recordings."""

    GOR = "gor"
    ENVOY_TAP = "envoy-tap"
    HAR = "har"
    TABLE = "table"


class Importer(Protocol):
    """An importer of one format; it sees the files of one import in their order."""

    def rows(self, pieces: Iterable[bytes], source: SourceFile) -> Iterator[ImportedRow]:
        """The rows of one file, and those that its records complete.

        Raises:
            BrokenSourceError: the pieces end in it.
        """

    def rest(self) -> Iterator[ImportedRow]:
        """The rows that wait for the end of the last file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Listeners to an import: which file begins, and how many more bytes of all files were read."""

    begin: Callable[[str], None]
    advance: Callable[[int], None]


def find_sources(uris: Sequence[str]) -> list[SourceFile]:
    """Finds the files of an import, sorted so that numbers in their names count as numbers.

    Raises:
        UsageError: one of them is not there.
    """
    return sorted((find_source(uri) for uri in uris), key=lambda source: _natural(source.path))


def import_files(
    sources: Sequence[SourceFile],
    importer: Importer,
    account: Account,
    *,
    file_format: Format,
    arm: Arm,
    out: str,
    progress: Progress,
) -> ImportReport:
    """Writes the rows of recordings to a capture log.

    The same files imported again for the same arm replace what they were imported to before.

    Args:
        sources: in order.
        importer: of their format, which counts with ``account``.
        account: what was passed over; without any rows yet.
        file_format: theirs.
        arm: that they were made of.
        out: the log's folder: a local path, or a URI.
        progress: its listeners.

    Raises:
        UsageError: none of the files holds anything that can be imported.
        OutsideError: the log can't be written; its finished files are whole.
    """
    began = time.monotonic()
    prefix = _prefix(file_format, arm, sources)
    with CaptureWriter(out, prefix=prefix) as writer:
        for source in sources:
            progress.begin(source.name)
            account.file = source.name
            _write(writer, account, _rows_of(source, importer, account, progress))
        _write(writer, account, importer.rest())
    report = ImportReport(
        format=file_format.value,
        files=tuple(source.name for source in sources),
        rows={each: account.rows[each] for each in ARMS if account.rows[each]},
        passed_over=account.passed_over,
        flaws=dict(sorted(account.flaws.items())),
        places=tuple(writer.places),
        size_bytes=sum(source.size_bytes for source in sources),
        seconds=time.monotonic() - began,
    )
    if not writer.rows:
        raise UsageError(_nothing(report))
    _remove_earlier(out, prefix, report.places)
    _keep_account(out, prefix, report)
    return report


def _rows_of(source: SourceFile, importer: Importer, account: Account, progress: Progress) -> Iterator[ImportedRow]:
    pieces = None
    try:
        with Pieces(source, progress.advance) as pieces:
            yield from importer.rows(pieces, source)
    except BrokenSourceError as error:
        account.pass_over(str(error), pieces.offset if pieces is not None else 0)


def _write(writer: CaptureWriter, account: Account, rows: Iterable[ImportedRow]) -> None:
    for arm, exchange in rows:
        writer.write(exchange, arm)
        account.rows[arm.value] += 1


def _natural(path: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"([0-9]+)", path)]


def _prefix(file_format: Format, arm: Arm, sources: Sequence[SourceFile]) -> str:
    """A name for the files that the same import always writes."""
    identity = [file_format.value, arm.value, *(f"{source.name}\0{source.size_bytes}" for source in sources)]
    return f"{file_format.value}-{hashlib.blake2b(repr(identity).encode(), digest_size=8).hexdigest()}"


def _nothing(report: ImportReport) -> str:
    wanted = f"wanted at least one exchange in the format {report.format}"
    if not report.passed_over:
        return f"import: found nothing in {len(report.files)} files, {wanted}; check the files"
    first = report.passed_over[0]
    records = sum(each.records for each in report.passed_over)
    return (
        f"import: found {records:,} records that can't be imported, {wanted}; most of them: {first.reason}, "
        f"such as {first.examples[0]}"
    )


def _remove_earlier(out: str, prefix: str, places: Sequence[str]) -> None:
    """Removes what the same import wrote before, under other options, and has not replaced now."""
    store = open_store(out)
    for info in store.filesystem.get_file_info(fs.FileSelector(store.root, recursive=True)):
        place = info.path[len(store.root) :].lstrip("/")
        if place.rpartition("/")[2].lstrip(".").startswith(f"{prefix}-") and place not in places:
            store.filesystem.delete_file(info.path)


def _keep_account(out: str, prefix: str, report: ImportReport) -> None:
    store = open_store(out)
    store.filesystem.create_dir(store.location(ACCOUNTS), recursive=True)
    content = {name: value for name, value in asdict(report).items() if name != "seconds"}
    with store.filesystem.open_output_stream(store.location(f"{ACCOUNTS}/{prefix}.json")) as sink:
        sink.write((json.dumps(content, indent=2) + "\n").encode())
