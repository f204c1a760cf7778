"""Folders of a launch, of its runs, and of a run in the making, under ``--out``."""

import shutil
from collections.abc import Callable, Iterator, Set
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from darklaunch.errors import UsageError
from darklaunch.storage import run_rows
from darklaunch.storage.atomic import folders_in, read_json, read_members, replace_folder, write_json
from darklaunch.storage.lock import holding, holding_if_free
from darklaunch.storage.state import is_committed, state_folder
from darklaunch.window import Window

FACTS = "facts.json"

_PRUNED = "pruned.json"

LATEST = "latest"
"""The name of the newest run, where a run is named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFolder:
    """The folders of one run.

    Attributes:
        out: what ``--out`` names.
        launch_key: the launch's folder under ``launches/``.
        slug: the window's end, which names the run.
    """

    out: Path
    launch_key: str
    slug: str

    @property
    def launch(self) -> Path:
        """The launch: evidence and runs."""
        return self.out / "launches" / self.launch_key

    @property
    def work(self) -> Path:
        """The run in the making."""
        return self.launch / ".work" / self.slug

    @property
    def run(self) -> Path:
        """The finished run."""
        return self.launch / "runs" / self.slug

    @property
    def look(self) -> int:
        """The number of this look at the launch, counted by the ends of windows; looks that were pruned count."""
        looks = {run.name for run in finished_runs(self.launch)} | pruned_runs(self.launch)
        return sum(look < self.slug for look in looks) + 1

    def locked(self, waiting: Callable[[], None]) -> AbstractContextManager[None]:
        """Keeps other commands from changing the launch.

        Args:
            waiting: called once if another one changes it just now.

        Raises:
            OutsideError: it went on doing so for too long.
        """
        return holding(_locks(self.out) / f"{self.launch_key}.lock", waiting=waiting)

    def logged_alone(self, waiting: Callable[[], None]) -> AbstractContextManager[None]:
        """Keeps other commands from logging looks at the launch to MLflow, which has no way to make a run once.

        Args:
            waiting: called once if another one does so just now.

        Raises:
            OutsideError: it went on doing so for too long.
        """
        return holding(_locks(self.out) / f"{self.launch_key}.mlflow.lock", waiting=waiting)

    def reopen(self) -> None:
        """Takes a finished run up again, unless it is still in the making."""
        if (self.work / FACTS).exists() or not self.run.exists():
            return
        # under another name until it is whole: a copy that breaks off must not be taken up
        copy = self.work.with_name(f".{self.slug}")
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(self.run, copy)
        replace_folder(copy, self.work)

    def keep(self, counting: Path) -> None:
        """Takes what was counted into the work folder, whole."""
        replace_folder(counting, self.work)

    def finish(self, row: run_rows.RunRow) -> None:
        """Moves the run into its place, whole, says that it exists, and points ``latest.json`` at it."""
        replace_folder(self.work, self.run)
        run_rows.add_run(state_folder(self.launch), self.slug, row)
        write_json(self.out / "latest.json", {"run": self.run.relative_to(self.out).as_posix()})


@contextmanager
def counting_folder(out: Path) -> Iterator[Path]:
    """A folder of this command alone for what it counts, removed in the end; those of killed commands go too.

    What lies beside it belongs to the command as well.
    """
    parent = out / "launches" / ".counting"
    for lock in parent.glob("*.lock"):
        with holding_if_free(lock) as free:
            if free:
                _remove(lock)
    for left in parent.glob("*/"):
        # a worker that outlived its command, somewhere in a cluster, has written there
        if not left.with_suffix(".lock").exists():
            shutil.rmtree(left, ignore_errors=True)
    folder = parent / uuid4().hex
    with holding(folder.with_suffix(".lock")):
        (folder / "window").mkdir(parents=True)
        try:
            yield folder / "window"
        finally:
            _remove(folder.with_suffix(".lock"))


def find_compared(out: Path, launch_name: str, window: Window | None) -> RunFolder:
    """Finds what an earlier stage left: a run in the making, or else a finished one.

    Args:
        out: what ``--out`` names.
        launch_name: only runs of launches with this name.
        window: only runs of this window; None: the newest.

    Raises:
        UsageError: there is none.
    """
    # a run that a killed command moved into its place without saying so is taken up as well
    folders = [
        folder
        for launch in folders_in(out / "launches")
        for folder in (*folders_in(launch / ".work"), *folders_in(launch / "runs"))
    ]
    fitting = []
    for path in (folder / FACTS for folder in folders if (folder / FACTS).exists()):
        facts = read_json(path)
        same_window = window is None or facts["window"] == {
            "from": window.start.isoformat(),
            "to": window.end.isoformat(),
        }
        if facts["launch"]["name"] == launch_name and same_window:
            fitting.append(path)
    if not fitting:
        raise _nothing_compared(out, launch_name, window)
    # a run in the making comes before a finished one: it is what the stage before has just written
    newest = max(fitting, key=lambda path: (path.parent.parent.name == ".work", path.stat().st_mtime_ns)).parent
    return RunFolder(out=out, launch_key=newest.parent.parent.name, slug=newest.name)


def finished_runs(launch: Path) -> list[Path]:
    """The folders of a launch's finished runs, the earliest window first.

    A run exists when its row stands in the table ``runs``; before there was one, its folder was enough.
    """
    folders = folders_in(launch / "runs")
    if not is_committed(launch):
        return folders
    names = run_rows.run_names(state_folder(launch))
    return [folder for folder in folders if folder.name in names]


def pruned_runs(launch: Path) -> set[str]:
    """The names of the runs of a launch that were pruned."""
    return set(map(str, read_members(launch / _PRUNED, runs=list)["runs"])) if (launch / _PRUNED).exists() else set()


def note_pruned(launch: Path, names: Set[str]) -> None:
    """Notes runs as pruned, before they are: looks keep their numbers."""
    write_json(launch / _PRUNED, {"schema_version": 1, "runs": sorted(pruned_runs(launch) | names)})


def _locks(out: Path) -> Path:
    return out / "launches" / ".locks"


def _remove(lock: Path) -> None:
    shutil.rmtree(lock.with_suffix(""), ignore_errors=True)
    lock.unlink(missing_ok=True)


def _nothing_compared(out: Path, launch_name: str, window: Window | None) -> UsageError:
    when = f" for the window that ends {window.end.isoformat()}" if window else ""
    return UsageError(
        f"--out: found nothing compared of launch {launch_name!r}{when} in {out}; run `darklaunch compare` first"
    )
