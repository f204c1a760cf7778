"""Past runs under ``--out``: all of them, and the one that somebody means."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from darklaunch.errors import UsageError
from darklaunch.publish import formatting
from darklaunch.runs import verdict_file
from darklaunch.storage.atomic import folders_in, read_json, restore
from darklaunch.storage.run_folder import finished_runs
from darklaunch.window import parse_moment

LATEST: Final = "latest"
_NAMED: Final = 5
_WANTED: Final = "wanted a run's folder, the end of its window, the start of one of these, or `latest`"


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """A finished run.

    Attributes:
        folder: where it lies.
        head: what its `verdict.json` says of launch, window and fleet.
        tally: its endpoints by verdict, all three verdicts.
    """

    folder: Path
    head: Mapping[str, Any]
    tally: Mapping[str, int]

    @property
    def launch(self) -> Mapping[str, Any]:
        """Name, key, releases and rules of its launch."""
        found: Mapping[str, Any] = self.head["launch"]
        return found

    @property
    def end(self) -> datetime:
        """The end of its window, UTC."""
        return parse_moment(self.head["window"]["to"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A folder where a run should be, and why it is none."""

    folder: Path
    why: str


def past_runs(out: Path) -> tuple[tuple[Past, ...], tuple[Skipped, ...]]:
    """Reads all runs: launch by launch, the one with the newest run last, and in each the newest run last.

    Args:
        out: what ``--out`` names.
    """
    found = [_past(folder) for folder in _folders(out)]
    runs = [one for one in found if isinstance(one, Past)]
    newest: dict[str, datetime] = {}
    for run in runs:
        newest[run.launch["key"]] = max(run.end, newest.get(run.launch["key"], run.end))
    ordered = sorted(runs, key=lambda run: (newest[run.launch["key"]], run.launch["key"], run.end, run.folder))
    return tuple(ordered), tuple(one for one in found if isinstance(one, Skipped))


def choose(out: Path, asked: str) -> Path:
    """Finds the folder of the run that somebody means.

    Args:
        out: what ``--out`` names.
        asked: a run's folder; the end of its window as the run is called, alone or behind its launch's key and a
            slash; a start of either that only one run has; or ``latest``, the run that was finished last.

    Raises:
        UsageError: there is none, or more than one.
    """
    if asked == LATEST:
        return _latest(out)
    if _is_run(Path(asked)):
        return Path(asked).absolute()
    named = {f"{folder.parent.parent.name}/{folder.name}": folder for folder in _folders(out)}
    exact = [name for name, folder in named.items() if asked in {folder.name, name}]
    fitting = exact or [name for name, folder in named.items() if folder.name.startswith(asked) or _starts(name, asked)]
    if len(fitting) == 1:
        return named[fitting[0]]
    found = formatting.visible(asked, longest=200)
    if fitting:
        raise UsageError(f"RUN: found {found!r}, which is the start of {_listed(fitting)}; give one of these names")
    known = f"; under {out} there are {_listed(list(named))}" if named else f"; under {out} there is none"
    raise UsageError(f"RUN: found no run {found!r}, {_WANTED}{known}")


def read(folder: Path) -> dict[str, Any]:
    """Reads the `verdict.json` of a run.

    Raises:
        UsageError: it can't be read.
    """
    try:
        return verdict_file.whole(folder)
    except verdict_file.NoRunError as error:
        raise UsageError(f"RUN: found {folder}, where {error}; choose another run or make this one again") from error


def _past(folder: Path) -> Past | Skipped:
    try:
        head = verdict_file.head(folder)
        counted = Counter(verdict_file.endpoint_columns(folder, ("verdict",))["verdict"])
    except verdict_file.NoRunError as error:
        return Skipped(folder=folder, why=str(error))
    return Past(folder=folder, head=head, tally={word: counted[word] for word in formatting.VERDICTS})


def _is_run(folder: Path) -> bool:
    try:
        return (folder / "verdict.json").is_file()
    except (OSError, ValueError):
        # longer than any name can be
        return False


def _folders(out: Path) -> Iterator[Path]:
    for launch in folders_in(out / "launches"):
        yield from finished_runs(launch)


def _latest(out: Path) -> Path:
    try:
        folder = out / str(read_json(out / "latest.json")["run"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(
            f"RUN: found no readable latest.json in {out}; give --out, or name a run that `darklaunch runs list` shows"
        ) from error
    restore(folder)
    return folder


def _starts(name: str, asked: str) -> bool:
    return bool(asked) and name.startswith(asked)


def _listed(names: list[str]) -> str:
    newest = sorted(names, key=lambda name: name.rpartition("/")[2], reverse=True)
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return f"{', '.join(formatting.visible(name) for name in newest[:_NAMED])}{more}"
