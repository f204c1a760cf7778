"""Folders of a launch, of its runs, and of a run in the making, under ``--out``."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from darklaunch.errors import UsageError
from darklaunch.storage.atomic import folders_in, read_json, replace_folder, restore, write_json
from darklaunch.window import Window

FACTS = "facts.json"

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
    def learned(self) -> Path:
        """The learned rules, once they are frozen."""
        return self.launch / "noise" / "learned.json"

    @property
    def noise_counts(self) -> Path:
        """A/A counts, a file for each window that is learned from."""
        return self.launch / "noise" / "counts"

    @property
    def scratch(self) -> Path:
        """The folder in which earlier hours are compared again under learned rules; removed afterwards."""
        return self.launch / "noise" / ".again"

    @property
    def look(self) -> int:
        """The number of this look at the launch, counted by the ends of windows."""
        return sum(run.name < self.slug for run in finished_runs(self.launch)) + 1

    def begin(self) -> None:
        """Makes an empty work folder."""
        restore(self.run)
        shutil.rmtree(self.work, ignore_errors=True)
        self.work.mkdir(parents=True)

    def discard(self) -> None:
        """Removes the work folder, and the launch's too if nothing else is in it."""
        shutil.rmtree(self.work, ignore_errors=True)
        for folder in (self.work.parent, self.launch):
            if folder.exists() and not any(folder.iterdir()):
                folder.rmdir()

    def finish(self) -> None:
        """Moves the finished run into its place, whole, and points ``latest.json`` at it."""
        replace_folder(self.work, self.run)
        write_json(self.out / "latest.json", {"run": self.run.relative_to(self.out).as_posix()})


def take_up(out: Path, launch_name: str, window: Window | None) -> RunFolder:
    """Finds what an earlier stage left: a run in the making, or else a finished run, taken up again.

    Args:
        out: what ``--out`` names.
        launch_name: only runs of launches with this name.
        window: only runs of this window; None: the newest.

    Raises:
        UsageError: there is none.
    """
    launches = folders_in(out / "launches")
    folders = [folder for launch in launches for folder in (*folders_in(launch / ".work"), *finished_runs(launch))]
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
        when = f" for the window that ends {window.end.isoformat()}" if window else ""
        raise UsageError(
            f"--out: found nothing compared of launch {launch_name!r}{when} in {out}; run `darklaunch compare` first"
        )
    # a run in the making comes before a finished one: it is what the stage before has just written
    newest = max(fitting, key=lambda path: (path.parent.parent.name == ".work", path.stat().st_mtime_ns)).parent
    folder = RunFolder(out=out, launch_key=newest.parent.parent.name, slug=newest.name)
    if newest == folder.run:
        # under another name until it is whole: a copy that breaks off must not be taken up
        copy = folder.work.with_name(f".{folder.slug}")
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(folder.run, copy)
        replace_folder(copy, folder.work)
    return folder


def finished_runs(launch: Path) -> list[Path]:
    """The folders of a launch's finished runs, the earliest window first."""
    return folders_in(launch / "runs")
