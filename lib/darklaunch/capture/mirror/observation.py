"""One request while it is answered: what came and went, within the mirror's memory."""

import time
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Final

from darklaunch.capture.mirror.answered import Answered, Response
from darklaunch.capture.mirror.budget import Budget
from darklaunch.capture.mirror.hops import has_no_body
from darklaunch.capture.writing.exchange import Headers

_OWN_BYTES: Final = 2048


class Observation:
    """A request that may be sampled, from its first byte to the last of its answer.

    Nothing here waits, and nothing is raised. Where the memory is used up it holds nothing more, and in the end the
    request is only counted.

    Attributes:
        route: the name of the endpoint without its method, as far as it is known.
    """

    def __init__(
        self,
        *,
        request: tuple[str, str, str | None, Headers],
        ids: tuple[str, str | None, float],
        attributes: Headers,
        route: str | None,
        budget: Budget,
        body_bytes: int,
        within: bool,
        submit: Callable[["Observation"], None],
    ) -> None:
        """Begins with the head of the request.

        Args:
            request: method, raw path, raw query and headers.
            ids: of the request, of its unit, and its draw.
            attributes: to slice by.
            route: see above.
            budget: to take memory from.
            body_bytes: a longer body is cut.
            within: whether production is observed inside of its server.
            submit: takes the finished observation.
        """
        self.route = route
        self.method, self._path, self._query, self._headers = request
        self._request_id, self._unit_id, self.draw = ids
        self._attributes = attributes
        self._budget, self._body_bytes, self._submit = budget, body_bytes, submit
        self._within = within
        self._started = time.perf_counter()
        self._captured_at = datetime.now(timezone.utc)
        self._sent: list[bytes] = []
        self._sent_bytes, self._sent_whole = 0, has_no_body(self._headers)
        self._status: int | None = None
        self._response_headers: Headers = ()
        self._body: list[bytes] = []
        self._body_size, self._truncated = 0, False
        self._error: str | None = None
        self._latency_ms = 0.0
        self._finished = False
        self.held_bytes = 0
        self.overflowed = False
        self._hold(_OWN_BYTES + 3 * sum(len(name) + len(value) + 120 for name, value in self._headers))

    def sent(self, chunk: bytes, *, last: bool) -> None:
        """Takes in a part of the request's body."""
        self._sent_bytes += len(chunk)
        if chunk and self._sent_bytes <= self._body_bytes and self._hold(len(chunk)):
            self._sent.append(bytes(chunk))
        self._sent_whole = last and self._sent_bytes <= self._body_bytes

    def answered(self, status: int, headers: Headers) -> None:
        """Takes in the head of the answer."""
        self._status, self._response_headers = status, headers
        self._hold(sum(len(name) + len(value) + 120 for name, value in headers))

    def received(self, chunk: bytes) -> None:
        """Takes in a part of the answer's body."""
        room = self._body_bytes - self._body_size
        if len(chunk) > room:
            self._truncated, chunk = True, chunk[:room]
        if chunk and self._hold(len(chunk)):
            self._body.append(bytes(chunk))
            self._body_size += len(chunk)

    def unseen(self) -> None:
        """Notes that the body went by another way."""
        self._truncated = True

    def finish(self, error: str | None = None) -> None:
        """Ends the observation, once; with an error where the answer never became whole."""
        if self._finished:
            return
        self._finished = True
        self._latency_ms = (time.perf_counter() - self._started) * 1000
        self._error = error if error is not None or self._status is not None else "connection"
        self._submit(self)

    def release(self) -> None:
        """Gives the memory back."""
        self._budget.give(self.held_bytes)
        self.held_bytes = 0
        self._sent, self._body = [], []

    def result(self, sample_rate: float) -> Answered:
        """The whole, with the rate it was sampled with."""
        failed = self._error is not None
        return Answered(
            request_id=self._request_id,
            method=self.method,
            path=self._path,
            query=self._query,
            headers=self._headers,
            body=b"".join(self._sent) if self._sent_whole else None,
            route=self.route,
            unit_id=self._unit_id,
            attributes=self._attributes,
            sample_rate=sample_rate,
            production=Response(
                captured_at=self._captured_at,
                status=None if failed else self._status,
                headers=() if failed else self._response_headers,
                body=None if failed else b"".join(self._body),
                truncated=self._truncated and not failed,
                latency_ms=self._latency_ms,
                error=self._error,
            ),
            within=self._within,
        )

    def _hold(self, size_bytes: int) -> bool:
        if self.overflowed or not self._budget.take(size_bytes):
            self.overflowed = True
            return False
        self.held_bytes += size_bytes
        return True
