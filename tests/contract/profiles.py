"""Profiles of rows, sound where nothing else is asked for."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone

from darklaunch.contract.profile import ArmProfile

START = datetime(2026, 3, 2, 14, tzinfo=timezone.utc)


def profile(arm: str | None, **changes: object) -> ArmProfile:
    sound = ArmProfile(
        arm=arm,
        reason=None,
        rows=1000,
        rows_in_window=1000,
        requests=1000,
        errors=0,
        truncated=0,
        null_units=0,
        null_latencies=0,
        first_captured_at=START,
        last_captured_at=START + timedelta(minutes=59),
        minimum_sample_rate=0.5,
        minimum_status=200,
        maximum_status=503,
        releases=["2.0" if arm == "shadow" else "1.0"],
    )
    return replace(sound, **changes)


def profile_of(arm: str | None, rows: int, reason: str | None = None) -> ArmProfile:
    """So many rows of an arm: good ones, or such as break the contract for a reason."""
    return profile(arm, reason=reason, rows=rows, rows_in_window=rows, requests=rows)
