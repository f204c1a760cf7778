"""A recorder that is killed leaves whole files, and loses what is younger than the last rotation."""

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from datetime import datetime, timezone
from pathlib import Path

import pytest

from tests.benchmarks.mirror_services import MODULE, free_port, wait_for
from tests.capture.loopback import rows_of

ROTATE_SECONDS = 0.5
# between two looks at the clock, of the writer and of the report; the machine may be busy
SLACK_SECONDS = 3.0
KILLS = int(os.environ.get("DARKLAUNCH_KILLS", "1"))


@pytest.fixture(scope="module")
def shadow():
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", MODULE, str(port), "service"])  # noqa: S603
    wait_for(port)
    yield port
    process.kill()
    process.wait()


async def load(port, answered, end):
    """Asks until the connection breaks; notes each id with the moment of its answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        while time.monotonic() < end:
            name = f"{port}-{len(answered)}-{id(reader)}"
            writer.write(f"GET /items/1 HTTP/1.1\r\nhost: x\r\nx-request-id: {name}\r\n\r\n".encode())
            head = await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0]))
            answered[name] = time.time()
    except (OSError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.close()


def all_of(process):
    """A process and its children."""
    listed = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return [process.pid, *map(int, listed)]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(KILLS))
@pytest.mark.parametrize("victims", ["both", "server", "worker"])
def test_files_are_whole_and_only_the_youngest_rows_are_lost(seed, victims, shadow, tmp_path):
    draw = random.Random(seed)
    port = free_port()
    words = ["recorder", "1.0", f"http://127.0.0.1:{shadow}", str(tmp_path), "-", str(ROTATE_SECONDS)]
    process = subprocess.Popen([sys.executable, "-m", MODULE, str(port), *words])  # noqa: S603
    wait_for(port)
    answered, killed_at = {}, 0.0

    async def scene():
        nonlocal killed_at
        end = time.monotonic() + 60
        users = [asyncio.ensure_future(load(port, answered, end)) for _ in range(4)]
        while not list(tmp_path.rglob("*.parquet")):
            await asyncio.sleep(0.1)
        await asyncio.sleep(SLACK_SECONDS + draw.uniform(1.0, 3.0))
        server, *workers = all_of(process)
        killed_at = time.time()
        for each in {"both": [server, *workers], "server": [server], "worker": workers}[victims]:
            os.kill(each, signal.SIGKILL)
        if victims == "worker":
            await asyncio.sleep(0.5)
            assert len(answered) > sum(moment <= killed_at for moment in answered.values())
            process.kill()
        await asyncio.gather(*users)

    asyncio.run(scene())
    process.wait()
    if victims == "server":
        # the worker sees the end of its input, and writes all that it holds
        time.sleep(3)
    rows = rows_of(tmp_path)
    oldest = killed_at - ROTATE_SECONDS - SLACK_SECONDS
    kept = {row["request_id"] for row in rows["production"]}
    due = {name for name, moment in answered.items() if moment < (killed_at - 1.0 if victims == "server" else oldest)}
    assert len(due) > 20
    assert due <= kept
    assert len(kept) == len(rows["production"])
    assert all(row["captured_at"] <= datetime.now(timezone.utc) for row in rows["production"])
