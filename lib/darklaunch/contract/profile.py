"""The profile of a window's rows before they are paired, and the report of the contract that judges it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from darklaunch.capture.files import SkippedFile


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmProfile:
    """Counts over the rows of one arm that are good (``reason`` None) or break the contract in one way.

    ``requests`` is an estimate, within 1 % or so; every other number is exact.
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
