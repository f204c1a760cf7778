"""The circuit breaker of one arm."""

from collections.abc import Callable


class Breaker:
    """Keeps copies from an arm that does not answer.

    It opens after some failures in a row; when its time is over one copy tries, and decides for the others.
    """

    def __init__(self, failures: int, seconds: float, clock: Callable[[], float]) -> None:
        self._most, self._seconds, self._clock = failures, seconds, clock
        self._failures = 0
        self._opened: float | None = None

    def lets_through(self) -> bool:
        """Whether a copy may go out; of an open breaker whose time is over, one may."""
        if self._opened is None:
            return True
        if self._clock() - self._opened < self._seconds:
            return False
        # the next one waits as long again, unless this one succeeds
        self._opened = self._clock()
        return True

    def succeeded(self) -> None:
        """Takes note of an answer."""
        self._failures, self._opened = 0, None

    def failed(self) -> None:
        """Takes note of a copy without an answer."""
        self._failures += 1
        if self._failures >= self._most:
            self._opened = self._clock()
