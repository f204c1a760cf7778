"""The few numbers of each arm that are judged, made from the profile."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from darklaunch.capture.arm import ARMS
from darklaunch.contract.profile import ArmProfile, good_profile

LOG: Final = "log"
CHOSEN: Final = "other_release"
"""Rows that the settings told to leave out; they break nothing, so they count neither as good nor as set apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """The measures of one arm, or of the whole log; shares are in [0, 1], None where there are no such rows.

    Attributes:
        arm: production, shadow, baseline, or log for all rows whatever their arm.
        rows: good rows that can enter the run; for production and the log those of the window only.
        good: the arm's good rows, also just outside the window: what the arm's shares are of; 0 for the log.
        quarantined: rows of the window that break the contract, by reason.
        quarantined_share: of all rows of the window.
        requests: distinct good requests.
        releases: (arm, release) of the good rows; those of baseline stand with production too, as it must be the same.
    """

    arm: str
    rows: int
    good: int
    quarantined: tuple[tuple[str, int], ...]
    quarantined_share: float | None
    requests: int = 0
    duplicate_share: float | None = None
    error_share: float | None = None
    truncated_share: float | None = None
    null_unit_share: float | None = None
    other_request_share: float | None = None
    minimum_status: int | None = None
    maximum_status: int | None = None
    first_captured_at: datetime | None = None
    last_captured_at: datetime | None = None
    releases: tuple[tuple[str, str], ...] = ()

    @property
    def distinct_releases(self) -> tuple[str, ...]:
        """The releases, each once, sorted."""
        return tuple(sorted({release for _, release in self.releases}))


def measure(profiles: Sequence[ArmProfile]) -> tuple[Measures, ...]:
    """The measures of the log, production, shadow, and of baseline where it has rows; in this order."""
    arms = [_measure_arm(profiles, arm) for arm in ARMS]
    present = [each for each in arms if each.arm != "baseline" or each.good or each.quarantined]
    return (_measure_log(profiles), *present)


def _measure_log(profiles: Sequence[ArmProfile]) -> Measures:
    rows = sum(profile.rows_in_window for profile in profiles if profile.reason != CHOSEN)
    quarantined = _reasons(profiles)
    count = sum(number for _, number in quarantined)
    return Measures(arm=LOG, rows=rows - count, good=0, quarantined=quarantined, quarantined_share=_share(count, rows))


def _measure_arm(profiles: Sequence[ArmProfile], arm: str) -> Measures:
    own = [profile for profile in profiles if profile.arm == arm]
    quarantined, good = _reasons(own), good_profile(own, arm)
    count = sum(number for _, number in quarantined)
    if good is None:
        return Measures(arm=arm, rows=0, good=0, quarantined=quarantined, quarantined_share=_share(count, count))
    return Measures(
        arm=arm,
        # the copy of a request may well arrive after the window that its production row lies in
        rows=good.rows_in_window if arm == "production" else good.rows,
        good=good.rows,
        quarantined=quarantined,
        quarantined_share=_share(count, count + good.rows_in_window),
        requests=good.requests,
        duplicate_share=_share(good.rows - good.requests, good.rows),
        error_share=_share(good.errors, good.rows),
        truncated_share=_share(good.truncated, good.rows),
        null_unit_share=_share(good.null_units, good.rows),
        other_request_share=_share(good.other_requests, good.rows),
        minimum_status=good.minimum_status,
        maximum_status=good.maximum_status,
        first_captured_at=good.first_captured_at,
        last_captured_at=good.last_captured_at,
        releases=_releases(profiles, arm),
    )


def _reasons(profiles: Sequence[ArmProfile]) -> tuple[tuple[str, int], ...]:
    counts: Counter[str] = Counter()
    for profile in profiles:
        if profile.reason is not None and profile.reason != CHOSEN and profile.rows_in_window:
            counts[profile.reason] += profile.rows_in_window
    return tuple(sorted(counts.items(), key=lambda each: (-each[1], each[0])))


def _releases(profiles: Sequence[ArmProfile], arm: str) -> tuple[tuple[str, str], ...]:
    together = ("production", "baseline") if arm == "production" else (arm,)
    profiled = [(each, good_profile(profiles, each)) for each in together]
    return tuple((each, release) for each, profile in profiled if profile is not None for release in profile.releases)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
