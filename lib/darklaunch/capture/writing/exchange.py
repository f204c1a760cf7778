"""One row of the capture log as a value that keeps the contract."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Final, TypeAlias

from darklaunch.text.escape import quoted

Headers: TypeAlias = tuple[tuple[str, str], ...]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=timezone.utc)
_END: Final = datetime(3000, 1, 1, tzinfo=timezone.utc)
_STATUSES: Final = range(100, 600)
_ROW_BYTES: Final = 200
_HEADER_BYTES: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One HTTP exchange as one arm saw it; the attributes are the columns of the contract.

    Attributes:
        request_id: correlation id, the same in every arm.
        captured_at: when this arm received the request, UTC.
        method: such as ``GET``.
        path: raw path, percent-encoded, without the query.
        body_truncated: whether the recorder cut the body.
        query: raw query string without ``?``.
        endpoint: route template such as ``/users/{id}``; None: to be derived from the path.
        request_headers: (name, value) in order, repeated names kept; None: not recorded.
        request_body: as it was sent.
        status: of the response; None exactly where there is an error.
        response_headers: as ``request_headers``.
        body: of the response, still encoded where ``content-encoding`` says so.
        latency_ms: from request received to last byte sent, on this arm's clock.
        error: why there is no response: ``timeout``, ``connection``, ``dropped``, ...
        sample_rate: probability in (0, 1] with which this request was sampled.
        unit_id: the hashed user, session or tenant.
        release: of the arm that answered.
        attributes: (name, value) of request attributes to slice by, each name once; None: none recorded.

    Raises:
        ValueError: a value breaks the contract, or UTF-8 can't hold a text.
    """

    request_id: str
    captured_at: datetime
    method: str
    path: str
    body_truncated: bool
    query: str | None = None
    endpoint: str | None = None
    request_headers: Headers | None = None
    request_body: bytes | None = None
    status: int | None = None
    response_headers: Headers | None = None
    body: bytes | None = None
    latency_ms: float | None = None
    error: str | None = None
    sample_rate: float = 1.0
    unit_id: str | None = None
    release: str | None = None
    attributes: Headers | None = None

    def __post_init__(self) -> None:
        self._check_texts()
        if self.captured_at.utcoffset() != timedelta(0) or not _EPOCH <= self.captured_at < _END:
            raise ValueError(f"captured_at: found {self.captured_at.isoformat()}, wanted UTC, from 1970 to 2999")
        if (self.status is None) == (self.error is None):
            raise ValueError(f"status: found {self.status} with error {self.error!r}, wanted exactly one of them")
        if self.status is not None and self.status not in _STATUSES:
            raise ValueError(f"status: found {self.status}, wanted 100 to 599")
        if self.latency_ms is not None and not (self.latency_ms >= 0 and math.isfinite(self.latency_ms)):
            raise ValueError(f"latency_ms: found {self.latency_ms}, wanted a number of at least 0")
        if not 0 < self.sample_rate <= 1:
            raise ValueError(f"sample_rate: found {self.sample_rate}, wanted a number above 0 and at most 1")

    def _check_texts(self) -> None:
        for name in ("request_id", "method", "path", "error", "release", "unit_id", "endpoint"):
            text = getattr(self, name)
            if text is not None and not text.strip():
                raise ValueError(f"{name}: found {quoted(text)}, wanted a text that is not blank")
            _check_encodable(name, text)
        _check_encodable("query", self.query)
        for name in ("request_headers", "response_headers", "attributes"):
            for key, value in getattr(self, name) or ():
                _check_encodable(name, key)
                _check_encodable(name, value)
        if self.attributes is not None and len({key for key, _ in self.attributes}) < len(self.attributes):
            raise ValueError("attributes: found a name twice, wanted each once")

    @property
    def hour(self) -> datetime:
        """The start of the hour whose folder it belongs to."""
        return self.captured_at.replace(minute=0, second=0, microsecond=0)

    @property
    def size_bytes(self) -> int:
        """About how much memory it takes."""
        headers = (*(self.request_headers or ()), *(self.response_headers or ()))
        texts = sum(len(name) + len(value) + _HEADER_BYTES for name, value in headers)
        bodies = len(self.body or b"") + len(self.request_body or b"")
        return _ROW_BYTES + texts + bodies + len(self.path) + len(self.query or "")


def _check_encodable(name: str, text: str | None) -> None:
    if text is None or text.isascii():
        return
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError(f"{name}: found {quoted(text)}, wanted text that UTF-8 can hold") from None
