"""The files of a launch that could not be read: what they held was not seen, until their hours are run again."""

from collections.abc import Iterable
from datetime import datetime

from darklaunch.capture.files import LostFile
from darklaunch.storage.state import LaunchState, StateTable
from darklaunch.window import Window, parse_moment


def replace_lost(state: LaunchState, window: Window, lost: Iterable[LostFile]) -> LaunchState:
    """The state with what is known of a window's lost files replaced, and of those that name no hour.

    Args:
        state: of the launch.
        window: its hours are replaced.
        lost: of the window and around it; those around it are left to their own windows.
    """
    before = [file for file in _read(state) if file.hour is not None and not window.contains(file.hour)]
    now = [file for file in lost if file.hour is None or window.contains(file.hour)]
    documents = {file.file: {"hour": file.hour.isoformat() if file.hour else None} for file in (*before, *now)}
    return state.with_documents(StateTable.LOST_FILES, documents)


def read_lost(state: LaunchState, until: datetime) -> tuple[str, ...]:
    """The places of the files that could not be read, of hours before a moment or of none."""
    lost = sorted(_read(state), key=lambda file: (file.hour is not None, str(file.hour), file.file))
    return tuple(file.file for file in lost if file.hour is None or file.hour < until)


def _read(state: LaunchState) -> list[LostFile]:
    return [
        LostFile(file=file, hour=parse_moment(each["hour"]) if each["hour"] else None)
        for file, each in state.documents(StateTable.LOST_FILES).items()
    ]
