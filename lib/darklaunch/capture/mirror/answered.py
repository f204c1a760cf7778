"""A request that production has answered, and the answer of another arm to its copy."""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from darklaunch.capture.writing.exchange import Headers


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """The answer of one arm, or the reason why there is none.

    Attributes:
        captured_at: when the arm received the request, UTC.
        status: None exactly where there is an error.
        headers: as they came.
        body: as it came, at most as long as the settings allow; None: it was not seen.
        truncated: whether some of the body is missing.
        latency_ms: until its last byte; None: not measured.
        error: ``timeout``, ``connection``, ``protocol`` or ``dropped``.
    """

    captured_at: datetime
    status: int | None = None
    headers: Headers = ()
    body: bytes | None = None
    truncated: bool = False
    latency_ms: float | None = None
    error: str | None = None

    @property
    def age_seconds(self) -> float:
        """How long ago it ended."""
        ended_at = self.captured_at + timedelta(milliseconds=self.latency_ms or 0.0)
        # of two processes' readings of one clock, which somebody may set back
        return max(0.0, (datetime.now(timezone.utc) - ended_at).total_seconds())


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A request with production's answer, as it goes to the mirror.

    Attributes:
        request_id: of the rows.
        method: such as ``GET``.
        path: raw, percent-encoded.
        query: raw; None: there was no ``?``.
        headers: of the request, as they came.
        body: of the request; None: not all of it was seen, so there is nothing to copy.
        route: the name of the endpoint without its method; None: not known.
        unit_id: hidden already.
        attributes: to slice by.
        sample_rate: with which it was sampled.
        production: the answer.
        within: whether production was observed inside of its server, which adds headers afterwards.
    """

    request_id: str
    method: str
    path: str
    query: str | None
    headers: Headers
    body: bytes | None
    route: str | None
    unit_id: str | None
    attributes: Headers
    sample_rate: float
    production: Response
    within: bool
