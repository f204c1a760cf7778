"""One arm's answer to one request, as the pure core sees it."""

from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeAlias


class Arm(str, Enum):
    """Who answered, always in this order."""

    PRODUCTION = "production"
    SHADOW = "shadow"
    BASELINE = "baseline"


Headers: TypeAlias = tuple[tuple[str, str], ...]

PRESENCE_ONLY_HEADERS: Final = (
    "age",
    "b3",
    "connection",
    "content-length",
    "date",
    "keep-alive",
    "proxy-authenticate",
    "proxy-connection",
    "request-id",
    "server-timing",
    "te",
    "trailer",
    "traceparent",
    "tracestate",
    "transfer-encoding",
    "upgrade",
    "x-amzn-trace-id",
    "x-b3-parentspanid",
    "x-b3-spanid",
    "x-b3-traceid",
    "x-cloud-trace-context",
    "x-correlation-id",
    "x-request-id",
    "x-response-time",
    "x-runtime",
)
"""Hop-by-hop headers, those minted for each response, and content-length, whose body is compared itself."""


@dataclass(frozen=True, slots=True)
class Response:
    """What one arm answered.

    Attributes:
        status: HTTP status; None where there was no response.
        headers: names and values in order, as seen.
        body: as received, still encoded where ``content-encoding`` says so.
        truncated: the recorder cut the body.
        error: why there was no response, such as ``timeout``.
    """

    status: int | None
    headers: Headers = ()
    body: bytes | None = None
    truncated: bool = False
    error: str | None = None
