"""The proxy's server."""

import signal
from typing import Final

import uvicorn

from darklaunch.capture.mirror.counts import MirrorCounts
from darklaunch.capture.mirror.settings import MirrorSettings, Target
from darklaunch.capture.proxy.app import MirrorProxy
from darklaunch.errors import UsageError

_GRACE_SECONDS: Final = 10


def serve(production: Target, settings: MirrorSettings, *, host: str, port: int) -> MirrorCounts:
    """Serves until the process is asked to end by a signal.

    Args:
        production: who answers users.
        settings: of the mirror.
        host: the address to listen at.
        port: the port to listen at.

    Returns:
        What was recorded.

    Raises:
        UsageError: the address can't be listened at, or the log's folder can't be opened.
    """
    proxy = MirrorProxy(production, settings)
    config = uvicorn.Config(
        proxy,
        host=host,
        port=port,
        lifespan="on",
        log_level="warning",
        access_log=False,
        # production's own headers pass, and nobody adds any
        server_header=False,
        date_header=False,
        proxy_headers=False,
        ws_per_message_deflate=False,
        ws_ping_interval=None,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    # uvicorn ends in an orderly way and then raises the signal again, for whoever had it before
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        uvicorn.Server(config).run()
    except SystemExit as end:
        raise UsageError(
            f"--listen: found {host}:{port} that can't be listened at, wanted a free address; choose another"
        ) from end
    except KeyboardInterrupt:
        pass
    finally:
        signal.signal(signal.SIGTERM, before)
        proxy.mirror.close()
    return proxy.mirror.counts
