"""Lines on standard error: plain, or one JSON object each for collectors of logs."""

import json
import logging
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Final, Literal

from darklaunch.text.credentials import without_credentials
from darklaunch.text.escape import printable
from darklaunch.window import Window

Level = Literal["info", "warning", "error"]

FORMATS: Final = ("plain", "json")


@dataclass(slots=True, kw_only=True)
class Log:
    """The lines that a command writes on standard error, with what it works on.

    Attributes:
        is_json: one JSON object a line.
        launch: its name; None: not known yet.
        stage: the one that began last.
        window: whose end names the run; None: not known yet.
    """

    is_json: bool = False
    launch: str | None = None
    stage: str | None = None
    window: Window | None = None

    def write(self, level: Level, message: str, **more: str) -> None:
        """Writes one line; text of strangers can't break it."""
        if not self.is_json:
            sys.stderr.write(f"darklaunch: {printable(message)}\n")
            return
        now = datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        window, run = None, None
        if self.window is not None:
            window = {"from": self.window.start.isoformat(), "to": self.window.end.isoformat()}
            run = self.window.slug
        about = {"launch": self.launch, "run": run, "stage": self.stage, "window": window}
        # ASCII: whatever a collector takes for a line break is an escape
        sys.stderr.write(json.dumps({"time": now, "level": level, **about, "message": message, **more}) + "\n")

    def write_bug(self, error: BaseException) -> None:
        """Writes an error that nobody expected, with its traceback."""
        name = type(error).__name__
        self.write("error", f"{name}: {error}", traceback="".join(traceback.format_exception(error)))

    @contextmanager
    def of_libraries(self) -> Iterator[None]:
        """Writes what libraries warn of as lines of JSON too, unless they have a logger of their own."""
        if not self.is_json:
            yield
            return
        handler = _Lines(self)
        logging.getLogger().addHandler(handler)
        logging.captureWarnings(capture=True)
        try:
            yield
        finally:
            logging.captureWarnings(capture=False)
            logging.getLogger().removeHandler(handler)


class _Lines(logging.Handler):
    def __init__(self, log: Log) -> None:
        super().__init__(logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        """Writes a record of Python's own logging."""
        level: Level = "error" if record.levelno >= logging.ERROR else "warning"
        self._log.write(level, without_credentials(self.format(record)), logger=record.name)
