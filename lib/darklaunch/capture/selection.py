"""The selection of rows that a run reads from the capture log."""

from dataclasses import dataclass
from datetime import timedelta

from darklaunch.window import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The rows of the log that a run reads.

    Attributes:
        window: by the time of the production row.
        max_pair_gap: how far apart in time two rows of one request may lie; rows so far around the window are read too.
        production_release: the only production release that is good; None: any.
        shadow_release: the only shadow release that is good; None: any.
        templates: (template, name) of endpoints for rows that have none.
    """

    window: Window
    max_pair_gap: timedelta
    production_release: str | None = None
    shadow_release: str | None = None
    templates: tuple[tuple[str, str], ...] = ()
