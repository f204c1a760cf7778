"""noise: learns volatile paths from a launch's first hours, and freezes them as rules of that launch."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias

from pyspark.sql import SparkSession

from darklaunch.config.settings.model import Settings
from darklaunch.diff.rules.rule import Rule
from darklaunch.diff.rules.rule_set import RuleSet
from darklaunch.errors import UsageError
from darklaunch.noise.candidate import Noise
from darklaunch.noise.counts import NoiseCounts, together
from darklaunch.noise.proposal import RARE, Proposal, propose
from darklaunch.noise.spark import noise_counts
from darklaunch.pair.spark import pair
from darklaunch.request import Request, Stage
from darklaunch.stages.validate import Apart, Taken, validate
from darklaunch.storage.atomic import read_json, write_json
from darklaunch.storage.run_folder import RunFolder
from darklaunch.window import HOUR, Window, parse_moment

Spark: TypeAlias = Callable[[], SparkSession]


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


def learn(request: Request, written: RuleSet, taken: Taken, spark: Spark) -> Known:
    """Takes the frozen rules of the launch, or counts the window's A/A differences towards them.

    Raises:
        UsageError: the launch has learned rules, and ``noise.learn`` is false.
    """
    settings, place = request.settings, taken.place
    if place.learned.exists():
        if not settings.noise.learn:
            raise UsageError(
                "noise.learn: found false, but the evidence of this launch rests on learned rules "
                f"({place.learned}); set it true, or give the launch another name"
            )
        return _known(written, read_json(place.learned), taken)
    if not settings.noise.learn:
        return Known(written=written, rules=written, told=_told(taken))
    if taken.baseline:
        request.stage(Stage.NOISE)
        _keep(place, taken.window, count(request, written, taken, spark))
    kept = _kept(place)
    if not kept:
        return Known(written=written, rules=written, told=_told(taken))
    hours = _hours(kept)
    if len(hours) < settings.noise.learning_hours:
        return Known(
            written=written,
            rules=written,
            told=_told(taken, learning=_learning(len(hours), settings.noise.learning_hours)),
        )
    fresh = _frozen(propose(together(kept.values()), written.rules, _floor(settings)), kept, settings, written)
    return _known(written, fresh, taken, fresh=fresh)


def freeze(place: RunFolder, known: Known) -> None:
    """Keeps fresh rules for the rest of the launch; comes last, so that a run that broke off begins anew."""
    if known.fresh is not None:
        write_json(place.learned, {**known.fresh, "lost_hours": known.told["lost_hours"]})


def suggest(request: Request, written: RuleSet, spark: Spark, apart: Apart = ()) -> Proposal:
    """Proposes rules from one window, and keeps nothing.

    Raises:
        UsageError: there is no baseline arm to learn from.
    """
    with TemporaryDirectory(prefix="darklaunch-") as scratch:
        taken = validate(replace(request, out=Path(scratch)), written, spark, apart)
        if not taken.baseline:
            raise UsageError(
                "captures: found no baseline arm, wanted one (arm=baseline, the production release again); "
                "what is volatile shows only where production differs from itself"
            )
        request.stage(Stage.NOISE)
        return propose(count(request, written, taken, spark), written.rules, _floor(request.settings))


def count(request: Request, written: RuleSet, taken: Taken, spark: Spark) -> NoiseCounts:
    """Counts the A/A differences of a window."""
    captures = taken.files.read(spark(), taken.selection)
    return noise_counts(pair(captures, taken.selection, baseline=True), written, request.settings.publish.masks)


def _floor(settings: Settings) -> Callable[[str], float]:
    return lambda endpoint: max(settings.scoring.tolerated_excess_at(endpoint) / 2, RARE)


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


def _frozen(
    proposal: Proposal, kept: Mapping[Window, NoiseCounts], settings: Settings, written: RuleSet
) -> dict[str, Any]:
    return {
        "schema_version": 1,
        "launch": {"name": settings.launch.name, "rules_digest": written.digest},
        "hours_wanted": settings.noise.learning_hours,
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


def _keep(place: RunFolder, window: Window, counts: NoiseCounts) -> None:
    for other in _kept(place):
        if other.start < window.end and window.start < other.end:
            _file(place, other).unlink()
    span = {"from": window.start.isoformat(), "to": window.end.isoformat()}
    write_json(_file(place, window), span | counts.as_dict())


def _kept(place: RunFolder) -> dict[Window, NoiseCounts]:
    files = sorted(place.noise_counts.glob("*.json")) if place.noise_counts.exists() else []
    read = [read_json(file) for file in files]
    return {
        Window(start=parse_moment(one["from"]), end=parse_moment(one["to"])): NoiseCounts.from_dict(one) for one in read
    }


def _file(place: RunFolder, window: Window) -> Path:
    return place.noise_counts / f"{window.slug}-{(window.end - window.start) // HOUR}h.json"


def _hours(windows: Iterable[Window]) -> set[datetime]:
    return {window.start + at * HOUR for window in windows for at in range((window.end - window.start) // HOUR)}
