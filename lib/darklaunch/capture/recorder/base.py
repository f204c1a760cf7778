"""What the recorders of ASGI and WSGI services have in common."""

import atexit
from typing import Generic, TypeVar

from darklaunch.capture.mirror.counts import MirrorCounts
from darklaunch.capture.mirror.engine import Mirror
from darklaunch.capture.mirror.settings import MirrorSettings

App = TypeVar("App")


class Recorder(Generic[App]):
    """An application that is another one, mirrored and recorded."""

    def __init__(self, app: App, settings: MirrorSettings) -> None:
        """Wraps an application; rows are flushed when the process ends in an orderly way.

        Args:
            app: the application.
            settings: all that the mirror is told.

        Raises:
            UsageError: the log's folder is no path or URI that can be opened.
        """
        self._app = app
        self._mirror = Mirror(settings, within=True)
        atexit.register(self._mirror.close)

    @property
    def counts(self) -> MirrorCounts:
        """What was recorded so far."""
        return self._mirror.counts

    def close(self) -> None:
        """Flushes; nothing is recorded afterwards."""
        self._mirror.close()
