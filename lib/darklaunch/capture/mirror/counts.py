"""Counts of what the mirror did: of every arm, the written and the lost rows add up to the sampled requests."""

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from darklaunch.capture.arm import Arm


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorCounts:
    """What the mirror did so far.

    Attributes:
        sampled: requests that were drawn and may be mirrored.
        unsafe: requests that were left out because of their method.
        written: rows by arm; a file in the making holds the last of them.
        dropped: of the written rows, those that say ``error: dropped``.
        lost: rows by arm that were not written: no memory was left, or the log can't be written.
        failures: faults of the recorder itself; none of them reached a user.
    """

    sampled: int
    unsafe: int
    written: Mapping[Arm, int]
    dropped: Mapping[Arm, int]
    lost: Mapping[Arm, int]
    failures: int

    def __str__(self) -> str:
        """The counts as one paragraph."""
        arms = ", ".join(
            f"{arm.value} {self.written[arm]:,} rows ({self.dropped[arm]:,} dropped, {self.lost[arm]:,} only counted)"
            for arm in Arm
            if self.written[arm] or self.lost[arm]
        )
        return (
            f"{self.sampled:,} requests sampled, {self.unsafe:,} left out for their method; {arms or 'nothing written'}"
        )

    def as_dict(self) -> dict[str, object]:
        """The counts under their names, as JSON takes them."""
        arms = {
            name: {arm.value: count for arm, count in getattr(self, name).items()}
            for name in ("written", "dropped", "lost")
        }
        return {"sampled": self.sampled, "unsafe": self.unsafe, **arms, "failures": self.failures}


class Counting:
    """The counts in the making, from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[str | tuple[str, Arm]] = Counter()

    def include(self, counts: MirrorCounts) -> None:
        """Adds all of those counts."""
        with self._lock:
            for what in ("sampled", "unsafe", "failures"):
                self._counts[what] += getattr(counts, what)
            for what in ("written", "dropped", "lost"):
                for arm, count in getattr(counts, what).items():
                    self._counts[what, arm] += count

    def add(self, what: str, arm: Arm | None = None, count: int = 1) -> None:
        """Counts one more of an attribute of ``MirrorCounts``."""
        with self._lock:
            self._counts[what if arm is None else (what, arm)] += count

    def so_far(self) -> MirrorCounts:
        """The counts at this moment."""
        with self._lock:
            counts = self._counts.copy()
        by_arm = {what: {arm: counts[what, arm] for arm in Arm} for what in ("written", "dropped", "lost")}
        return MirrorCounts(sampled=counts["sampled"], unsafe=counts["unsafe"], failures=counts["failures"], **by_arm)
