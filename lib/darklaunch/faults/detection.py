"""Detection rate of injected faults under a rule set, overall and per path."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce

from darklaunch.diff.rules.severity import Severity
from darklaunch.faults.kinds import Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectionCount:
    """The share of injected faults that the comparison detects.

    Attributes:
        injected: all of them.
        without_rules: those detected where there is no rule.
        with_rules: those detected under the rules.
    """

    injected: int = 0
    without_rules: int = 0
    with_rules: int = 0

    def merged(self, other: "DetectionCount") -> "DetectionCount":
        """The counts of both, which share no fault."""
        return DetectionCount(
            injected=self.injected + other.injected,
            without_rules=self.without_rules + other.without_rules,
            with_rules=self.with_rules + other.with_rules,
        )

    def as_dict(self) -> dict[str, object]:
        """The counts and shares as a JSON object; a share of nothing is null."""
        detected = {"seen_without_rules": self.without_rules, "seen_with_rules": self.with_rules}
        shares = {f"share_{name}": count / self.injected if self.injected else None for name, count in detected.items()}
        return {"planted": self.injected, **detected, **shares}


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultCount:
    """Faults of one kind that were injected at one path and came to the same.

    Attributes:
        endpoint: of the responses.
        path: as it may be shown.
        fault: the kind.
        ruled: a rule names the path, or takes all below one above it.
        hidden_by: the rule that settled them; None: they are detected, or no rule is to blame.
        count: how many, and how many are detected.
    """

    endpoint: str
    path: str
    fault: Fault
    ruled: bool
    hidden_by: str | None
    count: DetectionCount


@dataclass(frozen=True, slots=True, kw_only=True)
class PathDetection:
    """The faults of one kind at one path.

    Attributes:
        path: as it may be shown.
        fault: the kind.
        ruled: a rule names the path, or takes all below one above it.
        count: how many, and how many are detected.
        hidden_by: by the name of a rule, how many faults it hides.
    """

    path: str
    fault: Fault
    ruled: bool
    count: DetectionCount
    hidden_by: Mapping[str, int]

    def as_dict(self) -> dict[str, object]:
        """The path as a JSON object."""
        head = {"path": self.path, "fault": self.fault.value, "severity": self.fault.severity.value}
        return {**head, "ruled": self.ruled, **self.count.as_dict(), "hidden_by": dict(self.hidden_by)}


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointDetection:
    """The faults of one endpoint: in how many of its responses, and path by path."""

    endpoint: str
    responses: int
    paths: tuple[PathDetection, ...]

    def as_dict(self) -> dict[str, object]:
        """The endpoint as a JSON object."""
        paths = [path.as_dict() for path in self.paths]
        return {"endpoint": self.endpoint, "responses": self.responses, "paths": paths}


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectionReport:
    """The detection of injected faults under a rule set.

    Attributes:
        rules: names of the rules.
        outside: faults at paths that no rule holds for, by severity.
        presence_and_type: faults at paths that one holds for, of presence and type.
        values: the other faults there.
        endpoints: in the order of their names.
    """

    rules: tuple[str, ...]
    outside: Mapping[Severity, DetectionCount]
    presence_and_type: DetectionCount
    values: DetectionCount
    endpoints: tuple[EndpointDetection, ...]

    def as_dict(self) -> dict[str, object]:
        """The report as the JSON object that ``rules check --json`` writes."""
        return {
            "rules": list(self.rules),
            "outside": {severity.value: count.as_dict() for severity, count in self.outside.items()},
            "inside": {"presence_and_type": self.presence_and_type.as_dict(), "values": self.values.as_dict()},
            "endpoints": [endpoint.as_dict() for endpoint in self.endpoints],
        }


def detection_report(
    rules: Iterable[str], responses: Mapping[str, int], counts: Iterable[FaultCount]
) -> DetectionReport:
    """Sums up counts of injected faults.

    Args:
        rules: names of the rules.
        responses: by endpoint, how many responses faults were injected into.
        counts: of the faults.
    """
    faults = sorted(counts, key=lambda row: (row.endpoint, row.path, row.fault.value, str(row.hidden_by)))
    outside, inside = ([row for row in faults if row.ruled is ruled] for ruled in (False, True))
    return DetectionReport(
        rules=tuple(rules),
        outside={severity: _total(row for row in outside if row.fault.severity is severity) for severity in Severity},
        presence_and_type=_total(row for row in inside if row.fault.presence_or_type),
        values=_total(row for row in inside if not row.fault.presence_or_type),
        endpoints=tuple(
            EndpointDetection(endpoint=name, responses=responses[name], paths=_paths(name, faults))
            for name in sorted(responses)
        ),
    )


def _total(rows: Iterable[FaultCount]) -> DetectionCount:
    return reduce(DetectionCount.merged, (row.count for row in rows), DetectionCount())


def _paths(endpoint: str, faults: Iterable[FaultCount]) -> tuple[PathDetection, ...]:
    groups: dict[tuple[str, str, bool], list[FaultCount]] = {}
    for row in faults:
        if row.endpoint == endpoint:
            groups.setdefault((row.path, row.fault.value, row.ruled), []).append(row)
    return tuple(_path(group) for _, group in sorted(groups.items()))


def _path(rows: list[FaultCount]) -> PathDetection:
    hidden: dict[str, int] = {}
    for row in rows:
        if row.hidden_by is not None:
            hidden[row.hidden_by] = hidden.get(row.hidden_by, 0) + row.count.injected
    first = rows[0]
    return PathDetection(path=first.path, fault=first.fault, ruled=first.ruled, count=_total(rows), hidden_by=hidden)
