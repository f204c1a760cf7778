"""Diagnoses of this machine and configuration: what is there, what is wrong, what to do."""

import os
import platform
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from darklaunch.capture.files import SkippedFile
from darklaunch.capture.inventory import list_log
from darklaunch.config.settings.model import Settings
from darklaunch.errors import DarklaunchError
from darklaunch.text.escape import cut

_NAMED: Final = 3
"""Files that a line names."""

_REASONS: Final = 10
"""Reasons that are told, those of most files first."""

_INDENT: Final = " " * 17


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """One thing that a run needs, and whether it is as it should be.

    Attributes:
        subject: its name, such as ``java``.
        good: whether a run can do with it.
        found: what is there; where it is wrong, also what was wanted and what to do.
    """

    subject: str
    good: bool
    found: str

    def __str__(self) -> str:
        return f"{'ok   ' if self.good else 'WRONG'}  {self.subject:<9} {self.found}"

    def as_dict(self) -> dict[str, str | bool]:
        """For JSON."""
        return asdict(self)


def examine(settings: Settings, out: Path) -> list[Diagnosis]:
    """Checks everything that a run needs; whatever is wrong is a diagnosis, not an error."""
    checks: tuple[tuple[str, Callable[[], str]], ...] = (
        ("python", platform.python_version),
        ("java", _java),
        ("spark", lambda: _spark(settings)),
        ("captures", lambda: _captures(settings)),
        ("out", lambda: _out(out)),
        ("mlflow", lambda: _mlflow(settings, out)),
    )
    return [_diagnosis(subject, check) for subject, check in checks]


def _diagnosis(subject: str, check: Callable[[], str]) -> Diagnosis:
    try:
        found, good = check(), True
    except DarklaunchError as error:
        found, good = str(error), False
    return Diagnosis(subject=subject, good=good, found=found)


def _java() -> str:
    from darklaunch.spark.java import find_java

    java = find_java()
    return f"Java {java.version} from {java.source}"


def _spark(settings: Settings) -> str:
    from darklaunch.engine.run import NO_SPARK
    from darklaunch.spark.session import open_session

    if settings.spark.master == NO_SPARK:
        return f"not needed: spark.master is {NO_SPARK}"
    session = open_session(settings.spark.master, dict(settings.spark.conf), moves_rows=False, make_archive=True)
    # as the engine's: in a Python worker, through Arrow
    session.range(0, 1, 1, 1).mapInArrow(lambda batches: batches, "id long").toArrow()
    return f"Spark {session.version} at {settings.spark.master} ran a job"


def _captures(settings: Settings) -> str:
    from darklaunch.capture.choice import choose_files, undecodable_files
    from darklaunch.config.domain import plan_of
    from darklaunch.engine.run import choose_feeder

    log = list_log(settings.captures.uri)
    plan, window = plan_of(settings), log.window
    files = choose_files(log, plan.selection(window), {}, refuse_corrupt=False)
    undecodable = undecodable_files(files)
    corrupt = [*files.corrupt, *(undecodable or ())]
    feeder = choose_feeder(files, plan.master)
    pages = "their pages, which are too many, were not read" if undecodable is None else "their pages were read"
    summary = (
        f"{len(log.files):,} files from {window.start.isoformat()} to {window.end.isoformat()}, "
        f"{len(corrupt):,} unreadable; {pages}; counted by {feeder.value}"
    )
    return "\n".join([summary, *_told("set apart", corrupt), *_told("passed over", log.passed_over)])


def _told(what: str, files: Sequence[SkippedFile]) -> Iterator[str]:
    """A line for each reason why files are not read: how many, the first of them, and why."""
    by_reason: dict[str, list[str]] = {}
    for file in files:
        by_reason.setdefault(file.reason, []).append(file.file.strip("'"))
    for reason, names in sorted(by_reason.items(), key=lambda item: (-len(item[1]), item[0]))[:_REASONS]:
        more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
        yield f"{_INDENT}{what}: {', '.join(cut(name) for name in names[:_NAMED])}{more}: {reason}"
    if len(by_reason) > _REASONS:
        yield f"{_INDENT}{what}: more files, for {len(by_reason) - _REASONS:,} other reasons"


def _out(out: Path) -> str:
    folder = next(folder for folder in (out, *out.parents) if folder.exists())
    if not os.access(folder, os.W_OK):
        raise DarklaunchError(f"found {folder}, which can't be written; give another --out")
    return f"{out} can be written"


def _mlflow(settings: Settings, out: Path) -> str:
    from darklaunch.publish.mlflow.client import default_tracking_uri, ping

    uri = settings.publish.mlflow.tracking_uri or default_tracking_uri(out)
    return ping(uri)
