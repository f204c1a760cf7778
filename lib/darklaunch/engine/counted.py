"""The counts of some requests, all that a window's comparison comes to beside its tables; they add up."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce

import pyarrow as pa

from darklaunch.capture.sums import add_rows
from darklaunch.contract.profile import ArmProfile, merge_profiles
from darklaunch.diff.window_counts import WindowCounts
from darklaunch.evidence.histograms import histograms, merge_latencies, merge_panels
from darklaunch.evidence.units import EVIDENCE_KEY, UNIT_KEY, unit_patterns


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Counted:
    """The counts of a bucket, or of several.

    Attributes:
        profiles: of the rows of each arm.
        window: for the report.
        units: rows of units that may lie in another bucket too.
        patterns: of units that lie in this bucket alone.
        latencies: histograms by sample rate.
        panel: a sample of each hour's units.
        pairs: rows of the table of pairs.
    """

    profiles: tuple[ArmProfile, ...]
    window: WindowCounts
    units: pa.Table
    patterns: pa.Table
    latencies: pa.Table
    panel: pa.Table
    pairs: int

    def closed(self, groups: Mapping[str, Sequence[str]]) -> "Counted":
        """The same once no other bucket holds requests of its units: a handful of rows instead of one a unit."""
        patterns = add_rows([self.patterns, unit_patterns(self.units, groups)], EVIDENCE_KEY)
        return replace(self, units=self.units.slice(0, 0), patterns=patterns)

    @property
    def histograms(self) -> pa.Table:
        """The latencies as the launch keeps them."""
        return histograms(self.latencies)


def add_counted(parts: Iterable[Counted]) -> Counted:
    """Adds up the counts of buckets that share no request; at least one."""
    every = list(parts)
    return Counted(
        profiles=merge_profiles(profile for part in every for profile in part.profiles),
        window=reduce(WindowCounts.merged, (part.window for part in every)),
        units=add_rows([part.units for part in every], UNIT_KEY),
        patterns=add_rows([part.patterns for part in every], EVIDENCE_KEY),
        latencies=merge_latencies([part.latencies for part in every]),
        panel=merge_panels([part.panel for part in every]),
        pairs=sum(part.pairs for part in every),
    )
