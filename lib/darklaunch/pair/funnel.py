"""The funnel: every row of the window in one box, and the boxes add up to the rows that were read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from darklaunch.capture.arm import Arm
from darklaunch.contract.profile import ArmProfile, good_profile, quarantined
from darklaunch.errors import ContractError
from darklaunch.pair.outcome import COMPARED, Outcome


class Fate(str, Enum):
    """The four things that can become of a row; every box belongs to one."""

    PAIRED = "paired"
    MISSING = "missing"
    UNUSABLE = "unusable"
    ASIDE = "aside"

    @property
    def meaning(self) -> str:
        """The fate as a legend names it."""
        return _FATES[self]


class Box(str, Enum):
    """A line of the funnel, in its order; a row lies in exactly one."""

    PAIRED = "paired"
    SHADOW_MISSING = "shadow_missing"
    PRODUCTION_MISSING = "production_missing"
    SHADOW_ERROR = "shadow_error"
    PRODUCTION_ERROR = "production_error"
    OTHER_REQUEST = "other_request"
    TRUNCATED = "truncated"
    BODY_LOST = "body_lost"
    UNDECODABLE = "undecodable"
    LATE = "late"
    DUPLICATES = "duplicates"
    QUARANTINED = "quarantined"
    OTHER_WINDOW = "other_window"

    @property
    def meaning(self) -> str:
        """The end of a sentence about a row that lies here."""
        return _MEANINGS[self][1]

    @property
    def fate(self) -> Fate:
        """The group of boxes that it belongs to."""
        return _MEANINGS[self][0]


_FATES: Final = {
    Fate.PAIRED: "paired",
    Fate.MISSING: "an arm is missing",
    Fate.UNUSABLE: "no usable answer",
    Fate.ASIDE: "set aside",
}
_MEANINGS: Final = {
    Box.PAIRED: (Fate.PAIRED, "has a partner and was compared"),
    Box.SHADOW_MISSING: (Fate.MISSING, "production answered, the shadow's row never came or says that it was dropped"),
    Box.PRODUCTION_MISSING: (Fate.MISSING, "no row of production to compare with"),
    Box.SHADOW_ERROR: (Fate.UNUSABLE, "the shadow gave no response (timeout, connection): counts as a mismatch"),
    Box.PRODUCTION_ERROR: (Fate.UNUSABLE, "production gave no response"),
    Box.OTHER_REQUEST: (Fate.UNUSABLE, "the shadow's row names another method or path under the same id"),
    Box.TRUNCATED: (Fate.UNUSABLE, "the recorder cut a body, so the pair can't be compared"),
    Box.BODY_LOST: (Fate.UNUSABLE, "the recorder kept less of a body than its content-length says"),
    Box.UNDECODABLE: (Fate.UNUSABLE, "production's body could not be decoded, so the pair can't be compared"),
    Box.LATE: (
        Fate.UNUSABLE,
        "the shadow's row came more than captures.max_pair_gap before or after production's: counts as a mismatch",
    ),
    Box.DUPLICATES: (Fate.ASIDE, "delivered more than once, counted once"),
    Box.QUARANTINED: (Fate.ASIDE, "broke the contract of the capture log"),
    Box.OTHER_WINDOW: (Fate.ASIDE, "belongs to a request of another window"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeCount:
    """The requests with one outcome, and the rows of each arm that belong to them.

    Attributes:
        outcome: theirs.
        requests: how many.
        conflicting: further copies that did not agree with the row they repeat.
        joined: rows of each arm that were paired.
        duplicates: further copies of each arm.
        baseline_in_window: baseline rows, copies included, that lie in the window.
    """

    outcome: Outcome
    requests: int
    conflicting: int
    joined: Mapping[Arm, int]
    duplicates: Mapping[Arm, int]
    baseline_in_window: int

    def merged(self, other: "OutcomeCount") -> "OutcomeCount":
        """The count of both, which share no request."""
        return OutcomeCount(
            outcome=self.outcome,
            requests=self.requests + other.requests,
            conflicting=self.conflicting + other.conflicting,
            joined={arm: self.joined[arm] + other.joined[arm] for arm in Arm},
            duplicates={arm: self.duplicates[arm] + other.duplicates[arm] for arm in Arm},
            baseline_in_window=self.baseline_in_window + other.baseline_in_window,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    """The rows that were read, by what became of them.

    Attributes:
        read: rows of each arm.
        requests: requests by box.
        rows: rows by box and arm; over the boxes they add up to ``read``.
    """

    read: Mapping[Arm, int]
    requests: Mapping[Box, int]
    rows: Mapping[Box, Mapping[Arm, int]]

    @property
    def paired(self) -> int:
        """Requests that were compared."""
        return self.requests[Box.PAIRED]


def funnel(outcomes: Sequence[OutcomeCount], profiles: Iterable[ArmProfile]) -> Funnel:
    """Puts every row into its box.

    Args:
        outcomes: one for each outcome.
        profiles: what was counted of each arm before pairing.

    Raises:
        ContractError: the rows that were paired are not those that were profiled.
    """
    profiles = list(profiles)
    rows = {box: dict.fromkeys(Arm, 0) for box in Box}
    requests = dict.fromkeys(Box, 0)
    for count in outcomes:
        box = Box.PAIRED if count.outcome in COMPARED else Box(count.outcome.value)
        requests[box] += count.requests
        for arm in Arm:
            rows[box][arm] += count.joined[arm]
            rows[Box.DUPLICATES][arm] += count.duplicates[arm]
    for broken in quarantined(profiles):
        requests[Box.QUARANTINED] += broken.rows
        if broken.arm in list(Arm):
            rows[Box.QUARANTINED][Arm(broken.arm)] += broken.rows
    _place_lone_baselines(rows, outcomes, good_profile(profiles, Arm.BASELINE.value))
    requests[Box.DUPLICATES] = sum(rows[Box.DUPLICATES].values())
    read = {arm: sum(profile.rows for profile in profiles if profile.arm == arm.value) for arm in Arm}
    boxed = {arm: sum(by_arm[arm] for by_arm in rows.values()) for arm in Arm}
    if read != boxed:
        first, then = ({arm.value: count for arm, count in counts.items()} for counts in (read, boxed))
        raise ContractError(
            f"captures: found rows {first} and then {then}: the log changed while it was read; run again"
        )
    return Funnel(read=read, requests=requests, rows=rows)


def _place_lone_baselines(
    rows: Mapping[Box, dict[Arm, int]], outcomes: Sequence[OutcomeCount], profile: ArmProfile | None
) -> None:
    """Baseline rows without a production row are not joined, because that would cost a second shuffle."""
    if profile is None:
        return
    joined = sum(count.joined[Arm.BASELINE] + count.duplicates[Arm.BASELINE] for count in outcomes)
    joined_in_window = sum(count.baseline_in_window for count in outcomes)
    lone_in_window = profile.rows_in_window - joined_in_window
    rows[Box.PRODUCTION_MISSING][Arm.BASELINE] += lone_in_window
    rows[Box.OTHER_WINDOW][Arm.BASELINE] += profile.rows - joined - lone_in_window
