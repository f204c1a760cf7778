"""The files of a launch that could not be read: what they held was not seen, until their hours are run again."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Final

from darklaunch.capture.files import LostFile
from darklaunch.storage.atomic import read_json, write_json
from darklaunch.window import Window, parse_moment

_FILE: Final = "lost_files.json"


def replace_lost(launch: Path, window: Window, lost: Iterable[LostFile]) -> None:
    """Replaces what is known of a window's lost files, and of those that name no hour.

    Args:
        launch: the launch's folder.
        window: its hours are replaced.
        lost: of the window and around it; those around it are left to their own windows.
    """
    before = [file for file in _read(launch) if file.hour is not None and not window.contains(file.hour)]
    now = [file for file in lost if file.hour is None or window.contains(file.hour)]
    if not before and not now and not (launch / _FILE).exists():
        return
    listed = sorted((*before, *now), key=lambda file: (file.hour is not None, str(file.hour), file.file))
    members = [{"file": file.file, "hour": file.hour.isoformat() if file.hour else None} for file in listed]
    write_json(launch / _FILE, {"schema_version": 1, "lost": members})


def read_lost(launch: Path, until: datetime) -> tuple[str, ...]:
    """The places of the files that could not be read, of hours before a moment or of none."""
    return tuple(file.file for file in _read(launch) if file.hour is None or file.hour < until)


def _read(launch: Path) -> list[LostFile]:
    if not (launch / _FILE).exists():
        return []
    return [
        LostFile(file=each["file"], hour=parse_moment(each["hour"]) if each["hour"] else None)
        for each in read_json(launch / _FILE)["lost"]
    ]
