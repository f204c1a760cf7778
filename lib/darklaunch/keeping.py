"""The keeping of a counted window: what it came to becomes part of its launch."""

import shutil
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from darklaunch.capture.files import CaptureLog
from darklaunch.contract.judgement import judge_profile, raise_if_broken
from darklaunch.counting import CountedWindow, Unreadable, capture, compare_rows, launch_of_rows
from darklaunch.errors import ContractError
from darklaunch.evidence import lost_store, panel_store, store
from darklaunch.evidence.latency import store as latency_store
from darklaunch.evidence.latency.recount import count_group, count_rungs, rung_names
from darklaunch.evidence.latency.thresholds import judged_thresholds
from darklaunch.noise.learned import NoiseReport
from darklaunch.noise.learning import keep_noise, learn_noise, read_noise
from darklaunch.request import Request, silent
from darklaunch.score.rest_group import REST, RestGroup, choose_rest
from darklaunch.storage.launches import LaunchRecord, record_launch
from darklaunch.storage.state import LaunchState, StateTable
from darklaunch.window import HOUR, HOURS_OF_DAY, Window, stretches

LONGEST_HOURS = 6
"""Earlier hours are compared again in stretches of this length, or of the window's, which is known to be bearable."""


def learned_meanwhile(
    request: Request, seen: CountedWindow, window: Window, state: LaunchState
) -> CountedWindow | None:
    """A counted window under what its launch knows by now; None: under other rules, so that it has to count again."""
    plan, known = request.plan, read_noise(state, request.plan.noise)
    noise = learn_noise(known, seen.noise.counted, plan.noise, plan.rules, name=plan.name, window=window)
    if noise.rules.digest != seen.noise.rules.digest:
        return None
    return replace(seen, noise=noise.seen_with(baseline=seen.noise.report.baseline))


def kept(
    request: Request, log: CaptureLog, unreadable: Unreadable, seen: CountedWindow, window: Window, state: LaunchState
) -> tuple[LaunchState, NoiseReport]:
    """The state of a launch with a counted window in it, and what the launch has learned; it is not committed yet."""
    first = LaunchRecord(
        name=seen.launch.name,
        production_release=seen.launch.production_release,
        shadow_release=seen.launch.shadow_release,
    )
    record_launch(seen.folder.launch, first, request.plan.evidence_from)
    lost_hours = 0
    if seen.noise.to_freeze is not None:
        before = store.evidence_hours(state)
        state = _recounted(request, log, unreadable, seen, state)
        lost_hours = len(set(before) - set(store.evidence_hours(state)))
    state = latency_store.with_thresholds(
        latency_store.replace_histograms(state, window, seen.counted.histograms), window.end
    )
    patterns = _patterns(request, seen, window, state)
    state = _with_rest_group(request, state, window, patterns)
    state = store.replace_units(state, window, _with_rest(request, state, patterns, seen.counting / "pairs"))
    state = panel_store.replace_panel(state, window, seen.counted.panel)
    state = lost_store.replace_lost(state, window, seen.lost)
    return keep_noise(state, window, seen.noise, lost_hours=lost_hours)


def _recounted(
    request: Request, log: CaptureLog, unreadable: Unreadable, seen: CountedWindow, state: LaunchState
) -> LaunchState:
    """The state with a launch's other hours counted again under the rules just learned."""
    window, again = request.window or log.window, seen.counting.with_name("again")
    earlier = [hour for hour in store.evidence_hours(state) if not window.contains(hour)]
    for span in stretches(earlier, longest=max(LONGEST_HOURS, window.hours)):
        units = seen.counted.patterns.slice(0, 0)
        # the captures of a span may be gone, or broken, or those of another launch by now
        with suppress(ContractError):
            engine = capture(replace(request, window=span, stage=silent), log, unreadable)
            counted = compare_rows(request, engine, engine.tasks(), seen.noise.rules, seen.thresholds, again)
            raise_if_broken(judge_profile(counted.profiles, request.plan.limits, window=span))
            if launch_of_rows(request, counted.profiles) == seen.launch:
                units = _with_rest(request, state, counted.patterns, again / "pairs")
        state = store.replace_units(state, span, units)
        shutil.rmtree(again, ignore_errors=True)
    return state


def read_rest(state: LaunchState) -> RestGroup | None:
    """The rest group of a launch; None: its first day is not over, or none is wanted."""
    written = state.documents(StateTable.REST_GROUP).get(REST)
    return RestGroup.from_dict(written) if written is not None else None


def _with_rest_group(request: Request, state: LaunchState, window: Window, patterns: pa.Table) -> LaunchState:
    """The state with its rest group, once the launch's first day is over."""
    scoring, day = request.plan.scoring, HOUR * HOURS_OF_DAY
    if not scoring.rest_group or REST in scoring.groups or read_rest(state) is not None:
        return state
    earliest = min([window.start, *store.evidence_hours(state)])
    if window.end < earliest + day:
        return state
    with_window = store.replace_units(state, window, patterns)
    hours = store.evidence_hours(with_window)
    if not hours or window.end < hours[0] + day:
        return state
    since = hours[0] + day
    rest = choose_rest(
        store.read_evidence(with_window, since).evidence,
        since,
        days=request.plan.policy.minimum_days,
        tolerated_excess_at=scoring.tolerated_excess_at,
        grouped={name for members in scoring.groups.values() for name in members},
    )
    return state.with_documents(StateTable.REST_GROUP, {REST: rest.as_dict()})


def _with_rest(request: Request, state: LaunchState, patterns: pa.Table, pairs: Path) -> pa.Table:
    """Patterns with those of the rest group, if there is one."""
    rest = read_rest(state)
    if rest is None or not rest.members:
        return patterns
    learned = latency_store.read_thresholds(state)
    thresholds = judged_thresholds(learned, request.plan.scoring.latency_ratios)
    together = count_group(pairs, thresholds, REST, rest.members, rest.since)
    return pa.concat_tables([patterns, together.select(patterns.column_names)])


def _patterns(request: Request, seen: CountedWindow, window: Window, state: LaunchState) -> pa.Table:
    """The evidence of a window; where its own hours complete an endpoint's first day, its latencies are judged too."""
    plan, counted = request.plan, seen.counted.patterns
    learned = latency_store.read_thresholds(state)
    thresholds = judged_thresholds(learned, plan.scoring.latency_ratios)
    already_judged = seen.thresholds.limits_ms.keys() if seen.thresholds is not None else set[str]()
    if learned is None or thresholds is None or learned.as_of(window.end).limits_ms.keys() <= already_judged:
        return counted
    rungs = count_rungs(seen.counting / "pairs", thresholds, plan.scoring.groups)
    others = counted.filter(pc.invert(pc.is_in(counted["dimension"], value_set=rung_names())))
    return pa.concat_tables([others, rungs.select(counted.column_names)])
