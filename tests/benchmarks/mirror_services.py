"""The services of the mirror's benchmark and of its test of sudden ends, each for a process of its own."""

import asyncio
import json
import socket
import sys
import time

MODULE = "tests.benchmarks.mirror_services"
WORK_SECONDS = 0.003


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def wait_for(port):
    """Waits until somebody listens."""
    end = time.monotonic() + 60
    while not listens(port):
        if time.monotonic() > end:
            raise TimeoutError(port)
        time.sleep(0.05)


def listens(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def service(wait_seconds):
    """Answers some JSON after a while, as a service with a database does."""

    async def app(scope, receive, send):
        assert scope["type"] == "http"
        await receive()
        await asyncio.sleep(wait_seconds)
        items = [{"id": number, "path": scope["path"], "price": number * 3} for number in range(20)]
        body = json.dumps({"items": items}).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return app


def main():
    import uvicorn

    from darklaunch.capture.mirror.settings import Limits, MirrorSettings, Sampling, Target
    from darklaunch.capture.proxy.app import MirrorProxy
    from darklaunch.capture.recorder.asgi import AsgiRecorder

    port, kind, *more = sys.argv[1:]
    if kind in ("recorder", "proxy"):
        rate, shadow, out, production = more[:4]
        limits = Limits(rotate_seconds=float(more[4]) if len(more) > 4 else 5.0)
        sampling = Sampling(rate=float(rate))
        settings = MirrorSettings(out=out, shadow=Target(url=shadow), sampling=sampling, limits=limits)
    match kind:
        case "recorder":
            app = AsgiRecorder(service(WORK_SECONDS), settings)
        case "proxy":
            app = MirrorProxy(Target(url=production), settings)
        case _:
            app = service({"service": WORK_SECONDS, "slow": 5.0, "hang": 3600.0}[kind])
    uvicorn.run(app, port=int(port), log_level="critical", access_log=False, timeout_graceful_shutdown=1)


if __name__ == "__main__":
    main()
