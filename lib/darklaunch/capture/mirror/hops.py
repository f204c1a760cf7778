"""Headers that belong to one connection, and go no further."""

from typing import Final

from darklaunch.capture.writing.exchange import Headers

_HOP_BY_HOP: Final = frozenset(
    {
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
"""RFC 9110, 7.6.1; the connection header may name more."""


def end_to_end(headers: Headers) -> list[tuple[str, str]]:
    """The headers that go on, in their order."""
    named = {
        word.strip().lower() for name, value in headers if name.lower() == "connection" for word in value.split(",")
    }
    return [(name, value) for name, value in headers if name.lower() not in _HOP_BY_HOP | named]


def of_raw(raw: list[tuple[bytes, bytes]] | tuple[tuple[bytes, bytes], ...]) -> Headers:
    """Headers as texts; bytes above 127 become letters of Latin-1, as HTTP has it."""
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in raw)


def to_raw(headers: list[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    """The bytes again."""
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]


def has_no_body(headers: Headers) -> bool:
    """Whether nothing is to come after the head of a request (RFC 9112, 6.3); applications don't ask for nothing."""
    lengths = [value for name, value in headers if name.lower() == "content-length"]
    chunked = any(name.lower() == "transfer-encoding" for name, _ in headers)
    return not chunked and all(value.strip() == "0" for value in lengths)
