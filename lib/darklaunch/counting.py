"""The counting of a window: capture to evidence, before anything of it is stored."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from uuid import uuid4

from darklaunch.capture.arm import Arm
from darklaunch.capture.files import CaptureLog, LostFile
from darklaunch.capture.inventory import list_log
from darklaunch.capture.rows import UnreadableFileError
from darklaunch.config.domain import Plan
from darklaunch.contract.great_expectations import import_great_expectations
from darklaunch.contract.judgement import contract_json, judge_profile, raise_if_broken
from darklaunch.contract.launch import Launch, launch_of
from darklaunch.contract.profile import UNVERSIONED, ArmProfile, ContractReport, good_profile
from darklaunch.diff.rules.rule_set import RuleSet
from darklaunch.engine.counted import Counted, add_counted
from darklaunch.engine.gathering import gather_parts
from darklaunch.engine.opening import open_engine
from darklaunch.engine.reading import UnreadableFilesError
from darklaunch.engine.run import Engine
from darklaunch.engine.tasks import BucketTask
from darklaunch.engine.work import CompareWork, NoiseWork
from darklaunch.evidence.latency import store as latency_store
from darklaunch.evidence.latency.thresholds import Thresholds, judged_thresholds
from darklaunch.noise.counts import add_counts
from darklaunch.noise.learning import LaunchNoise, learn_noise, read_noise
from darklaunch.request import Request, Stage
from darklaunch.storage.atomic import write_json
from darklaunch.storage.migration import migrate, needs_migration
from darklaunch.storage.run_folder import RunFolder
from darklaunch.storage.state import LaunchState, read_state

if TYPE_CHECKING:
    from darklaunch.spark.session import Session

Result = TypeVar("Result")
Unreadable = Mapping[str, str]
"""Places of files that could not be decoded, with the reasons."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedWindow:
    """A window counted under the rules of its launch; nothing of it is stored yet.

    Attributes:
        launch: the one that its rows belong to.
        tasks: its buckets.
        folder: where its run belongs.
        counting: of this command alone, with the tables of pairs and differences.
        noise: what the launch has learned.
        thresholds: of latencies, if the launch's first day was over before.
        counted: what its rows came to.
        lost: files that could not be read.
    """

    launch: Launch
    tasks: Sequence[BucketTask]
    folder: RunFolder
    counting: Path
    noise: LaunchNoise
    thresholds: Thresholds | None
    counted: Counted
    lost: Sequence[LostFile]


def over_readable_files(request: Request, act: Callable[[Request, CaptureLog, Unreadable], Result]) -> Result:
    """Does something with a log, and again without the files that turn out to be undecodable."""
    request.plan.rules.refuse_expired(request.today)
    log, unreadable = list_log(request.plan.captures_uri), dict[str, str]()
    while True:
        try:
            return act(request, log, unreadable)
        except UnreadableFileError as error:  # noqa: PERF203 - the loop is the point
            unreadable[error.file.place] = str(error)
        except UnreadableFilesError as error:
            unreadable |= {each.file.place: str(each) for each in error.errors}


def capture(request: Request, log: CaptureLog, unreadable: Unreadable) -> Engine:
    """The files of a window, and what counts their rows; Spark is not started before the files were found."""
    request.stage(Stage.CAPTURE)
    plan = request.plan
    return open_engine(
        log,
        plan.selection(request.window or log.window),
        unreadable=unreadable,
        refuse_corrupt=plan.refuse_corrupt,
        master=plan.master,
        spark=lambda moves_rows: _session(plan, moves_rows=moves_rows),
    )


def count(request: Request, engine: Engine, launch: Launch, counting: Path) -> CountedWindow:
    """Contract to evidence of a window, in one pass over its rows, or two while noise is learned.

    Args:
        request: what is asked for.
        engine: of the window.
        launch: the one that the rows are taken to belong to.
        counting: a folder of this command alone.
    """
    plan, window = request.plan, engine.selection.window
    request.stage(Stage.CONTRACT)
    request.packages.prepare(import_great_expectations)
    tasks = engine.tasks()
    folder = RunFolder(out=request.out, launch_key=launch.key, slug=window.slug)
    state = launch_state(request, folder)
    known, thresholds = read_noise(state, plan.noise), latency_store.read_thresholds(state)
    shutil.rmtree(counting)
    counting.mkdir()
    counts = None
    if plan.noise.learn and known.frozen is None and engine.files.has_rows(Arm.BASELINE.value):
        request.stage(Stage.NOISE)
        work = NoiseWork(selection=engine.selection, rules=plan.rules, masking=plan.masking)
        parts = [part for part in engine.run(work, tasks) if part is not None]
        counts = add_counts(parts).cut() if parts else None
    noise = learn_noise(known, counts, plan.noise, plan.rules, name=plan.name, window=window)
    request.stage(Stage.PAIR)
    request.stage(Stage.DIFF)
    counted = compare_rows(request, engine, tasks, noise.rules, thresholds, counting)
    return CountedWindow(
        launch=launch_of_rows(request, counted.profiles),
        tasks=tasks,
        folder=folder,
        counting=counting,
        noise=noise.seen_with(baseline=good_profile(counted.profiles, Arm.BASELINE.value) is not None),
        thresholds=thresholds,
        counted=counted,
        lost=engine.files.lost,
    )


def launch_state(request: Request, folder: RunFolder) -> LaunchState:
    """The state of a launch; one of an earlier form is moved into tables first.

    Raises:
        OutsideError: another command went on changing the launch for too long.
    """
    if needs_migration(folder.launch):
        with folder.locked(request.waiting):
            migrate(folder.launch)
    return read_state(folder.launch)


def judge_contract(request: Request, engine: Engine, profiles: Sequence[ArmProfile], folder: Path) -> ContractReport:
    """The judgement on a window's profile, which stands in ``contract.json`` whatever it is.

    Raises:
        ContractError: the log as a whole can't be judged.
    """
    judgement = request.packages.call(judge_profile, profiles, request.plan.limits, window=engine.selection.window)
    write_json(folder / "contract.json", contract_json(judgement, engine.files.corrupt))
    raise_if_broken(judgement)
    return ContractReport(
        success=judgement.success, expectations=judgement.expectations, corrupt_files=engine.files.corrupt
    )


def launch_of_rows(request: Request, profiles: Sequence[ArmProfile]) -> Launch:
    """The launch that profiled rows belong to."""
    good = (good_profile(profiles, arm.value) for arm in (Arm.PRODUCTION, Arm.SHADOW))
    return _launch(request, *(next(iter(each.releases), None) if each is not None else None for each in good))


def compare_rows(
    request: Request,
    engine: Engine,
    tasks: Sequence[BucketTask],
    rules: RuleSet,
    thresholds: Thresholds | None,
    folder: Path,
) -> Counted:
    """What the rows of some buckets come to; the tables of their pairs and differences are written to a folder."""
    plan, attempt = request.plan, folder.with_name(f"attempt-{uuid4().hex}")
    work = CompareWork(
        selection=engine.selection,
        rules=rules,
        masking=plan.masking,
        folder=attempt,
        thresholds=judged_thresholds(thresholds, plan.scoring.latency_ratios),
        groups=plan.scoring.groups,
    )
    counted = add_counted(engine.run(work, tasks))
    gather_parts(attempt, folder, counted.pairs)
    shutil.rmtree(attempt, ignore_errors=True)
    return counted.closed(plan.scoring.groups)


def expected_launch(request: Request, engine: Engine) -> Launch:
    """The launch as settings and footers tell it."""
    plan = request.plan
    return _launch(
        request,
        plan.production_release or engine.files.first_release(Arm.PRODUCTION.value),
        plan.shadow_release or engine.files.first_release(Arm.SHADOW.value),
    )


def _launch(request: Request, production_release: str | None, shadow_release: str | None) -> Launch:
    plan = request.plan
    return launch_of(
        production_release or UNVERSIONED,
        shadow_release or UNVERSIONED,
        name=plan.name,
        rules_digest=plan.rules.digest,
        evidence_from=plan.evidence_from,
    )


def _session(plan: Plan, *, moves_rows: bool) -> "Session":
    # here: without Spark nothing of it is imported
    from darklaunch.spark.session import open_session

    return open_session(plan.master, plan.spark_conf, moves_rows=moves_rows)
