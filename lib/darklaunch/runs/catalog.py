"""The catalog of past runs under ``--out``: all of them, the newest, and the one that somebody means."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from darklaunch.decide.verdict import WORST_FIRST, Verdict
from darklaunch.errors import UsageError
from darklaunch.publish import formatting
from darklaunch.publish.report.run import RunHead, RunReport
from darklaunch.runs import verdict_file
from darklaunch.storage.atomic import folders_in, read_json, restore
from darklaunch.storage.run_folder import LATEST, finished_runs

POINTER: Final = "latest.json"


def newest_run(out: Path) -> Path | None:
    """The folder of the run that was finished last; None where ``latest.json`` is none or leads elsewhere."""
    try:
        folder = out / str(read_json(out / POINTER)["run"])
        within = not {".", ".."} & set(folder.parts[len(out.parts) :]) and folder.is_relative_to(out)
        if within:
            restore(folder)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return folder if within else None


_NAMED: Final = 5
_WANTED: Final = "wanted a run's folder, the end of its window, the start of one of these, or `latest`"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """A finished run in a list of runs.

    Attributes:
        folder: where it lies.
        head: its launch, its window and its fleet.
        tally: its endpoints by verdict, all three verdicts.
    """

    folder: Path
    head: RunHead
    tally: Mapping[Verdict, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class SkippedFolder:
    """A folder where a run should be, and why it is none."""

    folder: Path
    why: str


def past_runs(out: Path) -> tuple[tuple[RunSummary, ...], tuple[SkippedFolder, ...]]:
    """Reads all runs: launch by launch, the one with the newest run last, and in each the newest run last.

    Args:
        out: what ``--out`` names.
    """
    entries = [_summary(folder) for folder in _folders(out)]
    runs = [entry for entry in entries if isinstance(entry, RunSummary)]
    newest = {run.head.launch.key: run.head.span.end for run in sorted(runs, key=lambda run: run.head.span.end)}
    ordered = sorted(
        runs, key=lambda run: (newest[run.head.launch.key], run.head.launch.key, run.head.span.end, run.folder)
    )
    return tuple(ordered), tuple(entry for entry in entries if isinstance(entry, SkippedFolder))


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
        return _newest(out)
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
    available = f"; under {out} there are {_listed(list(named))}" if named else f"; under {out} there is none"
    raise UsageError(f"RUN: found no run {found!r}, {_WANTED}{available}")


def read(folder: Path) -> RunReport:
    """Reads the `verdict.json` of a run.

    Raises:
        UsageError: it can't be read.
    """
    try:
        return verdict_file.read_report(folder)
    except verdict_file.NoRunError as error:
        raise UsageError(f"RUN: found {folder}, where {error}; choose another run or make this one again") from error


def _summary(folder: Path) -> RunSummary | SkippedFolder:
    try:
        head = verdict_file.read_head_of(folder)
        counted = Counter(verdict_file.endpoint_verdicts(folder))
    except verdict_file.NoRunError as error:
        return SkippedFolder(folder=folder, why=str(error))
    return RunSummary(folder=folder, head=head, tally={verdict: counted[verdict] for verdict in WORST_FIRST})


def _is_run(folder: Path) -> bool:
    try:
        return (folder / "verdict.json").is_file()
    except (OSError, ValueError):
        # longer than any name can be
        return False


def _folders(out: Path) -> Iterator[Path]:
    for launch in folders_in(out / "launches"):
        yield from finished_runs(launch)


def _newest(out: Path) -> Path:
    folder = newest_run(out)
    if folder is None:
        raise UsageError(
            f"RUN: found no readable {POINTER} in {out}; give --out, or name a run that `darklaunch runs list` shows"
        )
    return folder


def _starts(name: str, asked: str) -> bool:
    return bool(asked) and name.startswith(asked)


def _listed(names: list[str]) -> str:
    newest = sorted(names, key=lambda name: name.rpartition("/")[2], reverse=True)
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return f"{', '.join(formatting.visible(name) for name in newest[:_NAMED])}{more}"
