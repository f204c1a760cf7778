"""The removal of old runs of a launch, and of files that its tables no longer need; its evidence stays."""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from darklaunch.storage import run_rows
from darklaunch.storage.atomic import folders_in, read_json, remove_folder
from darklaunch.storage.run_folder import RunFolder, finished_runs, note_pruned, pruned_runs
from darklaunch.storage.state import is_committed, read_state, state_folder

IN_USE: Final = timedelta(days=2)
"""A file that a table has needed since is kept: a command may have begun to read it then."""

_SLUG: Final = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class PrunedLaunch:
    """What became of a launch.

    Attributes:
        key: the launch's.
        removed: the runs that are gone, or would be.
        kept: the number of those that stay.
        bytes_before: of all its files.
        bytes_after: of all its files, or what they would be.
    """

    key: str
    removed: tuple[str, ...]
    kept: int
    bytes_before: int
    bytes_after: int


def prune_launch(
    out: Path, key: str, before: datetime, *, dry_run: bool, waiting: Callable[[], None], in_use: timedelta = IN_USE
) -> PrunedLaunch:
    """Removes the finished runs of a launch whose windows ended before a moment, but never its newest.

    The run that ``latest.json`` points at stays as well. Rows go first, so that nothing half removed is a run.

    Args:
        out: what ``--out`` names.
        key: the launch's.
        before: in UTC.
        dry_run: say what would be removed, and remove nothing.
        waiting: called once if another command changes the launch just now.
        in_use: see ``IN_USE``.

    Raises:
        OutsideError: another command changes the launch for too long, or its tables can't be changed.
    """
    place = RunFolder(out=out, launch_key=key, slug="")
    if dry_run:
        old, others = _old_runs(place, before)
        size, files = _bytes(place.launch), _unneeded(place.launch, in_use)
        freed = sum(map(_bytes, [*old, *files]))
        return _pruned(key, old, others, size, size - freed)
    with place.locked(waiting):
        old, others = _old_runs(place, before)
        size = _bytes(place.launch)
        names = {run.name for run in old}
        if names:
            note_pruned(place.launch, names)
        if is_committed(place.launch):
            run_rows.remove_runs(state_folder(place.launch), names)
        for run in _leftovers(place.launch):
            remove_folder(run)
        _vacuum(place.launch, in_use)
        return _pruned(key, old, others, size, _bytes(place.launch))


def _pruned(key: str, old: list[Path], others: list[Path], before: int, after: int) -> PrunedLaunch:
    removed = tuple(run.name for run in old)
    return PrunedLaunch(key=key, removed=removed, kept=len(others), bytes_before=before, bytes_after=after)


def _old_runs(place: RunFolder, before: datetime) -> tuple[list[Path], list[Path]]:
    """The finished runs that may go, and the others."""
    runs = finished_runs(place.launch)
    newest = {run.name for run in runs[-1:]}
    with suppress(OSError, ValueError, KeyError, TypeError):
        pointed = place.out / str(read_json(place.out / "latest.json")["run"])
        newest |= {pointed.name} if pointed.parent.parent == place.launch else set()
    old = [run for run in runs if run.name < before.strftime(_SLUG) and run.name not in newest]
    return old, [run for run in runs if run not in old]


def _leftovers(launch: Path) -> list[Path]:
    """Folders of runs that were pruned, now or by a command that broke off, and were not made again since."""
    made = run_rows.run_names(state_folder(launch)) if is_committed(launch) else set()
    return [run for run in folders_in(launch / "runs") if run.name in pruned_runs(launch) - made]


def _vacuum(launch: Path, in_use: timedelta) -> None:
    if is_committed(launch):
        # of each table the committed version stays, and then is the one that the vacuum has left
        read_state(launch).vacuumed(in_use).commit()
        run_rows.vacuum(state_folder(launch), in_use)


def _unneeded(launch: Path, in_use: timedelta) -> list[Path]:
    if not is_committed(launch):
        return []
    return [*read_state(launch).unneeded(in_use), *run_rows.unneeded(state_folder(launch), in_use)]


def _bytes(place: Path) -> int:
    """The bytes of a file, or of all files in a folder; what vanishes meanwhile counts as nothing."""
    return sum(_size(file) for file in _files(place))


def _files(place: Path) -> Iterator[str]:
    if place.is_file():
        yield str(place)
    for folder, _, names in os.walk(place):
        yield from (os.path.join(folder, name) for name in names)  # noqa: PTH118 - thousands of them


def _size(file: str) -> int:
    with suppress(OSError):
        return os.lstat(file).st_size
    return 0
