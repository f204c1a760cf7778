"""The profile of a window's rows before they are paired, and the report of the contract that judges it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

from darklaunch.capture.files import SkippedFile

UNVERSIONED: Final = "unversioned"
"""The release of rows that name none."""

T = TypeVar("T", int, float, datetime)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmProfile:
    """Counts over the rows of one arm that are good (``reason`` None) or break the contract in one way.

    Attributes:
        arm: the arm; a stranger's word where it is none of the three.
        reason: what breaks the contract; None: the rows are good.
        rows: of the window, and of its surroundings where they are good.
        rows_in_window: of these, those in the window.
        requests: distinct request ids.
        errors: rows without a response.
        truncated: rows whose body the recorder cut.
        null_units: rows that name no session.
        null_latencies: rows without a latency.
        first_captured_at: the earliest moment of the good rows.
        last_captured_at: the latest.
        minimum_sample_rate: the smallest rate.
        minimum_status: the smallest status.
        maximum_status: the largest status.
        releases: each once, sorted.
        other_requests: rows that name another method or path than production's rows of the same id.
        ids_of_another_case: rows without one of production that would have one if the case of ids were ignored.
    """

    arm: str | None
    reason: str | None
    rows: int
    rows_in_window: int
    requests: int
    errors: int
    truncated: int
    null_units: int
    null_latencies: int
    first_captured_at: datetime | None
    last_captured_at: datetime | None
    minimum_sample_rate: float | None
    minimum_status: int | None
    maximum_status: int | None
    releases: list[str]
    other_requests: int = 0
    ids_of_another_case: int = 0

    def merged(self, other: "ArmProfile") -> "ArmProfile":
        """The profile of the rows of both, which share no request id."""
        return ArmProfile(
            arm=self.arm,
            reason=self.reason,
            rows=self.rows + other.rows,
            rows_in_window=self.rows_in_window + other.rows_in_window,
            requests=self.requests + other.requests,
            errors=self.errors + other.errors,
            truncated=self.truncated + other.truncated,
            null_units=self.null_units + other.null_units,
            null_latencies=self.null_latencies + other.null_latencies,
            first_captured_at=_of_both(min, self.first_captured_at, other.first_captured_at),
            last_captured_at=_of_both(max, self.last_captured_at, other.last_captured_at),
            minimum_sample_rate=_of_both(min, self.minimum_sample_rate, other.minimum_sample_rate),
            minimum_status=_of_both(min, self.minimum_status, other.minimum_status),
            maximum_status=_of_both(max, self.maximum_status, other.maximum_status),
            releases=sorted({*self.releases, *other.releases}),
            other_requests=self.other_requests + other.other_requests,
            ids_of_another_case=self.ids_of_another_case + other.ids_of_another_case,
        )


def merge_profiles(profiles: Iterable[ArmProfile]) -> tuple[ArmProfile, ...]:
    """Adds up profiles of the same arm and reason, in the order of these; no request id stands in two of them."""
    merged: dict[tuple[str, str], ArmProfile] = {}
    for profile in profiles:
        key = (profile.arm or "", profile.reason or "")
        merged[key] = merged[key].merged(profile) if key in merged else profile
    return tuple(merged[key] for key in sorted(merged))


def _of_both(extreme: Callable[[T, T], T], first: T | None, second: T | None) -> T | None:
    if first is None or second is None:
        return second if first is None else first
    return extreme(first, second)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """Rows of one arm that were set apart for one reason."""

    arm: str
    reason: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """One judgement on the profile.

    Attributes:
        arm: whose profile; ``log`` for all arms together.
        expectation: what was judged, in words.
        found: the measured value, in words.
        wanted: what it should have been, in words.
        success: whether it was so.
    """

    arm: str
    expectation: str
    found: str
    wanted: str
    success: bool


def good_profile(profiles: Iterable[ArmProfile], arm: str) -> ArmProfile | None:
    """The profile of the good rows of an arm; None where it has none."""
    return next((p for p in profiles if p.arm == arm and p.reason is None), None)


def quarantined(profiles: Iterable[ArmProfile]) -> list[Quarantined]:
    """The rows that were set apart, most first."""
    counts = [
        Quarantined(arm=p.arm or "unknown", reason=p.reason, rows=p.rows) for p in profiles if p.reason is not None
    ]
    return sorted(counts, key=lambda q: (-q.rows, q.arm, q.reason))


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractReport:
    """The outcome of checking a capture log against its contract.

    Attributes:
        success: every expectation was met.
        expectations: each of them in words.
        corrupt_files: data files that could not be read.
    """

    success: bool
    expectations: tuple[Expectation, ...]
    corrupt_files: tuple[SkippedFile, ...]
