"""The recorder of an ASGI service."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final, TypeAlias
from urllib.parse import quote

from darklaunch.capture.mirror.engine import Mirror
from darklaunch.capture.mirror.hops import of_raw
from darklaunch.capture.mirror.observation import Observation
from darklaunch.capture.recorder.base import Recorder
from darklaunch.capture.recorder.routes import asgi_route

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
App: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]

_SERVER_ERROR: Final = 500


class AsgiRecorder(Recorder[App]):
    """An ASGI application that is another one, mirrored and recorded: ``app = AsgiRecorder(app, settings)``.

    WebSockets pass by. Rows are flushed when the server ends the application's lifespan; where the application knows
    no lifespan the recorder answers for it.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers as the application does."""
        if scope["type"] == "lifespan":
            await self._live(scope, receive, send)
            return
        observation = _observation(self._mirror, scope) if scope["type"] == "http" else None
        if observation is None:
            await self._app(scope, receive, send)
            return
        tapped = Tapped(observation, scope, receive, send, self._mirror.complain)
        try:
            await self._app(scope, tapped.receive, tapped.send)
        except Exception:
            tapped.failed()
            raise
        finally:
            # nothing where the answer was whole
            observation.finish("connection")

    async def _live(self, scope: Scope, receive: Receive, send: Send) -> None:
        listened = False
        await asyncio.to_thread(self._mirror.start)

        async def listening() -> Message:
            nonlocal listened
            listened = True
            return await receive()

        async def flushing(message: Message) -> None:
            if message["type"].startswith("lifespan.shutdown."):
                await asyncio.to_thread(self._mirror.close)
            await send(message)

        try:
            await self._app(scope, listening, flushing)
        except Exception:
            if listened:
                raise
        else:
            return
        # an application that fails before it listens knows no lifespan
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await flushing({"type": "lifespan.shutdown.complete"})


def _observation(mirror: Mirror, scope: Scope) -> Observation | None:
    try:
        raw_path = scope.get("raw_path") or quote(scope["path"]).encode()
        query = scope.get("query_string") or None
        path, query = raw_path.decode("latin-1"), None if query is None else query.decode("latin-1")
        return mirror.observe(scope["method"], path, query, of_raw(tuple(scope["headers"])))
    except Exception as error:  # a fault of the recorder must not fail the request
        mirror.complain(error)
        return None


class Tapped:
    """The two channels of a request, of which the observation hears after the user has."""

    def __init__(
        self,
        observation: Observation,
        scope: Scope,
        receive: Receive,
        send: Send,
        complain: Callable[[Exception], None],
    ) -> None:
        self._observation, self._scope = observation, scope
        self._receive, self._send, self._complain = receive, send, complain
        self._begun = False

    async def receive(self) -> Message:
        """The next message for the application."""
        message = await self._receive()
        try:
            if message["type"] == "http.request":
                self._observation.sent(message.get("body", b""), last=not message.get("more_body", False))
        except Exception as error:  # a fault of the recorder must not fail the request
            self._complain(error)
        return message

    async def send(self, message: Message) -> None:
        """The next message for the user."""
        await self._send(message)
        try:
            self._hear(message)
        except Exception as error:  # as above
            self._complain(error)

    def failed(self) -> None:
        """Notes that the application failed; where it had not begun to answer the server says so, in its own words."""
        if not self._begun:
            self._observation.answered(_SERVER_ERROR, ())
            self._observation.unseen()
            self._finish()

    def _hear(self, message: Message) -> None:
        match message["type"]:
            case "http.response.start":
                self._begun = True
                self._observation.answered(message["status"], of_raw(tuple(message.get("headers", ()))))
            case "http.response.body":
                self._observation.received(message.get("body", b""))
                if not message.get("more_body", False):
                    self._finish()
            case "http.response.pathsend" | "http.response.zerocopysend":
                self._observation.unseen()
                if not message.get("more_body", False):
                    self._finish()

    def _finish(self) -> None:
        self._observation.route = self._observation.route or asgi_route(self._scope)
        self._observation.finish()
