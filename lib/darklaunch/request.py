"""A request for a run, or for one stage of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from pathlib import Path

from darklaunch.config.domain import Plan
from darklaunch.packages import Packages, ThisProcess
from darklaunch.publish.report.run import RunReport
from darklaunch.storage.run_folder import RunFolder
from darklaunch.window import Window


class Stage(str, Enum):
    """A stage by the name under which its progress is shown, in the order of a run.

    `rules check` ends with one of its own. Two come whenever that is so: to wait for another command, and to find that
    nothing has to be counted.
    """

    CAPTURE = "capture"
    CONTRACT = "contract"
    NOISE = "noise"
    PAIR = "pair"
    DIFF = "diff"
    CAUSES = "causes"
    EVIDENCE = "evidence"
    SCORE = "score"
    DECIDE = "decide"
    PUBLISH = "publish"
    MLFLOW = "mlflow"
    CHECK = "check"
    UNCHANGED = "unchanged since it was counted, judged again"
    WAITING = "waiting for another command on this launch"


def silent(stage: Stage) -> None:
    """Listens to stages and says nothing."""


def unnoticed(folder: RunFolder, report: RunReport) -> None:
    """Hears of a finished run and does nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A run to make, or one stage of it.

    Attributes:
        plan: the configuration as domain values.
        today: the day on which the command runs; rules may have expired on it.
        out: the folder under which launches lie.
        window: the window to take in; None: the whole log, or for later stages the newest run.
        stage: called with each stage as it begins.
        finished: called with the run as soon as its folder is complete, before MLflow.
        again: whether a window is counted again although nothing has changed since it was.
        packages: where Great Expectations and MLflow are imported and called.
        imports: what calls need that come after the contract's.
    """

    plan: Plan
    today: date
    out: Path
    window: Window | None = None
    again: bool = False
    stage: Callable[[Stage], None] = silent
    finished: Callable[[RunFolder, RunReport], None] = unnoticed
    packages: Packages = field(default_factory=ThisProcess)
    imports: tuple[Callable[[], object], ...] = ()

    def waiting(self) -> None:
        """Says that another command is waited for."""
        self.stage(Stage.WAITING)
