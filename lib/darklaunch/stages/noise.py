"""noise: learns volatile paths from a launch's first hours, and freezes them as rules of that launch."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias

from darklaunch.config.domain import Plan
from darklaunch.diff.rules.rule import Rule
from darklaunch.diff.rules.rule_set import RuleSet
from darklaunch.errors import UsageError
from darklaunch.noise.candidate import Noise
from darklaunch.noise.counts import NoiseCounts, together
from darklaunch.noise.proposal import Proposal, propose
from darklaunch.noise.spark import count_noise
from darklaunch.noise.store import keep_counts, read_counts
from darklaunch.pair.spark import pair
from darklaunch.request import Request, Stage
from darklaunch.spark.session import Session
from darklaunch.stages.validate import Apart, Taken, validate
from darklaunch.storage.atomic import read_json, write_json
from darklaunch.storage.run_folder import RunFolder
from darklaunch.window import HOUR, Window, parse_moment

Spark: TypeAlias = Callable[[], Session]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of a launch's noise when a window is compared.

    Attributes:
        written: the declared rules.
        rules: those and the learned ones.
        told: what ``verdict.json`` says under ``noise``.
        fresh: what will be frozen once all hours are compared under it; None: nothing new.
    """

    written: RuleSet
    rules: RuleSet
    told: Mapping[str, Any]
    fresh: Mapping[str, Any] | None = None


def learn(request: Request, taken: Taken, spark: Spark) -> Known:
    """Takes the frozen rules of the launch, or counts the window's A/A differences towards them.

    Raises:
        UsageError: the launch has learned rules, and ``noise.learn`` is false.
    """
    plan, place, written = request.plan.noise, taken.place, request.plan.rules
    if place.learned.exists():
        if not plan.learn:
            raise UsageError(
                "noise.learn: found false, but the evidence of this launch rests on learned rules "
                f"({place.learned}); set it true, or give the launch another name"
            )
        return _known(written, read_json(place.learned), taken)
    if not plan.learn:
        return Known(written=written, rules=written, told=_told(taken))
    if taken.baseline:
        request.stage(Stage.NOISE)
        keep_counts(place, taken.window, count(request, taken, spark))
    kept = read_counts(place)
    if not kept:
        return Known(written=written, rules=written, told=_told(taken))
    hours = _hours(kept)
    if len(hours) < plan.learning_hours:
        return Known(
            written=written,
            rules=written,
            told=_told(taken, learning=_learning(len(hours), plan.learning_hours)),
        )
    fresh = _frozen(propose(together(kept.values()), written.rules, plan.least_rate), kept, request.plan)
    return _known(written, fresh, taken, fresh=fresh)


def freeze(place: RunFolder, known: Known) -> None:
    """Keeps fresh rules for the rest of the launch; comes last, so that a run that broke off begins anew."""
    if known.fresh is not None:
        write_json(place.learned, {**known.fresh, "lost_hours": known.told["lost_hours"]})


def suggest(request: Request, spark: Spark, apart: Apart = ()) -> Proposal:
    """Proposes rules from one window, and keeps nothing.

    Raises:
        UsageError: there is no baseline arm to learn from.
    """
    with TemporaryDirectory(prefix="darklaunch-") as scratch:
        taken = validate(replace(request, out=Path(scratch)), spark, apart)
        if not taken.baseline:
            raise UsageError(
                "captures: found no baseline arm, wanted one (arm=baseline, the production release again); "
                "what is volatile shows only where production differs from itself"
            )
        request.stage(Stage.NOISE)
        return propose(count(request, taken, spark), request.plan.rules.rules, request.plan.noise.least_rate)


def count(request: Request, taken: Taken, spark: Spark) -> NoiseCounts:
    """Counts the A/A differences of a window."""
    captures = taken.files.read(spark(), taken.selection)
    return count_noise(pair(captures, taken.selection, baseline=True), request.plan.rules, request.plan.masking)


def _told(
    taken: Taken, frozen: Mapping[str, Any] | None = None, learning: Mapping[str, int] | None = None
) -> dict[str, Any]:
    found = frozen or {}
    return {
        "baseline": taken.baseline,
        "learning": learning,
        "learned": found.get("learned", []),
        "refused": found.get("refused", []),
        "refused_beyond": found.get("refused_beyond", 0),
        "lost_hours": found.get("lost_hours", 0),
    }


def _learning(seen: int, wanted: int) -> dict[str, int]:
    return {"hours_seen": seen, "hours_wanted": wanted}


def _frozen(proposal: Proposal, kept: Mapping[Window, NoiseCounts], plan: Plan) -> dict[str, Any]:
    return {
        "schema_version": 1,
        "launch": {"name": plan.name, "rules_digest": plan.rules.digest},
        "hours_wanted": plan.noise.learning_hours,
        "windows": [[window.start.isoformat(), window.end.isoformat()] for window in kept],
        "learned": [found.as_dict() for found in proposal.learned],
        "refused": [found.as_dict() for found in proposal.refused],
        "refused_beyond": proposal.refused_beyond,
    }


def _known(written: RuleSet, frozen: Mapping[str, Any], taken: Taken, fresh: Mapping[str, Any] | None = None) -> Known:
    windows = [Window(start=parse_moment(start), end=parse_moment(end)) for start, end in frozen["windows"]]
    seen = sum(1 for hour in _hours(windows) if hour < taken.window.end)
    wanted: int = frozen["hours_wanted"]
    # a look at a time when the hours were not complete stays what it was then
    learning = _learning(seen, wanted) if seen < wanted else None
    return Known(
        written=written,
        rules=RuleSet([*written.rules, *_rules(frozen)]),
        told=_told(taken, frozen, learning),
        fresh=fresh,
    )


def _rules(frozen: Mapping[str, Any]) -> list[Rule]:
    return [Noise.from_dict(found).rule() for found in frozen["learned"]]


def _hours(windows: Iterable[Window]) -> set[datetime]:
    return {window.start + at * HOUR for window in windows for at in range(window.hours)}
