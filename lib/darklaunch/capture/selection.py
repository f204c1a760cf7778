"""The selection of rows that a run reads from the capture log."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from darklaunch.window import Window

LATE_REACH: Final = timedelta(hours=1)
"""Answers so long after a window are read, so that a late one is told from one that is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The rows of the log that a run reads.

    Attributes:
        window: by the time of the production row.
        max_pair_gap: how far apart in time two rows of one request may lie.
        production_release: the only production release that is good; None: any.
        shadow_release: the only shadow release that is good; None: any.
        templates: (template, name) of endpoints for rows that have none.
        minimum_sample_rate: a row sampled more rarely stands for too many to be good.
    """

    window: Window
    max_pair_gap: timedelta
    production_release: str | None = None
    shadow_release: str | None = None
    templates: tuple[tuple[str, str], ...] = ()
    minimum_sample_rate: float = 0.0

    @property
    def reach(self) -> timedelta:
        """The distance from the window within which a row of one of its requests is looked for."""
        return max(LATE_REACH, self.max_pair_gap)
