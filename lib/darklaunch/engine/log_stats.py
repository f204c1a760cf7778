"""Statistics of a capture log: what it holds, and how much of it pairs; counts that add up over buckets."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from darklaunch.capture.arm import Arm
from darklaunch.capture.selection import Selection
from darklaunch.contract.profile import ArmProfile, merge_profiles
from darklaunch.engine.bucket import COLUMNS, good_rows, requests_of
from darklaunch.engine.work import Bucket
from darklaunch.pair.outcome import Outcome
from darklaunch.pair.requests import OUTCOMES, Requests


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmSizes:
    """Sizes and sampling of the good rows of one arm.

    Attributes:
        rows: in and around the window.
        bodies: that are there.
        body_bytes: of all of them, as they were received.
        largest_body_bytes: of one.
        least_sample_rate: of a row; None: there is none.
        largest_sample_rate: of a row.
        errors: rows without a response, by the error.
    """

    rows: int = 0
    bodies: int = 0
    body_bytes: int = 0
    largest_body_bytes: int = 0
    least_sample_rate: float | None = None
    largest_sample_rate: float | None = None
    errors: Counter[str] = field(default_factory=Counter)

    def merged(self, other: "ArmSizes") -> "ArmSizes":
        """The sizes of both."""
        least = [rate for rate in (self.least_sample_rate, other.least_sample_rate) if rate is not None]
        largest = [rate for rate in (self.largest_sample_rate, other.largest_sample_rate) if rate is not None]
        return ArmSizes(
            rows=self.rows + other.rows,
            bodies=self.bodies + other.bodies,
            body_bytes=self.body_bytes + other.body_bytes,
            largest_body_bytes=max(self.largest_body_bytes, other.largest_body_bytes),
            least_sample_rate=min(least, default=None),
            largest_sample_rate=max(largest, default=None),
            errors=self.errors + other.errors,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LogStats:
    """Counts over some requests and their rows.

    Attributes:
        profiles: of the rows, by arm and by what breaks the contract.
        outcomes: requests of the window, by how they pair.
        endpoints: requests of the window, by endpoint.
        paired_endpoints: those of them that have two answers to compare.
        sizes: by arm.
    """

    profiles: tuple[ArmProfile, ...] = ()
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    endpoints: Counter[str] = field(default_factory=Counter)
    paired_endpoints: Counter[str] = field(default_factory=Counter)
    sizes: Mapping[Arm, ArmSizes] = field(default_factory=dict)

    def merged(self, other: "LogStats") -> "LogStats":
        """The counts of both, which share no request."""
        arms = [arm for arm in Arm if arm in self.sizes or arm in other.sizes]
        return LogStats(
            profiles=merge_profiles((*self.profiles, *other.profiles)),
            outcomes=self.outcomes + other.outcomes,
            endpoints=self.endpoints + other.endpoints,
            paired_endpoints=self.paired_endpoints + other.paired_endpoints,
            sizes={arm: self.sizes.get(arm, ArmSizes()).merged(other.sizes.get(arm, ArmSizes())) for arm in arms},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LogStatsWork:
    """The statistics of a window."""

    selection: Selection
    columns: Sequence[str] = COLUMNS

    def start(self) -> Callable[[Bucket], LogStats]:
        """The function for a worker to call with each of its buckets."""

        def count(bucket: Bucket) -> LogStats:
            good = good_rows(bucket.arms, self.selection)
            counted = LogStats(
                profiles=good.profiles, sizes={arm: _sizes(good.rows[arm]) for arm in Arm if arm in good.rows}
            )
            return counted.merged(_pairing(requests_of(good.rows, self.selection))) if good.rows else counted

        return count


def add_stats(parts: Iterable[LogStats]) -> LogStats:
    """The statistics of all buckets."""
    return reduce(LogStats.merged, parts, LogStats())


def _sizes(rows: pa.Table) -> ArmSizes:
    lengths = pc.binary_length(rows["body"])
    rates = pc.min_max(rows["sample_rate"]).as_py()
    errors = pc.value_counts(rows["error"].drop_null()).to_pylist()
    return ArmSizes(
        rows=rows.num_rows,
        bodies=rows.num_rows - rows["body"].null_count,
        body_bytes=pc.sum(lengths).as_py() or 0,
        largest_body_bytes=pc.max(lengths).as_py() or 0,
        least_sample_rate=rates["min"],
        largest_sample_rate=rates["max"],
        errors=Counter({each["values"]: each["counts"] for each in errors}),
    )


def _pairing(requests: Requests) -> LogStats:
    counts = np.bincount(requests.outcome, minlength=len(OUTCOMES)).tolist()
    inside = requests.outcome != OUTCOMES.index(Outcome.OTHER_WINDOW)
    names = requests.first("endpoint")
    return LogStats(
        outcomes=Counter({outcome: count for outcome, count in zip(OUTCOMES, counts, strict=True) if count}),
        endpoints=_counts(names.filter(pa.array(inside))),
        paired_endpoints=_counts(names.filter(pa.array(requests.paired))),
    )


def _counts(names: pa.Array) -> Counter[str]:
    return Counter({each["values"]: each["counts"] for each in pc.value_counts(names).to_pylist()})
