"""Changes between two runs: verdicts, differing paths, causes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, cast

from darklaunch.decide.verdict import WORST_FIRST, Verdict
from darklaunch.publish.report.codec import Codec, JsonObject
from darklaunch.publish.report.endpoint import EndpointReport
from darklaunch.publish.report.json import endpoint_json
from darklaunch.publish.report.window import LaunchReport
from darklaunch.runs.differences import ListedRun
from darklaunch.runs.turnover import CauseChange, PathChange, Turnover, causes, paths

_FLEET: Final = ("verdict", "confidence", "regression_confidence", "pairs", "excess", "excess_low", "excess_high")
_CODEC: Final = Codec(names={})


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictChange:
    """An endpoint whose verdict is another one; None: a run has not seen it."""

    endpoint: str
    before: Verdict | None
    after: Verdict | None

    @property
    def rank(self) -> tuple[int, int, str]:
        """A sort key: blocked now comes first, then held and so on; endpoints not seen any more come last."""
        after, before = (len(WORST_FIRST) if each is None else each.rank for each in (self.after, self.before))
        return after, before, self.endpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Two runs, one against the other; ``before`` and ``after`` as they were asked for, not by time.

    Attributes:
        launch_differences: how their launches differ; empty: the same launch, whose evidence goes on.
        backwards: the run named first looked at the later window.
        before: the launch as a whole in the run named first.
        after: the same in the other.
        endpoints: those whose verdict changed.
        same: endpoints by verdict that kept it.
        paths: differing paths that no rule ignores; shares are of the compared requests of each run's window.
        causes: None where a run was made before causes were looked for.
    """

    launch_differences: tuple[str, ...]
    backwards: bool
    before: EndpointReport
    after: EndpointReport
    endpoints: tuple[VerdictChange, ...]
    same: Mapping[Verdict, int]
    paths: Turnover[PathChange]
    causes: Turnover[CauseChange] | None

    def as_json(self) -> JsonObject:
        """The same as JSON values."""
        fleets = {"before": endpoint_json(self.before), "after": endpoint_json(self.after)}
        paths = cast("dict[str, list[JsonObject]]", _CODEC.write(self.paths))
        for change in paths["persistent"]:
            del change["note"]
        return {
            "same_launch": not self.launch_differences,
            "apart": list(self.launch_differences),
            "backwards": self.backwards,
            "fleet": {side: {name: fleet[name] for name in _FLEET} for side, fleet in fleets.items()},
            "endpoints": {"changed": _CODEC.write(self.endpoints), "same": _CODEC.write(self.same)},
            "paths": paths,
            "causes": _CODEC.write(self.causes),
        }


def changes(before: ListedRun, after: ListedRun) -> Changes:
    """Compares two runs, the second one mostly the later."""
    earlier, later = before.report, after.report
    verdicts = [{endpoint.name: endpoint.verdict for endpoint in run.endpoints} for run in (earlier, later)]
    both = [
        VerdictChange(endpoint=name, before=verdicts[0].get(name), after=verdicts[1].get(name))
        for name in {**verdicts[0], **verdicts[1]}
    ]
    kept = [change.after for change in both if change.before == change.after]
    reported = earlier.window.causes, later.window.causes
    return Changes(
        launch_differences=tuple(_launch_differences(earlier.launch, later.launch)),
        backwards=earlier.span.end > later.span.end,
        before=earlier.fleet,
        after=later.fleet,
        endpoints=tuple(sorted((each for each in both if each.before != each.after), key=lambda change: change.rank)),
        same={verdict: kept.count(verdict) for verdict in WORST_FIRST},
        paths=paths(before, after),
        causes=None if reported[0] is None or reported[1] is None else causes(reported[0], reported[1]),
    )


def _launch_differences(before: LaunchReport, after: LaunchReport) -> Iterator[str]:
    if before.key == after.key:
        return
    named = (
        ("launch", before.name, after.name),
        ("production release", before.production_release, after.production_release),
        ("shadow release", before.shadow_release, after.shadow_release),
    )
    others = [(name, earlier, later) for name, earlier, later in named if earlier != later]
    yield from (f"{name} {earlier or 'unknown'}, then {later or 'unknown'}" for name, earlier, later in others)
    if before.rules_digest != after.rules_digest:
        yield "other rules"
    elif not others:
        yield "another way of sampling or another version of darklaunch"
