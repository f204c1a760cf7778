"""Work: what is done with each bucket of a window; frozen values, which travel to the workers."""

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from darklaunch.capture.arm import Arm
from darklaunch.capture.selection import Selection
from darklaunch.contract import rows as contract_rows
from darklaunch.contract.profile import ArmProfile
from darklaunch.diff.comparers import Comparers
from darklaunch.diff.pairs_table import differences_table
from darklaunch.diff.privacy.masking import Masking
from darklaunch.diff.rules.rule_set import RuleSet
from darklaunch.engine.bucket import COLUMNS, Counting, count_bucket, good_rows, requests_of
from darklaunch.engine.counted import Counted
from darklaunch.evidence.latency.thresholds import LatencyThresholds
from darklaunch.evidence.traffic import traffic_units
from darklaunch.faults.sampling import ResponseSample, sample_responses
from darklaunch.noise.counting import NoiseCounter
from darklaunch.noise.counts import NoiseCounts
from darklaunch.noise.requests import count_noise

_DISTINCT: Final = ("request_id", "unit", *(f"{arm.value}_latency_ms" for arm in Arm))
"""Columns whose values hardly repeat: to look for repetitions takes longer, and leaves larger files."""

Part_co = TypeVar("Part_co", covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """The rows of a bucket.

    Attributes:
        name: names its tables.
        arms: rows by the arm of their folder.
        closed: the units of its hours lie in this bucket alone.
    """

    name: str
    arms: Mapping[str, pa.Table]
    closed: bool


class Work(Protocol[Part_co]):
    """Something to count of every bucket."""

    @property
    def columns(self) -> Sequence[str]:
        """The columns of the log that are read."""

    @property
    def selection(self) -> Selection:
        """The window."""

    def start(self) -> Callable[[Bucket], Part_co]:
        """The function for a worker to call with each of its buckets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileWork:
    """The profile of the rows, for a contract that is checked alone."""

    selection: Selection
    columns: Sequence[str] = contract_rows.COLUMNS

    def start(self) -> Callable[[Bucket], tuple[ArmProfile, ...]]:
        """The function for a worker to call with each of its buckets."""
        return lambda bucket: good_rows(bucket.arms, self.selection).profiles


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareWork:
    """The comparison of a window.

    Attributes:
        selection: the window.
        rules: the written ones, and the learned.
        masking: which values must not be seen.
        folder: where ``pairs/`` and ``differences/`` go.
        thresholds: of latencies; None: they are not judged yet.
        groups: endpoints by the name of their group.
    """

    selection: Selection
    rules: RuleSet
    masking: Masking
    folder: Path
    thresholds: LatencyThresholds | None = None
    groups: Mapping[str, Sequence[str]] = field(default_factory=dict)
    columns: Sequence[str] = COLUMNS

    def start(self) -> Callable[[Bucket], Counted]:
        """The function for a worker to call with each of its buckets."""
        comparers = Comparers(self.rules, self.masking)
        counting = Counting(selection=self.selection, thresholds=self.thresholds, watched=self.rules.watches)

        def compare(bucket: Bucket) -> Counted:
            pairs, counted = count_bucket(bucket.arms, counting, comparers)
            write_part(pairs, self.folder / "pairs", bucket.name)
            write_part(differences_table(pairs), self.folder / "differences", bucket.name)
            return counted.closed(self.groups) if bucket.closed else counted

        return compare


@dataclass(frozen=True, slots=True, kw_only=True)
class NoiseWork:
    """The A/A counts of a window.

    Attributes:
        selection: the window.
        rules: the written ones.
        masking: which names in a path must not be seen.
    """

    selection: Selection
    rules: RuleSet
    masking: Masking
    columns: Sequence[str] = COLUMNS

    def start(self) -> Callable[[Bucket], NoiseCounts | None]:
        """The function for a worker to call with each of its buckets; None: a bucket has no good row of a baseline."""

        def count(bucket: Bucket) -> NoiseCounts | None:
            good = good_rows(bucket.arms, self.selection).rows
            if Arm.BASELINE not in good:
                return None
            return count_noise(requests_of(good, self.selection), NoiseCounter(self.rules, self.masking))

        return count


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultWork:
    """A sample of shadow responses to plant faults in."""

    selection: Selection
    columns: Sequence[str] = COLUMNS

    def start(self) -> Callable[[Bucket], ResponseSample]:
        """The function for a worker to call with each of its buckets."""

        def sample(bucket: Bucket) -> ResponseSample:
            rows = good_rows(bucket.arms, self.selection).rows.get(Arm.SHADOW)
            if rows is None:
                return ResponseSample()
            return sample_responses(rows.append_column("reason", pa.nulls(rows.num_rows, pa.string())))

        return sample


@dataclass(frozen=True, slots=True, kw_only=True)
class TrafficWork:
    """Production's traffic of a window."""

    selection: Selection
    columns: Sequence[str] = COLUMNS

    def start(self) -> Callable[[Bucket], pa.Table]:
        """The function for a worker to call with each of its buckets."""

        def count(bucket: Bucket) -> pa.Table:
            good = good_rows(bucket.arms, self.selection).rows
            production: dict[Arm, pa.Table] = {arm: good[arm] for arm in (Arm.PRODUCTION,) if arm in good}
            return traffic_units(requests_of(production, self.selection))

        return count


def write_part(table: pa.Table, folder: Path, name: str) -> None:
    """Writes a part of a table, whole or not at all; a second attempt replaces the first."""
    if not table.num_rows:
        return
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / f".{name}-{uuid.uuid4().hex}"
    repeating = [path for field in table.schema if field.name not in _DISTINCT for path in _leaves(field)]
    pq.write_table(table, fresh, compression="zstd", compression_level=1, use_dictionary=repeating)
    fresh.replace(folder / f"part-{name}.parquet")


def _leaves(field: pa.Field, above: str = "") -> Iterator[str]:
    """The columns that Parquet makes of a field."""
    path = f"{above}{field.name}"
    if pa.types.is_list(field.type):
        yield from _leaves(field.type.value_field.with_name("element"), f"{path}.list.")
    elif pa.types.is_struct(field.type):
        for child in field.type:
            yield from _leaves(child, f"{path}.")
    else:
        yield path
