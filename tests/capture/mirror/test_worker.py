"""The worker: what it does when it can't keep up, and what it costs to start."""

import asyncio
import os
import subprocess
import sys
import time
from datetime import datetime, timedelta, timezone

from darklaunch.capture.mirror.answered import Answered, Response
from darklaunch.capture.mirror.counts import Counting
from darklaunch.capture.mirror.frames import framed
from darklaunch.capture.mirror.settings import MirrorSettings, Target
from darklaunch.capture.mirror.worker import Worker
from tests.capture.loopback import Service, rows_of, serve

DELAYS_SECONDS = {"fresh": 0.0, "late": 5.0}


def answered(name, delay_seconds):
    at = datetime.now(timezone.utc) - timedelta(seconds=delay_seconds)
    production = Response(captured_at=at, status=200, body=b"{}", latency_ms=3.0)
    more = {"query": None, "headers": (), "body": b"", "route": None, "unit_id": None, "attributes": ()}
    return Answered(
        request_id=name, method="GET", path="/", sample_rate=1.0, production=production, within=False, **more
    )


def test_a_request_that_waited_for_long_gets_its_rows_and_no_copy(tmp_path):
    shadow = Service()
    with serve(shadow) as url:
        worker = Worker(MirrorSettings(out=str(tmp_path), shadow=Target(url=url)), Counting())
        # a worker has its first second to catch up with what came in while it started
        worker._ready_seconds -= 10.0
        reader, writer = os.pipe()
        for name, delay_seconds in DELAYS_SECONDS.items():
            os.write(writer, framed(answered(name, delay_seconds)))
        os.close(writer)
        with open(reader, "rb", buffering=0) as requests, open(os.devnull, "wb") as report:  # noqa: PTH123 - a pipe
            asyncio.run(worker.run(requests, report))
    rows = rows_of(tmp_path)
    assert {row["request_id"] for row in rows["production"]} == {"fresh", "late"}
    assert {row["request_id"]: row["error"] for row in rows["shadow"]} == {"fresh": None, "late": "dropped"}
    assert len(shadow.seen) == 1


def test_an_answer_is_as_old_as_its_last_byte():
    began = datetime.now(timezone.utc) - timedelta(seconds=10)
    assert 6.9 < Response(captured_at=began, status=200, latency_ms=3000.0).age_seconds < 9
    assert Response(captured_at=began, status=200, latency_ms=60_000.0).age_seconds == 0


def test_the_worker_does_not_import_pandas_to_write_rows():
    code = (
        "import sys; from darklaunch.capture.mirror import worker; worker._stand_back(); import pyarrow; "
        "pyarrow.array(['x']); assert 'pandas' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)  # noqa: S603 - this Python


def test_a_service_begins_when_its_worker_is_ready(tmp_path):
    from darklaunch.capture.mirror.engine import Mirror

    mirror = Mirror(MirrorSettings(out=str(tmp_path), shadow=Target(url="http://127.0.0.1:1")), within=True)
    started = time.monotonic()
    mirror.start()
    try:
        assert mirror._worker._counts is not None or time.monotonic() - started >= 10
    finally:
        mirror.close()
