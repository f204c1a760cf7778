"""Response of one arm to one request."""

from dataclasses import dataclass

from darklaunch.pair.headers import Headers


@dataclass(frozen=True, slots=True)
class Response:
    """Response of one arm to one request.

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
