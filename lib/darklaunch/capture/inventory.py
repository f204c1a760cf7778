"""The inventory of a capture log, by the names of its folders; a file is opened where its own name tells nothing."""

import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import unquote

from pyarrow import fs

from darklaunch.capture.files import CaptureFile, CaptureLog, SkippedFile
from darklaunch.capture.location import LogLocation, open_store, printable_uri, why
from darklaunch.errors import ContractError, UsageError
from darklaunch.text.escape import cut, printable, quoted

__all__ = ["CaptureFile", "CaptureLog", "SkippedFile", "list_log"]

LAYOUT: Final = "date=YYYY-MM-DD/hour=HH/arm=<arm>/<name>.parquet"
_MAGIC: Final = (b"PAR1", b"PARE")
_MAGIC_BYTES: Final = 4
_HIDDEN: Final = "its name, or that of a folder above it, begins with a dot or an underscore"
_THREADS: Final = 16
_DEPTH: Final = LAYOUT.count("/")
_DATE: Final = re.compile(r"date=([12][0-9]{3}-[0-9]{2}-[0-9]{2})")
_HOUR: Final = re.compile(r"hour=([0-9]{1,2})")
_ARM: Final = re.compile(r"arm=(.+)", re.DOTALL)


class _Listed(NamedTuple):
    """A file as a store lists it."""

    place: str
    size_bytes: int
    changed_ns: int


def list_log(uri: str) -> CaptureLog:
    """Lists the Parquet files of a capture log.

    A file is Parquet by its name, or, where Trino or Hive named it, by its first four bytes: one that does not end
    with them too was cut short, which its footer shows. Hidden files and whatever else is none are passed over.

    Args:
        uri: the log's folder: a local path, or a URI (file, s3, s3a, gs, hdfs).

    Raises:
        UsageError: there is no such folder, or it can't be listed.
        ContractError: the folder holds no file that follows the layout.
    """
    store = open_store(uri)
    files: list[CaptureFile] = []
    strays: list[SkippedFile] = []
    data, passed_over = _data_files(store, list(_walk(store, uri)))
    for file in data:
        match _read_place(file):
            case CaptureFile() as placed:
                files.append(placed)
            case str() as reason:
                strays.append(SkippedFile(file=printable(file.place), reason=reason))
    if not files:
        others = [*strays, *passed_over]
        first = f", such as {cut(others[0].file)}: {others[0].reason}" if others else ""
        example = f" ({len(others):,} elsewhere or of another kind{first})" if others else ""
        raise ContractError(
            f"captures: found no Parquet file of the log under {printable_uri(uri)}{example}, wanted {LAYOUT}; "
            "check captures.uri, or move the files"
        )
    files.sort(key=lambda file: (file.hour, file.arm, file.place))
    return CaptureLog(store=store, files=tuple(files), strays=_by_name(strays), passed_over=_by_name(passed_over))


def _by_name(files: list[SkippedFile]) -> tuple[SkippedFile, ...]:
    return tuple(sorted(files, key=lambda skipped: skipped.file))


def _walk(store: LogLocation, uri: str) -> Iterator[_Listed]:
    try:
        info = store.filesystem.get_file_info(store.root or "/")
        if info.type is not fs.FileType.Directory:
            what = "nothing" if info.type is fs.FileType.NotFound else "a file"
            raise UsageError(
                f"captures: found {what} at {printable_uri(uri)}, wanted the folder of a capture log; check the path"
            )
        # one recursive listing: an object store answers it with few calls, however many folders there are
        infos = store.filesystem.get_file_info(fs.FileSelector(store.root or "/", recursive=True))
    except OSError as error:
        raise UsageError(
            f"captures: found {printable_uri(uri)} that can't be listed ({why(error)}), "
            "wanted one that can; check its rights"
        ) from error
    for info in infos:
        if info.type is fs.FileType.File:
            yield _Listed(info.path[len(store.root) :].lstrip("/"), info.size, _changed_ns(store, info))


def _changed_ns(store: LogLocation, info: fs.FileInfo) -> int:
    """The time of a file's last change: of a local one that of its inode, which a copy can't keep."""
    if store.local:
        with suppress(OSError):
            return Path(info.path).stat().st_ctime_ns
    return info.mtime_ns or 0


def _data_files(store: LogLocation, files: Sequence[_Listed]) -> tuple[list[_Listed], list[SkippedFile]]:
    """The files that hold data; and the others, with the reasons."""
    hidden = [file for file in files if any(part.startswith((".", "_")) for part in file.place.split("/"))]
    shown = sorted({*files} - {*hidden})
    unnamed = [file for file in shown if not file.place.endswith(".parquet")]
    with ThreadPoolExecutor(_THREADS) as pool:
        reasons = dict(zip(unnamed, pool.map(partial(_no_data, store), unnamed), strict=True))
    data = [file for file in shown if reasons.get(file) is None]
    why_not = [*((file, _HIDDEN) for file in hidden), *reasons.items()]
    return data, [
        SkippedFile(file=printable(file.place), reason=reason) for file, reason in why_not if reason is not None
    ]


def _no_data(store: LogLocation, file: _Listed) -> str | None:
    """The reason why a file holds no data; None: it does, or did before it was cut short."""
    if file.size_bytes < _MAGIC_BYTES:
        return f"too short for Parquet: {file.size_bytes} bytes"
    try:
        with store.filesystem.open_input_file(store.location(file.place)) as source:
            first = source.read(_MAGIC_BYTES)
    except OSError:
        # nobody knows what it holds
        return None
    # one that only begins so was not written to its end: it is set apart with those that can't be read
    return None if first in _MAGIC else "no Parquet, by its name or its first four bytes"


def _read_place(file: _Listed) -> CaptureFile | str:
    """The file at a place, or the reason why it is none of the log's."""
    *folders, _ = file.place.split("/")
    if len(folders) != _DEPTH:
        return f"found {len(folders)} folders above it, wanted {_DEPTH}: {LAYOUT}"
    date, hour, arm = (form.fullmatch(folder) for form, folder in zip((_DATE, _HOUR, _ARM), folders, strict=True))
    try:
        moment = datetime.fromisoformat(f"{date[1]}T{hour[1]:0>2}:00:00+00:00") if date and hour else None
    except ValueError:
        moment = None
    if moment is None:
        return f"found {quoted('/'.join(folders[:2]))}, wanted a date and an hour such as date=2026-03-02/hour=07"
    if arm is None:
        return f"found {quoted(folders[2])}, wanted an arm such as arm=production"
    return CaptureFile(
        place=file.place, hour=moment, arm=unquote(arm[1]), size_bytes=file.size_bytes, changed_ns=file.changed_ns
    )
