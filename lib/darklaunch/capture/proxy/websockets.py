"""WebSockets between a user and production, message by message, unrecorded."""

import asyncio
from typing import Any, Final
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from darklaunch.capture.mirror.hops import end_to_end, of_raw, to_raw
from darklaunch.capture.recorder.asgi import Receive, Scope, Send

_HANDSHAKE: Final = "sec-websocket-"
_NO_STATUS: Final = 1005
_ABNORMAL: Final = 1006


async def relay(production: str, scope: Scope, receive: Receive, send: Send) -> None:
    """Opens a WebSocket to production for one that a user opens, and passes messages on until one side ends.

    Args:
        production: its URL.
        scope: of the user's request.
        receive: of the user.
        send: to the user.
    """
    await receive()
    try:
        upstream = await _opened(production, scope)
    except InvalidStatus as refused:
        response = refused.response
        headers = to_raw(end_to_end(tuple(response.headers.raw_items())))
        await _refuse(send, response.status_code, headers, bytes(response.body or b""))
        return
    except (OSError, InvalidHandshake, asyncio.TimeoutError):
        await _refuse(send, 502, [], b"darklaunch: production can't be reached\n")
        return
    async with upstream:
        answer = upstream.response
        extra = [] if answer is None else _own(list(answer.headers.raw_items()))
        await send({"type": "websocket.accept", "subprotocol": upstream.subprotocol, "headers": to_raw(extra)})
        ways = {
            asyncio.ensure_future(_to_production(upstream, receive)),
            asyncio.ensure_future(_to_user(upstream, send)),
        }
        _, other = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in other:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)


async def _opened(production: str, scope: Scope) -> ClientConnection:
    parts = urlsplit(production)
    secure = parts.scheme == "https"
    headers = of_raw(tuple(scope["headers"]))
    host = next((value for name, value in headers if name.lower() == "host"), parts.netloc)
    query = scope["query_string"].decode("latin-1")
    path = scope.get("raw_path", scope["path"].encode()).decode("latin-1")
    target = f"{parts.path.rstrip('/')}{path}" + (f"?{query}" if query else "")
    tls: dict[str, Any] = {"server_hostname": parts.hostname} if secure else {}
    return await connect(
        f"{'wss' if secure else 'ws'}://{host}{target}",
        host=parts.hostname,
        port=parts.port or (443 if secure else 80),
        additional_headers=[each for each in _own(list(headers)) if each[0].lower() != "host"],
        subprotocols=scope.get("subprotocols") or None,
        user_agent_header=None,
        compression=None,
        max_size=None,
        ping_interval=None,
        proxy=None,
        **tls,
    )


def _own(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The headers that are not those of the handshake, which each connection has for itself."""
    return [each for each in end_to_end(tuple(headers)) if not each[0].lower().startswith(_HANDSHAKE)]


async def _to_production(upstream: ClientConnection, receive: Receive) -> None:
    while True:
        message = await receive()
        if message["type"] == "websocket.disconnect":
            code = message.get("code") or 1000
            await upstream.close(1000 if code in (_NO_STATUS, _ABNORMAL) else code, message.get("reason") or "")
            return
        text = message.get("text")
        await upstream.send(message["bytes"] if text is None else text)


async def _to_user(upstream: ClientConnection, send: Send) -> None:
    try:
        async for message in upstream:
            await send(
                {"type": "websocket.send", **({"text": message} if isinstance(message, str) else {"bytes": message})}
            )
    except ConnectionClosed:
        # closed with an error: its code follows
        pass
    code = upstream.close_code or 1000
    code = {_NO_STATUS: 1000, _ABNORMAL: 1011}.get(code, code)
    await send({"type": "websocket.close", "code": code, "reason": upstream.close_reason or ""})


async def _refuse(send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    headers = [each for each in headers if each[0].lower() != b"content-length"]
    headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "websocket.http.response.start", "status": status, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": body})
