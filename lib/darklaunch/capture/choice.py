"""The choice of a window's files: those that can be read, and those that are left out, with the reasons."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

import pyarrow.compute as pc

from darklaunch.capture.files import CaptureFile, CaptureLog, LostFile, SkippedFile
from darklaunch.capture.footers import Footer, check_files
from darklaunch.capture.location import LogLocation, printable_uri
from darklaunch.capture.rows import UnreadableFileError, read_file
from darklaunch.capture.schema import CAPTURE
from darklaunch.capture.selection import Selection
from darklaunch.errors import ContractError

MOST_BYTES: Final = 256 * 2**20
"""Of logs whose rows take no more than this, all pages are read to see which can be."""

_THREADS: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenFiles:
    """The files of a window and its surroundings.

    Attributes:
        store: where the log lies.
        good: those that are read.
        footers: of these, in their order.
        corrupt: those that are left out.
        lost: the same, with the hours of their folders.
    """

    store: LogLocation
    good: tuple[CaptureFile, ...]
    footers: tuple[Footer, ...]
    corrupt: tuple[SkippedFile, ...]
    lost: tuple[LostFile, ...]

    @property
    def bytes_by_hour(self) -> Mapping[datetime, int]:
        """About how many bytes the rows of each hour take once they are read."""
        sums: dict[datetime, int] = {}
        for file, footer in zip(self.good, self.footers, strict=True):
            sums[file.hour] = sums.get(file.hour, 0) + footer.decoded_bytes
        return sums

    def has_rows(self, arm: str) -> bool:
        """Whether a file of an arm holds any row."""
        return any(file.arm == arm and footer.rows for file, footer in zip(self.good, self.footers, strict=True))

    def first_release(self, arm: str) -> str | None:
        """The first release by name in the first file of an arm that names any; None: none does.

        Raises:
            UnreadableFileError: a file can't be decoded.
        """
        for file, footer in zip(self.good, self.footers, strict=True):
            if file.arm == arm and footer.rows:
                names = pc.unique(read_file(self.store, file, ["release"])["release"]).drop_null()
                if len(names):
                    return str(pc.min(names).as_py())
        return None


def choose_files(
    log: CaptureLog, selection: Selection, unreadable: Mapping[str, str], *, refuse_corrupt: bool
) -> ChosenFiles:
    """Finds the files of a window.

    Args:
        log: what ``list_log`` returned.
        selection: the window.
        unreadable: places of files that could not be decoded, with the reasons.
        refuse_corrupt: whether a file that can't be read stops the run.

    Raises:
        ContractError: there is no file, or not one that can be read; or one can't, and that is refused.
    """
    around = log.around(selection.window, selection.reach, selection.reach)
    if not around:
        window, (first, last) = selection.window, log.span
        raise ContractError(
            f"captures: found no rows between {window.start.isoformat()} and {window.end.isoformat()} in "
            f"{log.store.base}; it holds {first.isoformat()} to {last.isoformat()}: give another --from and --to"
        )
    checked = check_files(log, around)
    reasons = {corrupt.file.place: corrupt.reason for corrupt in checked.corrupt} | dict(unreadable)
    good = [(file, footer) for file, footer in zip(checked.good, checked.footers, strict=True)]
    kept = [(file, footer) for file, footer in good if file.place not in reasons]
    hours = {file.place: file.hour for file in around}
    skipped = (SkippedFile(file=printable_uri(at), reason=why) for at, why in reasons.items() if at in hours)
    corrupt = (*log.strays, *skipped)
    if corrupt and refuse_corrupt:
        raise ContractError(
            f"captures: found {len(corrupt)} unreadable files, the first {corrupt[0].file} ({corrupt[0].reason}); "
            "mend or remove them, or set captures.on_corrupt_file to quarantine"
        )
    if not kept:
        raise ContractError(
            f"captures: found no readable file in {log.store.base}; {corrupt[0].file}: {corrupt[0].reason}"
        )
    return ChosenFiles(
        store=log.store,
        good=tuple(file for file, _ in kept),
        footers=tuple(footer for _, footer in kept),
        corrupt=corrupt,
        lost=(
            *(LostFile(file=stray.file, hour=None) for stray in log.strays),
            *(LostFile(file=printable_uri(at), hour=hours[at]) for at in reasons if at in hours),
        ),
    )


def undecodable_files(files: ChosenFiles) -> list[SkippedFile] | None:
    """Reads all pages of the files that are left, to find those that can't be; None: there are too many of them."""
    if sum(files.bytes_by_hour.values()) > MOST_BYTES:
        return None
    with ThreadPoolExecutor(_THREADS) as pool:
        found = list(pool.map(partial(_undecodable, files.store), files.good))
    return [file for file in found if file is not None]


def _undecodable(store: LogLocation, file: CaptureFile) -> SkippedFile | None:
    try:
        read_file(store, file, CAPTURE.names)
    except UnreadableFileError as error:
        return SkippedFile(file=printable_uri(file.place), reason=str(error))
    return None
