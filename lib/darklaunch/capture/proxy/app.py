"""The proxy as an ASGI application: production answers the user, the mirror hears of it."""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

import httpx

from darklaunch.capture.mirror.copying.http import RETRIED, Instance
from darklaunch.capture.mirror.endpoints import SAFE_METHODS
from darklaunch.capture.mirror.engine import Mirror
from darklaunch.capture.mirror.hops import end_to_end, has_no_body, of_raw, to_raw
from darklaunch.capture.mirror.observation import Observation
from darklaunch.capture.mirror.settings import MirrorSettings, Target
from darklaunch.capture.proxy.websockets import relay
from darklaunch.capture.recorder.asgi import Message, Receive, Scope, Send
from darklaunch.capture.writing.exchange import Headers

_FORWARDED: Final = "x-forwarded-for"


class MirrorProxy:
    """A proxy to production. Bodies stream both ways; WebSockets pass by unrecorded."""

    def __init__(self, production: Target, settings: MirrorSettings) -> None:
        """Opens no connection yet.

        Args:
            production: who answers users.
            settings: of the mirror.

        Raises:
            UsageError: the log's folder is no path or URI that can be opened.
        """
        self._production = production
        self._instance: Instance | None = None
        self.mirror = Mirror(settings, within=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers as production does."""
        match scope["type"]:
            case "lifespan":
                await self._live(receive, send)
            case "websocket":
                await relay(self._production.url, scope, receive, send)
            case _:
                await self._answer(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        await asyncio.to_thread(self.mirror.start)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        if self._instance is not None:
            await self._instance.close()
        await asyncio.to_thread(self.mirror.close)
        await send({"type": "lifespan.shutdown.complete"})

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._instance is None:
            self._instance = Instance(self._production.url, connections=None, seconds=None, keep_host=True)
        path, query = scope["raw_path"].decode("latin-1"), scope["query_string"].decode("latin-1") or None
        headers = _forwarded(of_raw(tuple(scope["headers"])), scope)
        observation = self.mirror.observe(scope["method"], path, query, headers)
        body = RequestBody(receive, observation, empty=has_no_body(headers))
        passing = Passing(self._instance, observation, body, send)
        target = path if query is None else f"{path}?{query}"
        answering = asyncio.ensure_future(passing.answer(scope["method"], target, headers))
        gone = asyncio.ensure_future(body.gone())
        try:
            # a user who has gone needs no answer, and one without an end would be read for ever
            await asyncio.wait({answering, gone}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            gone.cancel()
            answering.cancel()
            await asyncio.gather(answering, gone, return_exceptions=True)
            if observation is not None:
                observation.finish("connection")
        if not answering.cancelled():
            answering.result()


class RequestBody:
    """The body of a request as it comes in; whoever reads it to its end may wait for the user to go."""

    def __init__(self, receive: Receive, observation: Observation | None, *, empty: bool) -> None:
        self._receive, self._observation, self.empty = receive, observation, empty
        self._read = asyncio.Event()
        self._left = False
        if empty:
            self._read.set()

    async def parts(self) -> AsyncIterator[bytes]:
        """The parts, each noted."""
        more = True
        while more:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                self._left = True
                self._read.set()
                raise httpx.WriteError("the user has gone")
            more = message.get("more_body", False)
            chunk = message.get("body", b"")
            if self._observation is not None:
                self._observation.sent(chunk, last=not more)
            yield chunk
        self._read.set()

    async def gone(self) -> None:
        """Returns when the user has gone."""
        await self._read.wait()
        while not self._left:
            message: Message = await self._receive()
            self._left = message["type"] == "http.disconnect"


class Passing:
    """One request on its way to production, and the answer on its way back."""

    def __init__(self, instance: Instance, observation: Observation | None, body: RequestBody, send: Send) -> None:
        self._instance, self._observation, self._body, self._send = instance, observation, body, send

    async def answer(self, method: str, target: str, headers: Headers) -> None:
        """Passes the request on and the answer back; a broken answer breaks off, as production's did."""
        try:
            response = await self._response(method, target, headers)
        except httpx.TimeoutException:
            await self._refuse(504, "timeout", "production did not answer in time")
            return
        except (httpx.HTTPError, OSError):
            await self._refuse(502, "connection", "production can't be reached")
            return
        try:
            await self._pass_back(response)
        except httpx.HTTPError:
            # no end is sent: the server closes the connection, so that the user sees that something is missing
            if self._observation is not None:
                self._observation.finish("connection")
        finally:
            await response.aclose()

    async def _response(self, method: str, target: str, headers: Headers) -> httpx.Response:
        content = b"" if self._body.empty else self._body.parts()
        try:
            return await self._instance.send(method, target, headers, content)
        except RETRIED:
            # the idle connection may just have been closed; nothing was answered, and nothing can have changed
            if method not in SAFE_METHODS or not self._body.empty:
                raise
            return await self._instance.send(method, target, headers, content)

    async def _pass_back(self, response: httpx.Response) -> None:
        raw = response.headers.raw
        await self._send(
            {"type": "http.response.start", "status": response.status_code, "headers": to_raw(end_to_end(of_raw(raw)))}
        )
        if self._observation is not None:
            self._observation.answered(response.status_code, of_raw(raw))
        async for chunk in response.aiter_raw():
            await self._send({"type": "http.response.body", "body": chunk, "more_body": True})
            if self._observation is not None:
                self._observation.received(chunk)
        await self._send({"type": "http.response.body", "body": b"", "more_body": False})
        if self._observation is not None:
            self._observation.finish()

    async def _refuse(self, status: int, error: str, words: str) -> None:
        if self._observation is not None:
            self._observation.finish(error)
        body = f"darklaunch: {words}\n".encode()
        headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
        await self._send({"type": "http.response.start", "status": status, "headers": headers})
        await self._send({"type": "http.response.body", "body": body})


def _forwarded(headers: Headers, scope: Scope) -> Headers:
    """The request's headers with the address that it came from, which production can't see any more."""
    client = scope.get("client")
    if not client:
        return headers
    known = [value for name, value in headers if name.lower() == _FORWARDED]
    others = tuple((name, value) for name, value in headers if name.lower() != _FORWARDED)
    return (*others, (_FORWARDED, ", ".join([*known, client[0]])))
