"""Headers as pairing and comparison share them: those that count by presence only, and their form as one text."""

from functools import lru_cache
from typing import Final, TypeAlias

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

SEPARATOR: Final = "\0"
"""Between names and values; HTTP forbids it in both."""


@lru_cache(maxsize=65_536)
def headers_of(written: str) -> Headers:
    """Reads what ``head`` wrote; a service has few different heads, once dates and request ids are left out."""
    fields = written.split(SEPARATOR) if written else []
    return tuple(zip(fields[::2], fields[1::2], strict=False))


HEAD, BODY = 1, 2
"""The parts of a response that are compared in Python: bits of ``shadow_differs`` and ``baseline_differs``."""
