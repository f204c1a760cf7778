"""The commands that read a log and keep nothing of it: validate, plan, rules suggest, rules check, capture stats."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

from darklaunch.capture.arm import Arm
from darklaunch.capture.files import CaptureLog, SkippedFile
from darklaunch.contract.judgement import Judgement, judge_profile, raise_if_broken
from darklaunch.contract.profile import ArmProfile, good_profile, merge_profiles
from darklaunch.counting import Unreadable, capture, judge_contract, launch_of_rows, launch_state, over_readable_files
from darklaunch.diff.rules.rule_set import RuleSet
from darklaunch.engine.log_stats import LogStats, LogStatsWork, add_stats
from darklaunch.engine.run import Engine
from darklaunch.engine.tasks import BucketTask
from darklaunch.engine.work import FaultWork, NoiseWork, ProfileWork, TrafficWork
from darklaunch.errors import ContractError, UsageError
from darklaunch.evidence.traffic import hourly_traffic
from darklaunch.faults.counting import inject
from darklaunch.faults.detection import DetectionReport
from darklaunch.faults.sampling import ResponseSample
from darklaunch.noise.counts import add_counts
from darklaunch.noise.proposal import Proposal, propose_rules
from darklaunch.noise.store import read_frozen
from darklaunch.pair.outcome import FAILED, UNSEEN, Outcome
from darklaunch.request import Request, Stage
from darklaunch.score.traffic_plan import EndpointPlan, plan_launch
from darklaunch.storage.run_folder import RunFolder
from darklaunch.window import Window


class NoBaselineError(UsageError):
    """The log has no baseline arm, which alone tells what is volatile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfiledWindow:
    """The rows of a window, profiled.

    Attributes:
        engine: of the window.
        tasks: its buckets.
        profiles: of its rows.
        folder: of the run that they would make.
    """

    engine: Engine
    tasks: Sequence[BucketTask]
    profiles: tuple[ArmProfile, ...]
    folder: RunFolder


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribedLog:
    """A window of a log, as `capture stats` tells of it.

    Attributes:
        window: of production's rows.
        files: that were read.
        corrupt: files that no run can read.
        stats: what the others hold.
        judgement: of the contract.
        completeness: the share of the requests production answered that are paired; None: it answered none.
        wanted_completeness: from which on what was not seen does not count against a promotion.
    """

    window: Window
    files: int
    corrupt: tuple[SkippedFile, ...]
    stats: LogStats
    judgement: Judgement
    completeness: float | None
    wanted_completeness: float


def run_stats(request: Request) -> DescribedLog:
    """What a log holds, and what a run would say of it."""

    def describe(request: Request, log: CaptureLog, unreadable: Unreadable) -> DescribedLog:
        engine, plan = capture(request, log, unreadable), request.plan
        request.stage(Stage.PAIR)
        stats = add_stats(engine.run(LogStatsWork(selection=engine.selection), engine.tasks()))
        request.stage(Stage.CONTRACT)
        paired = stats.outcomes[Outcome.PAIRED]
        answered = paired + sum(stats.outcomes[each] for each in (*FAILED, *UNSEEN))
        return DescribedLog(
            window=engine.selection.window,
            files=len(engine.files.good),
            corrupt=engine.files.corrupt,
            stats=stats,
            judgement=judge_profile(stats.profiles, plan.limits, window=engine.selection.window),
            completeness=paired / answered if answered else None,
            wanted_completeness=plan.scoring.scoring.least_completeness(plan.scoring.tolerated_excess),
        )

    return over_readable_files(request, describe)


def run_validate(request: Request) -> ProfiledWindow:
    """Capture and contract alone; the judgement stands in the folder of the run in the making."""

    def validate(request: Request, log: CaptureLog, unreadable: Unreadable) -> ProfiledWindow:
        profiled = _profiled(request, log, unreadable)
        profiled.folder.work.mkdir(parents=True, exist_ok=True)
        judge_contract(request, profiled.engine, profiled.profiles, profiled.folder.work)
        return profiled

    return over_readable_files(request, validate)


def run_suggest(request: Request) -> Proposal:
    """Rules that the baseline arm speaks for.

    Raises:
        NoBaselineError: there is none in the log.
    """
    return over_readable_files(request, _suggest)


def run_check(request: Request) -> DetectionReport:
    """The planted faults that the rules would hide, learned rules included."""
    return over_readable_files(request, _check)


def run_plan(request: Request) -> list[EndpointPlan]:
    """When a clean release could be promoted, from production's rows alone."""

    def plan(request: Request, log: CaptureLog, unreadable: Unreadable) -> list[EndpointPlan]:
        engine, settings = capture(request, log, unreadable), request.plan
        request.stage(Stage.EVIDENCE)
        traffic = hourly_traffic(engine.run(TrafficWork(selection=engine.selection), engine.tasks()))
        if not traffic.num_rows:
            raise ContractError(
                "captures: found no good row of production, wanted some to tell its traffic by; give another --from "
                "and --to, or see what `darklaunch validate` says of the log"
            )
        return plan_launch(
            traffic,
            begins=engine.selection.window.end,
            tolerated_excess_at=settings.scoring.tolerated_excess_at,
            alpha=settings.scoring.alpha,
            minimum_days=settings.policy.minimum_days,
        )

    return over_readable_files(request, plan)


def _profiled(request: Request, log: CaptureLog, unreadable: Unreadable) -> ProfiledWindow:
    engine = capture(request, log, unreadable)
    request.stage(Stage.CONTRACT)
    tasks = engine.tasks()
    parts = engine.run(ProfileWork(selection=engine.selection), tasks)
    profiles = merge_profiles(profile for part in parts for profile in part)
    launch = launch_of_rows(request, profiles)
    folder = RunFolder(out=request.out, launch_key=launch.key, slug=engine.selection.window.slug)
    return ProfiledWindow(engine=engine, tasks=tasks, profiles=profiles, folder=folder)


def _sound(request: Request, log: CaptureLog, unreadable: Unreadable) -> ProfiledWindow:
    """A window whose log keeps its contract; nothing is written."""
    profiled = _profiled(request, log, unreadable)
    raise_if_broken(judge_profile(profiled.profiles, request.plan.limits, window=profiled.engine.selection.window))
    return profiled


def _suggest(request: Request, log: CaptureLog, unreadable: Unreadable) -> Proposal:
    profiled, plan = _sound(request, log, unreadable), request.plan
    if good_profile(profiled.profiles, Arm.BASELINE.value) is None:
        raise NoBaselineError(
            "captures: found no baseline arm, wanted one (arm=baseline, the production release again); "
            "what is volatile shows only where production differs from itself"
        )
    request.stage(Stage.NOISE)
    work = NoiseWork(selection=profiled.engine.selection, rules=plan.rules, masking=plan.masking)
    parts = [part for part in profiled.engine.run(work, profiled.tasks) if part is not None]
    return propose_rules(add_counts(parts).cut(), plan.rules.rules, plan.noise.least_rate)


def _check(request: Request, log: CaptureLog, unreadable: Unreadable) -> DetectionReport:
    profiled, plan = _sound(request, log, unreadable), request.plan
    request.stage(Stage.CHECK)
    frozen = read_frozen(launch_state(request, profiled.folder))
    rules = RuleSet([*plan.rules.rules, *(frozen.rules if frozen is not None else ())])
    samples = profiled.engine.run(FaultWork(selection=profiled.engine.selection), profiled.tasks)
    report = inject(reduce(ResponseSample.merged, samples), rules, plan.masking)
    if not report.endpoints:
        raise ContractError(
            "captures: found no shadow response that is whole and short enough, wanted some to plant faults in; "
            "give another --from and --to"
        )
    return report
