"""The inventory of a capture log, by the names of its folders alone: no file is opened."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final
from urllib.parse import unquote

from pyarrow import fs

from darklaunch.capture.files import CaptureFile, CaptureLog, SkippedFile
from darklaunch.capture.location import LogLocation, open_store, printable_uri, why
from darklaunch.errors import ContractError, UsageError
from darklaunch.text.escape import cut, printable, quoted

__all__ = ["CaptureFile", "CaptureLog", "SkippedFile", "list_log"]

LAYOUT: Final = "date=YYYY-MM-DD/hour=HH/arm=<arm>/<name>.parquet"
_DEPTH: Final = LAYOUT.count("/")
_DATE: Final = re.compile(r"date=([12][0-9]{3}-[0-9]{2}-[0-9]{2})")
_HOUR: Final = re.compile(r"hour=([0-9]{1,2})")
_ARM: Final = re.compile(r"arm=(.+)", re.DOTALL)


def list_log(uri: str) -> CaptureLog:
    """Lists the Parquet files of a capture log.

    Hidden files, ``*.crc`` and whatever is no Parquet file by its name are passed over.

    Args:
        uri: the log's folder: a local path, or a URI (file, s3, s3a, gs, hdfs).

    Raises:
        UsageError: there is no such folder, or it can't be listed.
        ContractError: the folder holds no file that follows the layout.
    """
    store = open_store(uri)
    files: list[CaptureFile] = []
    strays: list[SkippedFile] = []
    for place, size_bytes in _walk(store, uri):
        match _read_place(place, size_bytes):
            case CaptureFile() as file:
                files.append(file)
            case str() as reason:
                strays.append(SkippedFile(file=printable(place), reason=reason))
    if not files:
        example = f" ({len(strays):,} elsewhere, such as {cut(strays[0].file)}: {strays[0].reason})" if strays else ""
        raise ContractError(
            f"captures: found no Parquet file of the log under {printable_uri(uri)}{example}, wanted {LAYOUT}; "
            "check captures.uri, or move the files"
        )
    files.sort(key=lambda file: (file.hour, file.arm, file.place))
    return CaptureLog(store=store, files=tuple(files), strays=tuple(sorted(strays, key=lambda stray: stray.file)))


def _walk(store: LogLocation, uri: str) -> Iterator[tuple[str, int]]:
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
        place = info.path[len(store.root) :].lstrip("/")
        hidden = any(part.startswith((".", "_")) for part in place.split("/"))
        if info.type is fs.FileType.File and not hidden and place.endswith(".parquet"):
            yield place, info.size


def _read_place(place: str, size_bytes: int) -> CaptureFile | str:
    """The file at a place, or the reason why it is none of the log's."""
    *folders, _ = place.split("/")
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
    return CaptureFile(place=place, hour=moment, arm=unquote(arm[1]), size_bytes=size_bytes)
