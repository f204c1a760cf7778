"""Learning of a launch's noise: from the baseline arm in its first hours, then frozen as rules of that launch."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from darklaunch.diff.rules.rule_set import RuleSet
from darklaunch.errors import UsageError
from darklaunch.noise.counts import NoiseCounts, add_counts
from darklaunch.noise.learned import FrozenNoise, LearningProgress, NoiseReport, hours_covered, no_noise
from darklaunch.noise.proposal import NoisePlan, propose_rules
from darklaunch.noise.store import freeze, keep_counts, read_counts, read_frozen
from darklaunch.storage.state import LaunchState, StateTable
from darklaunch.window import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class NoiseState:
    """The noise of a launch before a window is compared.

    Attributes:
        frozen: what was learned; None: the launch is still learning, or does not.
        counts: A/A counts by window, while it is learning.
    """

    frozen: FrozenNoise | None
    counts: Mapping[Window, NoiseCounts]

    def with_window(self, window: Window, counts: NoiseCounts) -> "NoiseState":
        """The same with the counts of a window, which replace those of windows that share an hour with it."""
        others = {
            each: of_window
            for each, of_window in self.counts.items()
            if not (each.start < window.end and window.start < each.end)
        }
        ordered = sorted((others | {window: counts}).items(), key=lambda item: (item[0].end, item[0].hours))
        return replace(self, counts=dict(ordered))


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchNoise:
    """The noise that a window is compared under.

    Attributes:
        rules: the written rules, and the learned.
        report: of what was learned.
        to_freeze: noise that is frozen once all hours are compared under it; None: nothing new was learned.
        counted: A/A counts of the window; None: none were taken.
    """

    rules: RuleSet
    report: NoiseReport
    to_freeze: FrozenNoise | None = None
    counted: NoiseCounts | None = None

    def seen_with(self, *, baseline: bool) -> "LaunchNoise":
        """The same of a window in which a baseline arm took part, or none."""
        return replace(self, report=replace(self.report, baseline=baseline))


def read_noise(state: LaunchState, plan: NoisePlan) -> NoiseState:
    """Reads what a launch has learned, or what it has counted so far.

    Raises:
        UsageError: the launch has learned rules, and ``noise.learn`` is false.
    """
    frozen = read_frozen(state)
    if frozen is not None and not plan.learn:
        raise UsageError(
            "noise.learn: found false, but the evidence of this launch rests on learned rules "
            f"({state.folder / StateTable.NOISE.value}); set it true, or give the launch another name"
        )
    return NoiseState(frozen=frozen, counts={} if frozen is not None else read_counts(state))


def learn_noise(
    state: NoiseState, counted: NoiseCounts | None, plan: NoisePlan, written: RuleSet, *, name: str, window: Window
) -> LaunchNoise:
    """Learns rules once a launch has been watched long enough.

    Args:
        state: the noise of the launch.
        counted: the A/A counts of the window; None: there is no baseline, or none are needed.
        plan: what is noise.
        written: the written rules.
        name: of the launch.
        window: the one that is compared.
    """
    if state.frozen is not None:
        return _under(written, state.frozen, window)
    counts = (state.with_window(window, counted) if counted is not None else state).counts
    if not plan.learn or not counts:
        return LaunchNoise(rules=written, report=no_noise(baseline=False), counted=counted)
    if hours_covered(counts) < plan.learning_hours:
        # a look that is judged again says what had been seen at its time, as it did before
        hours_seen = hours_covered(counts, until=window.end)
        progress = LearningProgress(hours_seen=hours_seen, hours_wanted=plan.learning_hours)
        return LaunchNoise(rules=written, report=no_noise(baseline=False, learning=progress), counted=counted)
    proposal = propose_rules(add_counts(counts.values()), written.rules, plan.least_rate)
    learned = FrozenNoise(
        launch_name=name,
        rules_digest=written.digest,
        hours_wanted=plan.learning_hours,
        windows=tuple(counts),
        learned=proposal.learned,
        refused=proposal.refused,
        refused_beyond=proposal.refused_beyond,
    )
    return replace(_under(written, learned, window), to_freeze=learned, counted=counted)


def keep_noise(
    state: LaunchState, window: Window, noise: LaunchNoise, *, lost_hours: int
) -> tuple[LaunchState, NoiseReport]:
    """The state with the counts of a window, and with what was newly learned frozen.

    Args:
        state: of the launch.
        window: the one that was compared.
        noise: what it was compared under.
        lost_hours: hours whose evidence could not be counted again under the new rules.
    """
    if noise.counted is not None:
        state = keep_counts(state, window, noise.counted)
    if noise.to_freeze is None:
        return state, noise.report
    frozen = freeze(state, replace(noise.to_freeze, lost_hours=lost_hours))
    return frozen, replace(noise.report, lost_hours=lost_hours)


def _under(written: RuleSet, frozen: FrozenNoise, window: Window) -> LaunchNoise:
    rules = RuleSet([*written.rules, *frozen.rules])
    return LaunchNoise(rules=rules, report=frozen.report(until=window.end))
