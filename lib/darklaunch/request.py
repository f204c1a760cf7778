"""What a command was asked to do."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from darklaunch.config.settings.model import Settings
from darklaunch.window import Window


def silent(stage: str) -> None:
    """Listens to stages and says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One run to make, or one stage of it.

    Attributes:
        settings: the whole configuration.
        out: the folder under which launches lie.
        today: the day on which the command runs; rules may have expired on it.
        window: the window to take in; None: the whole log, or for later stages the newest run.
        stage: called with the name of each stage as it begins.
    """

    settings: Settings
    out: Path
    today: date
    window: Window | None = None
    stage: Callable[[str], None] = silent
