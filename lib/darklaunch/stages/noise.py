"""Noise of a launch: learned from the baseline arm in its first hours, then frozen as rules of that launch."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

from darklaunch.diff.rules.rule_set import RuleSet
from darklaunch.errors import UsageError
from darklaunch.noise.counts import NoiseCounts, add_counts
from darklaunch.noise.learned import FrozenNoise, LearningProgress, NoiseReport, hours_of, no_noise
from darklaunch.noise.proposal import Proposal, propose_rules
from darklaunch.noise.spark import count_noise
from darklaunch.noise.store import keep_counts, read_counts, read_frozen
from darklaunch.pair.spark import pair_requests
from darklaunch.request import Request, Stage
from darklaunch.spark.session import Session
from darklaunch.stages.validate import UnreadableFiles, ValidatedWindow, validate

Spark: TypeAlias = Callable[[], Session]


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchRules:
    """The rules that a window is compared under.

    Attributes:
        rules: the written and the learned ones.
        noise: the report of what was learned.
        to_freeze: noise that is frozen once all hours are compared under it; None: nothing new was learned.
    """

    rules: RuleSet
    noise: NoiseReport
    to_freeze: FrozenNoise | None = None


def learn(request: Request, validated: ValidatedWindow, spark: Spark) -> LaunchRules:
    """Reads the frozen noise of the launch, or counts the window's A/A differences towards it.

    Raises:
        UsageError: the launch has learned rules, and ``noise.learn`` is false.
    """
    plan, folder, written = request.plan, validated.folder, request.plan.rules
    frozen = read_frozen(folder)
    if frozen is not None and not plan.noise.learn:
        raise UsageError(
            "noise.learn: found false, but the evidence of this launch rests on learned rules "
            f"({folder.learned}); set it true, or give the launch another name"
        )
    if frozen is not None:
        return _with_learned(written, frozen, validated)
    if not plan.noise.learn:
        return LaunchRules(rules=written, noise=no_noise(baseline=validated.has_baseline))
    if validated.has_baseline:
        request.stage(Stage.NOISE)
        keep_counts(folder, validated.window, count(request, validated, spark))
    counts = read_counts(folder)
    if not counts:
        return LaunchRules(rules=written, noise=no_noise(baseline=validated.has_baseline))
    hours_seen = len(hours_of(counts))
    if hours_seen < plan.noise.learning_hours:
        progress = LearningProgress(hours_seen=hours_seen, hours_wanted=plan.noise.learning_hours)
        return LaunchRules(rules=written, noise=no_noise(baseline=validated.has_baseline, learning=progress))
    proposal = propose_rules(add_counts(counts.values()), written.rules, plan.noise.least_rate)
    learned = FrozenNoise(
        launch_name=plan.name,
        rules_digest=written.digest,
        hours_wanted=plan.noise.learning_hours,
        windows=tuple(counts),
        learned=proposal.learned,
        refused=proposal.refused,
        refused_beyond=proposal.refused_beyond,
    )
    return replace(_with_learned(written, learned, validated), to_freeze=learned)


def suggest(request: Request, spark: Spark, unreadable: UnreadableFiles = ()) -> Proposal:
    """Proposes rules from one window, and keeps nothing.

    Raises:
        UsageError: there is no baseline arm to learn from.
    """
    with TemporaryDirectory(prefix="darklaunch-") as scratch:
        validated = validate(replace(request, out=Path(scratch)), spark, unreadable)
        if not validated.has_baseline:
            raise UsageError(
                "captures: found no baseline arm, wanted one (arm=baseline, the production release again); "
                "what is volatile shows only where production differs from itself"
            )
        request.stage(Stage.NOISE)
        plan = request.plan
        return propose_rules(count(request, validated, spark), plan.rules.rules, plan.noise.least_rate)


def count(request: Request, validated: ValidatedWindow, spark: Spark) -> NoiseCounts:
    """Counts the A/A differences of a window."""
    rows = validated.files.read(spark(), validated.selection)
    requests = pair_requests(rows, validated.selection, baseline=True)
    return count_noise(requests, request.plan.rules, request.plan.masking)


def _with_learned(written: RuleSet, frozen: FrozenNoise, validated: ValidatedWindow) -> LaunchRules:
    noise = replace(frozen.report(until=validated.window.end), baseline=validated.has_baseline)
    return LaunchRules(rules=RuleSet([*written.rules, *frozen.rules]), noise=noise)
