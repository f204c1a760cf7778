"""The whole flow on one screen: capture, contract, pair, diff, evidence, score, decide, publish.

Counting knows nothing of files: what a launch knows is read before it, and what was counted is stored after it.
"""

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from functools import partial
from pathlib import Path

from darklaunch.capture.files import CaptureLog
from darklaunch.contract.profile import ContractReport
from darklaunch.counting import (
    CountedWindow,
    Unreadable,
    capture,
    count,
    expected_launch,
    judge_contract,
    launch_state,
    over_readable_files,
)
from darklaunch.engine.opening import pair_parts
from darklaunch.errors import ContractError
from darklaunch.judging import judge
from darklaunch.keeping import kept, learned_meanwhile
from darklaunch.packages import Packages
from darklaunch.publish.files import read_report, render_report, write_window
from darklaunch.publish.mlflow.client import default_tracking_uri, import_mlflow, is_ready, make_ready
from darklaunch.publish.mlflow.run import LoggedRun, log_run
from darklaunch.publish.report.build_window import build_window
from darklaunch.publish.report.run import RunReport
from darklaunch.request import Request, Stage
from darklaunch.runs.earlier_causes import earlier_causes
from darklaunch.runs.history import looks_before
from darklaunch.runs.pages.index import write_index
from darklaunch.second_process import SecondProcess
from darklaunch.storage.run_folder import RunFolder, counting_folder, find_compared
from darklaunch.storage.run_rows import RunRow
from darklaunch.storage.state import read_state
from darklaunch.triage.cause_report import CauseReport
from darklaunch.triage.finding import find_causes
from darklaunch.triage.grouping.identity import with_kept_ids
from darklaunch.unchanged import counted_before, write_inputs
from darklaunch.window import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowToKeep:
    """A counted window whose log kept its contract, with the causes of its differences.

    Attributes:
        window: the one that was counted.
        seen: what its rows came to.
        contract: the judgement on them.
        causes: of its differences, ranked.
    """

    window: Window
    seen: CountedWindow
    contract: ContractReport
    causes: tuple[CauseReport, ...]


def run(request: Request) -> tuple[RunFolder, RunReport, LoggedRun]:
    """All stages for one window."""
    with _packages(request) as packages:
        logging = replace(request, packages=packages, imports=(partial(import_mlflow, _tracking_uri(request)),))
        folder, report = over_readable_files(logging, compare_to_publish)
        return folder, report, log_report(logging, folder)


def run_compare(request: Request) -> RunFolder:
    """Capture to evidence."""
    with _packages(request) as packages:
        return over_readable_files(replace(request, packages=packages), compare)


def run_score(request: Request) -> RunFolder:
    """Score and decide, of what ``run_compare`` left."""
    request.plan.rules.refuse_expired(request.today)
    folder = find_compared(request.out, request.plan.name, request.window)
    launch_state(request, folder)
    with folder.locked(request.waiting):
        folder.reopen()
        judge(request, folder)
    return folder


def run_publish(request: Request) -> tuple[RunFolder, RunReport, LoggedRun]:
    """Publish, of what ``run_score`` left, or of a finished run again."""
    folder = find_compared(request.out, request.plan.name, request.window)
    launch_state(request, folder)
    with folder.locked(request.waiting):
        folder.reopen()
        report = publish(request, folder)
    return folder, report, log_report(request, folder)


def compare(request: Request, log: CaptureLog, unreadable: Unreadable) -> RunFolder:
    """Capture to evidence."""
    with counted_and_locked(request, log, unreadable) as folder:
        return folder


def compare_to_publish(request: Request, log: CaptureLog, unreadable: Unreadable) -> tuple[RunFolder, RunReport]:
    """Capture to publish; from the first that is kept to the last, no other command changes the launch."""
    with counted_and_locked(request, log, unreadable) as folder:
        if not is_ready(uri := _tracking_uri(request)):
            request.packages.prepare(partial(make_ready, uri))
        judge(request, folder)
        return folder, publish(request, folder)


@contextmanager
def counted_and_locked(request: Request, log: CaptureLog, unreadable: Unreadable) -> Iterator[RunFolder]:
    """Capture to evidence: counting asks nobody to wait, and keeping what was counted takes a moment."""
    with counted_before(request, log) as unchanged:
        if unchanged is not None:
            yield unchanged
            return
    with counting_folder(request.out) as counting:
        counted = count_window(request, log, unreadable, counting)
        with counted.seen.folder.locked(request.waiting):
            keep(request, log, unreadable, counted)
            yield counted.seen.folder


def count_window(request: Request, log: CaptureLog, unreadable: Unreadable, counting: Path) -> WindowToKeep:
    """Capture to evidence of a window, with its causes; nothing of it is kept yet.

    Raises:
        ContractError: the log as a whole can't be judged; the judgement lies where the run would.
    """
    plan, engine = request.plan, capture(request, log, unreadable)
    window, launch = engine.selection.window, expected_launch(request, engine)
    # the footers tell the releases, and the rows whether that is so
    while (seen := count(request, engine, launch, counting)).launch != launch:
        launch = seen.launch
    try:
        contract = judge_contract(request, engine, seen.counted.profiles, counting)
    except ContractError:
        seen.folder.keep(counting)
        raise
    request.stage(Stage.CAUSES)
    request.packages.prepare(*request.imports)
    causes = find_causes(
        pair_parts(engine, seen.tasks, counting / "pairs"),
        window=window,
        masking=plan.masking,
        alpha=plan.scoring.alpha,
        tolerated_excess=plan.scoring.tolerated_excess_at,
    )
    return WindowToKeep(window=window, seen=seen, contract=contract, causes=causes)


def keep(request: Request, log: CaptureLog, unreadable: Unreadable, counted: WindowToKeep) -> None:
    """Evidence: what was counted becomes the launch's, all of it in one step."""
    request.stage(Stage.EVIDENCE)
    plan, folder = request.plan, counted.seen.folder
    state = read_state(folder.launch)
    seen = learned_meanwhile(request, counted.seen, counted.window, state)
    if seen is None:
        # another window has taught the launch other rules since this one was begun
        counted = count_window(request, log, unreadable, counted.seen.counting)
        seen = counted.seen
    state, noise = kept(request, log, unreadable, seen, counted.window, state)
    report = build_window(
        seen.launch,
        counted.window,
        contract=counted.contract,
        counted=seen.counted,
        rules=seen.noise.rules,
        noise=noise,
        causes=with_kept_ids(counted.causes, earlier_causes(folder)),
        settings=plan.settings,
    )
    write_window(seen.counting, report)
    write_inputs(seen.counting, request, log, counted.window, state)
    state.commit()
    folder.keep(seen.counting)


def publish(request: Request, folder: RunFolder) -> RunReport:
    """The page and the tables, and the run in its place."""
    request.stage(Stage.PUBLISH)
    plan, report = request.plan, read_report(folder.work)
    earlier = looks_before(folder.launch, report.span.end)
    render_report(folder.work, report, earlier, plan.formats)
    folder.finish(
        RunRow(
            window=report.span,
            look=report.look,
            verdict=report.verdict.value,
            finished_at=datetime.now(timezone.utc),
        )
    )
    request.finished(folder, report)
    return report


def log_report(request: Request, folder: RunFolder) -> LoggedRun:
    """The index of all runs, and the MLflow run: of what lies in the run's folder, which another look may have renewed.

    Raises:
        OutsideError: MLflow failed; the run's folder is complete.
    """
    write_index(request.out)
    request.stage(Stage.MLFLOW)
    with folder.logged_alone(request.waiting):
        report = read_report(folder.run)
        return request.packages.call(
            log_run, folder.run, report, tracking_uri=_tracking_uri(request), experiment=request.plan.experiment
        )


def _tracking_uri(request: Request) -> str:
    return request.plan.tracking_uri or default_tracking_uri(request.out)


def _packages(request: Request) -> AbstractContextManager[Packages]:
    """Where packages are called: elsewhere, unless this process has imported them."""
    return nullcontext(request.packages) if "mlflow" in sys.modules else SecondProcess()
