"""What changed between two runs: verdicts, differing paths, causes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from darklaunch.publish import formatting
from darklaunch.runs.turnover import Turnover, causes, paths
from darklaunch.window import parse_moment

_FLEET: Final = ("verdict", "confidence", "regression_confidence", "pairs", "excess", "excess_low", "excess_high")


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Two runs, one against the other; ``before`` and ``after`` as they were asked for, not by time.

    Attributes:
        apart: how their launches differ; empty: the same launch, whose evidence goes on from one run to the other.
        backwards: the run named first looked at the later window.
        fleet: the launch's numbers, ``before`` and ``after``.
        endpoints: those whose verdict changed; None on one side: not seen there.
        same: endpoints by verdict that kept it.
        paths: differing paths that no rule ignores; shares are of the compared requests of each run's window.
        causes: None where a run was made before causes were looked for.
    """

    apart: tuple[str, ...]
    backwards: bool
    fleet: Mapping[str, Mapping[str, Any]]
    endpoints: tuple[Mapping[str, Any], ...]
    same: Mapping[str, int]
    paths: Turnover
    causes: Turnover | None

    def as_dict(self) -> dict[str, Any]:
        """The same as data."""
        return {
            "same_launch": not self.apart,
            "apart": list(self.apart),
            "backwards": self.backwards,
            "fleet": dict(self.fleet),
            "endpoints": {"changed": list(self.endpoints), "same": dict(self.same)},
            "paths": self.paths.as_dict(),
            "causes": None if self.causes is None else self.causes.as_dict(),
        }


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Changes:
    """Compares two runs.

    Args:
        before: the `verdict.json` of one.
        after: of the other, mostly the later one.
    """
    verdicts = [{entry["endpoint"]: entry["verdict"] for entry in run["endpoints"]} for run in (before, after)]
    told = {name: (verdicts[0].get(name), verdicts[1].get(name)) for name in {**verdicts[0], **verdicts[1]}}
    kept = [was for was, now in told.values() if was == now]
    return Changes(
        apart=tuple(_apart(before["launch"], after["launch"])),
        backwards=parse_moment(before["window"]["to"]) > parse_moment(after["window"]["to"]),
        fleet={
            side: {name: run["fleet"].get(name) for name in _FLEET}
            for side, run in (("before", before), ("after", after))
        },
        endpoints=tuple(
            sorted((_turned(name, *sides) for name, sides in told.items() if len({*sides}) > 1), key=_worst)
        ),
        same={word: kept.count(word) for word in formatting.VERDICTS},
        paths=paths(before, after),
        causes=causes(before, after) if "causes" in before and "causes" in after else None,
    )


def _apart(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterable[str]:
    if before["key"] == after["key"]:
        return
    named = {"name": "launch", "production_release": "production release", "shadow_release": "shadow release"}
    found = [name for name in named if before.get(name) != after.get(name)]
    yield from (f"{named[name]} {_release(before, name)}, then {_release(after, name)}" for name in found)
    if before.get("rules_digest") != after.get("rules_digest"):
        yield "other rules"
    elif not found:
        yield "another way of sampling or another version of darklaunch"


def _release(launch: Mapping[str, Any], name: str) -> str:
    return str(launch.get(name) or "unknown")


def _turned(endpoint: str, before: str | None, after: str | None) -> dict[str, Any]:
    return {"endpoint": endpoint, "before": before, "after": after}


def _worst(change: Mapping[str, Any]) -> tuple[int, int, str]:
    """What was blocked comes first, then what was held and so on; those not seen any more come last."""
    places = [
        formatting.VERDICTS.index(word) if word else len(formatting.VERDICTS)
        for word in (change["after"], change["before"])
    ]
    return places[0], places[1], change["endpoint"]
