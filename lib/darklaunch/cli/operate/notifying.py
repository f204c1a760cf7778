"""Notification of what a command came to, once its result is safe and printed; it changes neither."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Final

from darklaunch.cli.command import Arguments
from darklaunch.errors import DarklaunchError, UsageError
from darklaunch.publish.notify.delivery import deliver
from darklaunch.publish.notify.message import Message, failure_message, look_message
from darklaunch.publish.report.run import RunReport
from darklaunch.request import Request, Stage
from darklaunch.runs.catalog import read
from darklaunch.storage.run_folder import RunFolder, finished_runs
from darklaunch.window import Window

NOTIFYING: Final = frozenset({"run", "validate", "compare", "score", "publish"})
"""The commands of a run; those that only ask notify nobody."""


@dataclass(slots=True, kw_only=True)
class CommandProgress:
    """What a command came to so far.

    Attributes:
        window: that it works on; None: the whole log.
        stage: that began last; None: none did.
        finished: the run, as soon as its folder is complete.
    """

    window: Window | None
    stage: Stage | None = None
    finished: list[tuple[RunFolder, RunReport]] = field(default_factory=list)

    def record(self, stage: Stage, further: Callable[[Stage], None]) -> None:
        """Notes a stage and passes it on."""
        if stage is not Stage.WAITING:
            self.stage = stage
        further(stage)


def with_notification(request: Request, arguments: Arguments) -> Request:
    """The request to carry out, after which those whom its settings name get notice of the run or of its failure."""
    if not request.plan.notify.channels or arguments.command not in NOTIFYING:
        return request
    progress = CommandProgress(window=request.window)

    def afterwards(error: BaseException | None) -> None:
        if not isinstance(error, KeyboardInterrupt):
            _notify(request, arguments, progress, error)

    arguments.afterwards.append(afterwards)
    return replace(
        request,
        stage=lambda stage: progress.record(stage, request.stage),
        finished=lambda folder, report: progress.finished.append((folder, report)),
    )


def _notify(request: Request, arguments: Arguments, progress: CommandProgress, error: BaseException | None) -> None:
    try:
        for message in _messages(request, progress, error):
            for trouble in deliver(request.plan.notify, message):
                arguments.log.write("warning", f"{trouble}; the result is not affected")
    except (Exception, KeyboardInterrupt) as failure:  # a result must not be lost because nobody could be notified
        arguments.log.write("warning", f"notify: failed ({type(failure).__name__}); the result is not affected")


def _messages(request: Request, progress: CommandProgress, error: BaseException | None) -> Iterator[Message]:
    for folder, report in progress.finished:
        message = look_message(report, _before(folder), _page(folder.run))
        if message is not None:
            yield message
    if error is not None:
        window = progress.finished[-1][1].span if progress.finished else progress.window
        stage = progress.stage.value if progress.stage is not None else None
        # a bug's text may hold anything, and goes to whoever runs the command alone
        words = str(error) if isinstance(error, DarklaunchError) else f"unexpected: {type(error).__name__}"
        yield failure_message(request.plan.name, window, stage, words, datetime.now(timezone.utc))


def _before(folder: RunFolder) -> RunReport | None:
    """The report of the launch's look before; None: there was none, or it can't be read."""
    earlier = [run for run in finished_runs(folder.launch) if run.name < folder.slug]
    try:
        return read(earlier[-1]) if earlier else None
    except UsageError:
        return None


def _page(run: Path) -> Path:
    page = run / "report.html"
    return page if page.exists() else run
