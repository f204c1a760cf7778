"""The inputs of a counted window: where they are still the same, its run is judged again without being counted again.

They are the files of the log (place, length and time of change), the settings, the rules, what the launch has learned,
and the evidence that the window left. Whatever else a count depends on lies in these.
"""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from darklaunch import __version__
from darklaunch.capture.files import CaptureFile, CaptureLog, SkippedFile
from darklaunch.errors import OutsideError, UsageError
from darklaunch.request import Request, Stage
from darklaunch.storage.atomic import read_members, write_json
from darklaunch.storage.run_folder import FACTS, RunFolder, find_compared
from darklaunch.storage.state import LaunchState, StateTable, read_state
from darklaunch.window import Window

_FILE: Final = "inputs.json"
_BY_HOUR: Final = (StateTable.EVIDENCE, StateTable.LATENCY, StateTable.PANEL)
_DOCUMENTS: Final = tuple(table for table in StateTable if table not in _BY_HOUR)


def write_inputs(folder: Path, request: Request, log: CaptureLog, window: Window, state: LaunchState) -> None:
    """Notes what a window was counted from.

    Args:
        folder: of what was counted.
        request: the run's.
        log: as it was listed before any of it was read.
        window: that was counted.
        state: of the launch, with the window in it.
    """
    write_json(folder / _FILE, {"schema_version": 1, "digest": _digest(request, log, window, state)})


@contextmanager
def counted_before(request: Request, log: CaptureLog) -> Iterator[RunFolder | None]:
    """The run of a window that was counted from what is there now, taken up again and locked; None: there is none.

    Args:
        request: for the window.
        log: as it was listed just now.

    Raises:
        OutsideError: another command went on changing the launch for too long.
    """
    folder = None if request.again else _compared(request, log)
    if folder is None or not _is_counted_from(folder, request, log):
        yield None
        return
    with folder.locked(request.waiting):
        # another command may have changed the launch until the lock was free
        if not _is_counted_from(folder, request, log):
            folder = None
        else:
            request.stage(Stage.UNCHANGED)
            folder.reopen()
            yield folder
    if folder is None:
        yield None


def _compared(request: Request, log: CaptureLog) -> RunFolder | None:
    try:
        return find_compared(request.out, request.plan.name, request.window or log.window)
    except UsageError:
        return None


def _is_counted_from(folder: RunFolder, request: Request, log: CaptureLog) -> bool:
    counted = folder.work if (folder.work / FACTS).exists() else folder.run
    if not (counted / _FILE).exists():
        return False
    try:
        noted = read_members(counted / _FILE, digest=str)["digest"]
    except OutsideError:
        # it says nothing: the window is counted, which writes another
        return False
    return bool(noted == _digest(request, log, request.window or log.window, read_state(folder.launch)))


def _digest(request: Request, log: CaptureLog, window: Window, state: LaunchState) -> str:
    selection = request.plan.selection(window)
    inputs = {
        "darklaunch": __version__,
        "window": [window.start.isoformat(), window.end.isoformat()],
        "settings": dict(request.plan.settings),
        "rules": request.plan.rules.digest,
        "log": log.store.base,
        "files": [_of_file(file) for file in log.around(window, selection.reach, selection.reach)],
        "others": [_of_skipped(file) for file in (*log.strays, *log.passed_over)],
        "documents": {table.value: state.documents(table) for table in _DOCUMENTS},
        "hours": {
            table.value: [file.name for hour, file in state.hour_files(table) if window.contains(hour)]
            for table in _BY_HOUR
        },
    }
    return hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()


def _of_file(file: CaptureFile) -> tuple[str, int, int]:
    return file.place, file.size_bytes, file.changed_ns


def _of_skipped(file: SkippedFile) -> tuple[str, str]:
    return file.file, file.reason
