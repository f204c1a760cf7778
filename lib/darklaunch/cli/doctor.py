"""Diagnoses of this machine and configuration: what is there, what is wrong, what to do."""

import os
import platform
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from darklaunch.capture.inventory import list_log
from darklaunch.config.settings.model import Settings
from darklaunch.errors import DarklaunchError


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
    session = open_session(settings.spark.master, dict(settings.spark.conf))
    session.range(1).count()
    return f"Spark {session.version} at {settings.spark.master} ran a job"


def _captures(settings: Settings) -> str:
    from darklaunch.capture.choice import choose_files
    from darklaunch.config.domain import plan_of
    from darklaunch.engine.run import choose_feeder

    log = list_log(settings.captures.uri)
    plan, window = plan_of(settings), log.window
    files = choose_files(log, plan.selection(window), {}, refuse_corrupt=False)
    feeder = choose_feeder(files, plan.master)
    return (
        f"{len(log.files):,} files from {window.start.isoformat()} to {window.end.isoformat()}, "
        f"{len(files.corrupt):,} unreadable; counted by {feeder.value}"
    )


def _out(out: Path) -> str:
    folder = next(folder for folder in (out, *out.parents) if folder.exists())
    if not os.access(folder, os.W_OK):
        raise DarklaunchError(f"found {folder}, which can't be written; give another --out")
    return f"{out} can be written"


def _mlflow(settings: Settings, out: Path) -> str:
    from darklaunch.publish.mlflow.client import default_tracking_uri, ping

    uri = settings.publish.mlflow.tracking_uri or default_tracking_uri(out)
    return ping(uri)
