"""Counts of injected faults: every sampled response against itself with one fault at a time."""

import random
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from darklaunch.diff.privacy.masking import Masking
from darklaunch.diff.rule_index import RuleIndexes
from darklaunch.diff.rules.rule_set import RuleSet
from darklaunch.faults.detection import DetectionCount, DetectionReport, FaultCount, detection_report
from darklaunch.faults.injection import Detection, detections
from darklaunch.faults.kinds import Fault
from darklaunch.faults.sampling import ResponseSample, SampledResponse


class FaultKey(NamedTuple):
    """What faults that are counted together have in common; the members are those of ``FaultCount``."""

    endpoint: str
    path: str
    fault: Fault
    ruled: bool
    hidden_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InjectionCounts:
    """Faults that were injected into some responses; counts of other responses can be merged in.

    Attributes:
        responses: by endpoint, how many responses faults were injected into.
        faults: how many faults, and how many of them the comparison detects.
    """

    responses: Mapping[str, int] = field(default_factory=dict)
    faults: Mapping[FaultKey, DetectionCount] = field(default_factory=dict)

    def merged(self, other: "InjectionCounts") -> "InjectionCounts":
        """The counts of both, which share no response."""
        faults = dict(self.faults)
        for key, count in other.faults.items():
            faults[key] = faults[key].merged(count) if key in faults else count
        responses = Counter(self.responses) + Counter(other.responses)
        return InjectionCounts(responses=dict(responses), faults=faults)

    def report(self, rules: RuleSet) -> DetectionReport:
        """The counts as a report on the rules that they were made under."""
        return detection_report(
            rules=[rule.name for rule in rules.rules],
            responses=self.responses,
            counts=[FaultCount(**key._asdict(), count=count) for key, count in self.faults.items()],
        )


def inject(sample: ResponseSample, rules: RuleSet, masking: Masking) -> DetectionReport:
    """Injects faults into a sample of responses and counts those that the comparison detects.

    Args:
        sample: of shadow responses, which are taken for right.
        rules: what is declared and learned.
        masking: how paths may be shown.

    Returns:
        A report; without endpoints where the sample is empty.
    """
    return count_faults(sample.responses, rules, masking).report(rules)


def count_faults(responses: Iterable[SampledResponse], rules: RuleSet, masking: Masking) -> InjectionCounts:
    """The counts of some responses of a sample; those of its parts add up.

    A response at which an injection or a comparison fails is left out.
    """
    indexes, no_rules = RuleIndexes(rules), RuleIndexes(RuleSet())
    injected: Counter[str] = Counter()
    faults: dict[FaultKey, Counter[str]] = {}
    for sampled in responses:
        detected = _detected(sampled, indexes, no_rules, masking)
        if detected is None:
            continue
        injected[sampled.endpoint] += 1
        for detection in detected:
            faults.setdefault(_key(sampled.endpoint, detection), Counter()).update(
                injected=1, without_rules=int(detection.without_rules), with_rules=int(detection.with_rules)
            )
    return InjectionCounts(
        responses=dict(injected), faults={key: DetectionCount(**count) for key, count in faults.items()}
    )


def _detected(
    sampled: SampledResponse, rules: RuleIndexes, no_rules: RuleIndexes, masking: Masking
) -> list[Detection] | None:
    """The faults of one response; None where a fault can't be injected or compared."""
    # the seed is the request's, so that a second check injects the same
    rng = random.Random(sampled.request_id)  # noqa: S311 - a choice of places, not a secret
    endpoint = sampled.endpoint
    try:
        return list(detections(sampled.response, rules.at(endpoint), no_rules.at(endpoint), masking, rng))
    except Exception:
        # one hostile response must not end the check of all others
        return None


def _key(endpoint: str, detection: Detection) -> FaultKey:
    return FaultKey(endpoint, detection.path, detection.fault, detection.ruled, detection.hidden_by)
