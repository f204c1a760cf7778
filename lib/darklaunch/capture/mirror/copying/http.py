"""HTTP to one instance of the service: a request as it came, and the answer as it is, over httpx's transport.

The client above that transport would keep cookies, follow redirects and normalise paths.
"""

from collections.abc import AsyncIterator
from typing import Final

import httpx

from darklaunch.capture.mirror.hops import end_to_end, to_raw
from darklaunch.capture.writing.exchange import Headers

_IDLE_SECONDS: Final = 1.5
"""Servers close idle connections after 2 seconds or more, and a request that meets the closing one fails."""

RETRIED: Final = (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError)
"""What a connection that its server has just closed makes of a request."""


class Instance:
    """One instance of the service, with its connections."""

    def __init__(self, url: str, *, connections: int | None, seconds: float | None, keep_host: bool) -> None:
        """Opens no connection yet.

        Args:
            url: what stands before the path of each request.
            connections: at most so many at a time; None: as many as are asked for.
            seconds: for each step of a request; None: for ever.
            keep_host: whether the ``host`` of requests stays.
        """
        self._url = httpx.URL(url)
        self._prefix = self._url.raw_path.rstrip(b"/")
        self._keep_host = keep_host
        limits = httpx.Limits(max_connections=connections, max_keepalive_connections=64, keepalive_expiry=_IDLE_SECONDS)
        self._transport = httpx.AsyncHTTPTransport(limits=limits, retries=0)
        self._timeout = httpx.Timeout(seconds, connect=min(seconds or 10.0, 10.0)).as_dict()

    async def send(
        self,
        method: str,
        target: str,
        headers: Headers,
        body: bytes | AsyncIterator[bytes],
        extra: tuple[tuple[str, str], ...] = (),
    ) -> httpx.Response:
        """Sends a request.

        Args:
            method: as it came.
            target: raw path and query.
            headers: as they came; those of the connection are left out.
            body: whole, or as it comes in.
            extra: further headers.

        Returns:
            The head of the answer; the caller reads ``aiter_raw`` and calls ``aclose``.

        Raises:
            httpx.HTTPError: there is no answer.
        """
        going = [(name, value) for name, value in end_to_end(headers) if name.lower() not in ("host", "expect")]
        host = next((value for name, value in headers if name.lower() == "host"), None)
        if not self._keep_host or host is None:
            host = self._url.netloc.decode("ascii")
        request = httpx.Request(
            method,
            self._url,
            headers=to_raw([("host", host), *going, *extra]),
            content=body or None,
            extensions={"timeout": self._timeout, "target": self._prefix + target.encode("utf-8", "surrogateescape")},
        )
        return await self._transport.handle_async_request(request)

    async def close(self) -> None:
        """Closes the connections."""
        await self._transport.aclose()
