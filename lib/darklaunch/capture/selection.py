"""capture: the rows of one window, each with what breaks the contract about it."""

from dataclasses import dataclass
from datetime import timedelta

from darklaunch.window import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which rows of the log a run takes in.

    Attributes:
        window: by the time of the production row.
        late_grace: how long after the window a shadow or baseline row may come.
        max_pair_gap: how far apart in time two rows of one request may lie.
        production_release: the only production release taken; None: any.
        shadow_release: the only shadow release taken; None: any.
        templates: (template, name) of endpoints for rows that have none.
    """

    window: Window
    late_grace: timedelta
    max_pair_gap: timedelta
    production_release: str | None = None
    shadow_release: str | None = None
    templates: tuple[tuple[str, str], ...] = ()

    @property
    def reach(self) -> timedelta:
        """How far from the window a row of one of its requests may lie."""
        return max(self.late_grace, self.max_pair_gap)
