"""The proxy over real sockets."""

import asyncio
import contextlib
import json
import socket
import threading
import time

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from darklaunch.capture.arm import Arm
from darklaunch.capture.mirror.settings import MirrorSettings, Target
from darklaunch.capture.proxy.app import MirrorProxy
from tests.capture.loopback import Service, closed_port, respond, rows_of, serve


@contextlib.contextmanager
def proxied(production, tmp_path, shadow, **more):
    proxy = MirrorProxy(Target(url=production), MirrorSettings(out=str(tmp_path), shadow=Target(url=shadow), **more))
    with serve(proxy, lifespan="on", own_headers=False) as url:
        yield url, proxy


def test_answers_are_production_s_own_byte_for_byte(tmp_path):
    async def strange(_scope, receive, send):
        await receive()
        await respond(send, 418, [("x-a", "1"), ("x-a", "2"), ("set-cookie", "a=1"), ("set-cookie", "b=2")], b"\0\xff")

    with (
        serve(strange, lifespan="off") as production,
        serve(Service()) as shadow,
        proxied(production, tmp_path, shadow) as (url, proxy),
    ):
        direct, through = (httpx.get(f"{where}/x") for where in (production, url))
    assert through.status_code == 418
    assert through.content == direct.content
    heads = ([each for each in answer.headers.raw if each[0] != b"date"] for answer in (direct, through))
    assert next(heads) == next(heads)
    assert proxy.mirror.counts.sampled == 1
    assert {arm: len(rows) for arm, rows in rows_of(tmp_path).items()} == {"production": 1, "shadow": 1}


def test_a_request_streams_to_production_and_its_answer_back_over_one_connection(tmp_path):
    heard, go_on = threading.Event(), threading.Event()

    async def streaming(_scope, receive, send):
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
            heard.set()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": body.upper(), "more_body": True})
        await asyncio.to_thread(go_on.wait, 5)
        await send({"type": "http.response.body", "body": b"!"})

    with serve(streaming, lifespan="off") as production, proxied(production, tmp_path, closed_port()) as (url, _):
        host, port = url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=5) as user:
            for _ in range(2):
                heard.clear()
                go_on.clear()
                user.sendall(b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n")
                assert heard.wait(5)
                user.sendall(b"1\r\nd\r\n0\r\n\r\n")
                seen = b""
                while b"ABCD" not in seen:
                    seen += user.recv(4096)
                assert b"!" not in seen
                go_on.set()
                while not seen.endswith(b"0\r\n\r\n"):
                    seen += user.recv(4096)


def test_an_unreachable_production_is_a_502_and_a_row_without_an_answer(tmp_path):
    with serve(Service()) as shadow, proxied(closed_port(), tmp_path, shadow) as (url, _):
        assert httpx.get(url).status_code == 502
    assert [row["error"] for row in rows_of(tmp_path)["production"]] == ["connection"]


def test_an_answer_that_breaks_off_breaks_off(tmp_path):
    async def breaking(_scope, receive, send):
        await receive()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"10")]})
        await send({"type": "http.response.body", "body": b"12345", "more_body": True})

    with (
        serve(breaking, lifespan="off") as production,
        serve(Service()) as shadow,
        proxied(production, tmp_path, shadow) as (url, _),
        pytest.raises(httpx.RemoteProtocolError),
    ):
        httpx.get(url)
    assert [(row["status"], row["error"]) for row in rows_of(tmp_path)["production"]] == [(None, "connection")]


def test_production_hears_that_the_user_has_gone(tmp_path):
    left = threading.Event()

    async def endless(_scope, receive, send):
        await receive()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"x", "more_body": True})
        while (await receive())["type"] != "http.disconnect":
            pass
        left.set()

    with (
        serve(endless, lifespan="off") as production,
        serve(Service()) as shadow,
        proxied(production, tmp_path, shadow) as (url, _),
    ):
        with httpx.stream("GET", url) as answer:
            assert next(answer.iter_raw()) == b"x"
        assert left.wait(5)


def test_an_idle_connection_that_production_closes_fails_nobody(tmp_path):
    with (
        serve(Service()) as production,
        serve(Service()) as shadow,
        proxied(production, tmp_path, shadow) as (url, proxy),
        httpx.Client(base_url=url) as client,
    ):
        for _ in range(3):
            assert client.get("/").status_code == 200
            time.sleep(0.3)
    assert proxy.mirror.counts.written[Arm.PRODUCTION] == 3


async def talk(scope, receive, send):
    """A WebSocket that echoes, tells what it was asked, and refuses `/no`."""
    assert scope["type"] == "websocket"
    await receive()
    if scope["path"] == "/no":
        await send({"type": "websocket.http.response.start", "status": 403, "headers": [(b"x-why", b"no")]})
        await send({"type": "websocket.http.response.body", "body": b"no"})
        return
    await send({"type": "websocket.accept", "subprotocol": "chat", "headers": [(b"x-hello", b"1")]})
    asked = {"path": scope["raw_path"].decode(), "query": scope["query_string"].decode()}
    await send({"type": "websocket.send", "text": json.dumps(asked)})
    while (message := await receive())["type"] == "websocket.receive":
        if message.get("text") == "bye":
            await send({"type": "websocket.close", "code": 4001, "reason": "as asked"})
            return
        await send(
            {"type": "websocket.send", **{kind: message[kind] for kind in ("text", "bytes") if message.get(kind)}}
        )


def test_websockets_pass_by_unrecorded(tmp_path):
    with serve(talk, lifespan="off") as production, proxied(production, tmp_path, closed_port()) as (url, proxy):
        where = url.replace("http", "ws")
        with connect(f"{where}/a%20b?q=1", subprotocols=["chat"]) as user:
            assert json.loads(user.recv()) == {"path": "/a%20b", "query": "q=1"}
            assert (user.subprotocol, user.response.headers["x-hello"]) == ("chat", "1")
            for message in ("héllo", b"\0\xff", "x" * 100_000):
                user.send(message)
                assert user.recv() == message
            user.send("bye")
            with contextlib.suppress(Exception):
                user.recv()
            assert (user.close_code, user.close_reason) == (4001, "as asked")
        with pytest.raises(InvalidStatus) as refused:
            connect(f"{where}/no")
        assert (refused.value.response.status_code, refused.value.response.body) == (403, b"no")
    assert proxy.mirror.counts.sampled == 0


def test_a_websocket_to_nobody_is_refused(tmp_path):
    with proxied(closed_port(), tmp_path, closed_port()) as (url, _):
        with pytest.raises(InvalidStatus) as refused:
            connect(url.replace("http", "ws"))
        assert refused.value.response.status_code == 502


def test_many_users_at_once_have_one_row_each(tmp_path):
    async def ask(url):
        async with httpx.AsyncClient(base_url=url, limits=httpx.Limits(max_connections=20)) as client:
            return await asyncio.gather(*(client.get(f"/{number}") for number in range(200)))

    with (
        serve(Service()) as production,
        serve(Service()) as shadow,
        proxied(production, tmp_path, shadow, baseline=Target(url=production)) as (url, proxy),
    ):
        answers = asyncio.run(ask(url))
    assert {answer.status_code for answer in answers} == {200}
    rows = rows_of(tmp_path)
    assert sorted(row["path"] for row in rows["production"]) == sorted(f"/{number}" for number in range(200))
    counts = proxy.mirror.counts
    for arm in Arm:
        assert counts.written[arm] + counts.lost[arm] == counts.sampled == 200
        assert len(rows[arm.value]) == counts.written[arm]
