"""The contract row by row: the first thing that breaks it, and the profile of each arm's rows."""

from datetime import datetime
from enum import Enum
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from darklaunch.capture.arm import ARMS, Arm
from darklaunch.capture.flags import flags, valid
from darklaunch.capture.selection import Selection
from darklaunch.contract.profile import UNVERSIONED, ArmProfile
from darklaunch.stats.arrays import BoolArray

COLUMNS: Final = (
    "request_id",
    "captured_at",
    "method",
    "path",
    "endpoint",
    "status",
    "body_truncated",
    "latency_ms",
    "error",
    "sample_rate",
    "unit_id",
    "release",
)
"""The columns that decide whether a row keeps the contract, and that are profiled."""


class Breach(str, Enum):
    """A thing that breaks the contract, in the order in which they are looked for."""

    UNKNOWN_ARM = "unknown_arm"
    NULL_REQUEST_ID = "null_request_id"
    IMPOSSIBLE_TIME = "impossible_time"
    NULL_COLUMN = "null_column"
    BAD_SAMPLE_RATE = "bad_sample_rate"
    RARE_SAMPLE_RATE = "sample_rate_below_minimum"
    STATUS_WITH_ERROR = "status_with_error"
    NO_STATUS_NO_ERROR = "no_status_no_error"
    BAD_STATUS = "bad_status"
    BAD_LATENCY = "bad_latency"
    OTHER_RELEASE = "other_release"


_BREACHES: Final = tuple(Breach)
_GOOD: Final = -1

Codes = npt.NDArray[np.int8]


def breaches(rows: pa.Table, arm: str, selection: Selection) -> Codes:
    """Finds what breaks the contract in each row.

    Args:
        rows: what ``rows_around`` returns, of one arm.
        arm: the arm.
        selection: with the releases that are good.

    Returns:
        The place of the first ``Breach``, -1 for a good row; shape (rows,).
    """
    masks = {
        Breach.UNKNOWN_ARM: np.full(rows.num_rows, arm not in ARMS),
        Breach.NULL_REQUEST_ID: _blank(rows["request_id"]),
        Breach.IMPOSSIBLE_TIME: ~rows["possible_time"].to_numpy(),
        Breach.NULL_COLUMN: _null(rows["method"]) | _null(rows["path"]) | _null(rows["body_truncated"]),
        Breach.BAD_SAMPLE_RATE: ~_within(rows["sample_rate"], above=0.0, most=1.0),
        Breach.RARE_SAMPLE_RATE: flags(pc.less(rows["sample_rate"], selection.minimum_sample_rate)),
        Breach.STATUS_WITH_ERROR: ~_null(rows["status"]) & ~_null(rows["error"]),
        Breach.NO_STATUS_NO_ERROR: _null(rows["status"]) & _null(rows["error"]),
        Breach.BAD_STATUS: ~_null(rows["status"]) & ~_within(rows["status"], above=99, most=599),
        Breach.BAD_LATENCY: ~_null(rows["latency_ms"]) & ~_finite(rows["latency_ms"]),
        Breach.OTHER_RELEASE: _other_release(rows["release"], arm, selection),
    }
    codes = np.full(rows.num_rows, _GOOD, np.int8)
    for breach, mask in reversed(masks.items()):
        codes[mask] = _BREACHES.index(breach)
    return codes


def is_broken(codes: Codes) -> BoolArray:
    """Whether rows break the contract, those apart that the settings left out by their release."""
    broken: BoolArray = (codes != _GOOD) & (codes != _BREACHES.index(Breach.OTHER_RELEASE))
    return broken


def profile(rows: pa.Table, codes: Codes, arm: str) -> list[ArmProfile]:
    """Counts the rows of one arm: the good ones, and those of the window that break the contract in each way.

    Args:
        rows: what ``rows_around`` returns, of one arm.
        codes: what ``breaches`` returns.
        arm: the arm.
    """
    inside = rows["in_window"].to_numpy()
    profiles = []
    for code in np.unique(codes).tolist():
        # another window counts the broken rows outside of this one
        chosen = (codes == code) & (inside if code != _GOOD else True)
        if chosen.any():
            some = rows if chosen.all() else rows.filter(pa.array(chosen))
            profiles.append(_profile(some, arm, None if code == _GOOD else _BREACHES[code].value))
    return profiles


def _profile(rows: pa.Table, arm: str, reason: str | None) -> ArmProfile:
    statuses = pc.min_max(rows["status"]).as_py()
    # a row of an impossible time may hold a moment that no calendar has
    first, last = _extremes(rows["captured_at"]) if reason is None else (None, None)
    releases = pc.fill_null(pc.unique(rows["release"]), UNVERSIONED).to_pylist()
    return ArmProfile(
        arm=arm,
        reason=reason,
        rows=rows.num_rows,
        rows_in_window=int(rows["in_window"].to_numpy().sum()),
        requests=pc.count_distinct(rows["request_id"]).as_py(),
        errors=rows.num_rows - rows["error"].null_count,
        truncated=pc.sum(rows["body_truncated"]).as_py() or 0,
        null_units=rows["unit_id"].null_count,
        null_latencies=rows["latency_ms"].null_count,
        first_captured_at=first,
        last_captured_at=last,
        minimum_sample_rate=pc.min(rows["sample_rate"]).as_py(),
        minimum_status=statuses["min"],
        maximum_status=statuses["max"],
        releases=sorted(set(releases)),
    )


def _extremes(moments: pa.ChunkedArray) -> tuple[datetime, datetime]:
    extremes = pc.min_max(moments)
    return extremes["min"].as_py(), extremes["max"].as_py()


def _null(column: pa.ChunkedArray) -> BoolArray:
    return ~valid(column)


def _blank(ids: pa.ChunkedArray) -> BoolArray:
    return _null(ids) | flags(pc.equal(pc.binary_length(pc.utf8_trim_whitespace(ids)), 0))


def _within(column: pa.ChunkedArray, *, above: float, most: float) -> BoolArray:
    return flags(pc.and_(pc.greater(column, above), pc.less_equal(column, most)))


def _finite(column: pa.ChunkedArray) -> BoolArray:
    return flags(pc.and_(pc.greater_equal(column, 0.0), pc.is_finite(column)))


def _other_release(releases: pa.ChunkedArray, arm: str, selection: Selection) -> BoolArray:
    wanted = selection.shadow_release if arm == Arm.SHADOW.value else selection.production_release
    if wanted is None or arm not in ARMS:
        return np.zeros(len(releases), bool)
    return flags(pc.not_equal(pc.fill_null(releases, UNVERSIONED), wanted))
