"""Small real servers on loopback, for the mirror's tests."""

import asyncio
import contextlib
import json
import socket
import threading

import uvicorn
from pyarrow import parquet

from darklaunch.capture.footers import check_files
from darklaunch.capture.inventory import list_log
from darklaunch.capture.rows import CAPTURE, read_file


@contextlib.contextmanager
def serve(app, *, lifespan="auto", own_headers=True):
    """A server in a thread; gives its URL."""
    # asyncio sends small parts at once only where the protocol is named
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(
        app,
        log_level="critical",
        lifespan=lifespan,
        timeout_graceful_shutdown=2,
        server_header=own_headers,
        date_header=own_headers,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server._serve([listener])), daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
        assert thread.is_alive()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()


class Service:
    """A service that answers what it was asked, in JSON; ``seen`` holds the heads and bodies of its requests."""

    def __init__(self, release="1", change=None):
        self.release, self.change, self.seen = release, change, []

    async def __call__(self, scope, receive, send):
        assert scope["type"] == "http"
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        headers = [(name.decode(), value.decode("latin-1")) for name, value in scope["headers"]]
        self.seen.append((scope["method"], scope["raw_path"].decode(), scope["query_string"].decode(), headers, body))
        answer = {"path": scope["path"], "query": scope["query_string"].decode(), "body": body.decode("latin-1")}
        if self.change:
            self.change(answer)
        await respond(send, 200, [("content-type", "application/json")], json.dumps(answer).encode())


async def respond(send, status, headers, body):
    raw = [(name.encode(), value.encode()) for name, value in [*headers, ("content-length", str(len(body)))]]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": body})


def closed_port():
    """The URL of a port that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"


def rows_of(folder):
    """The rows of a log by arm; every file is whole."""
    log = list_log(str(folder))
    assert not log.strays
    assert not check_files(log).corrupt
    rows = {}
    for file in log.files:
        rows.setdefault(file.arm, []).extend(read_file(log.store, file, CAPTURE.names).to_pylist())
    return rows


def everything_on_disk(folder):
    """All bytes of all files, and every cell decoded."""
    raw = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    decoded = "".join(str(parquet.read_table(path).to_pylist()) for path in folder.rglob("*.parquet"))
    return raw + decoded.encode()
