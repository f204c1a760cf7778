"""The cost of the mirror to users: production behind it against production alone, by the state of the shadow.

    python -m tests.benchmarks.mirror [MINUTES]

Every service has a process of its own, and all of them run at once. One client asks each for a short block, in an order
that is drawn anew every round, so that whatever the machine does meets all of them alike. A ratio is that of two
services over the same rounds; its interval holds 95 % of what rounds drawn again with replacement give. Processor time
is that of the process that answers users, and depends far less on what else the machine does.
"""

import asyncio
import contextlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from tests.benchmarks.mirror_services import MODULE, free_port, wait_for

BLOCK_REQUESTS = 40
REST_SECONDS = 0.1
RESAMPLES = 1_000
TICK = os.sysconf("SC_CLK_TCK")
# name: the share that is sampled, the state of the shadow
CASES = {
    "0 %, healthy": (0.0, "service"),
    "10 %, healthy": (0.1, "service"),
    "100 %, healthy": (1.0, "service"),
    "100 %, slow": (1.0, "slow"),
    "100 %, refusing": (1.0, None),
    "100 %, hanging": (1.0, "hang"),
    "100 %, killed": (1.0, "service"),
}
BARE, REFERENCE = "alone", "100 %, healthy"


@dataclass(slots=True)
class Measured:
    """A service with its connection, and the latencies of its blocks in milliseconds, a row each."""

    port: int
    process_id: int
    streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
    blocks_ms: list[list[float]] = field(default_factory=list)
    processor_seconds: float = 0.0
    failed: int = 0


async def ask(service, number):
    """The milliseconds that one request takes, and whether it was answered with 200."""
    reader, writer = service.streams
    started = time.perf_counter()
    writer.write(f"GET /items/{number}?q=1 HTTP/1.1\r\nhost: x\r\n\r\n".encode())
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    await reader.readexactly(length)
    return (time.perf_counter() - started) * 1000, head.startswith(b"HTTP/1.1 200")


async def block(service, requests):
    """A connection of its own, because servers close idle ones, and its requests but for the first one."""
    service.streams = await asyncio.open_connection("127.0.0.1", service.port)
    asked = [await ask(service, number) for number in range(requests + 1)]
    service.streams[1].close()
    return asked[1:]


async def drive(services, seconds, kill):
    """Asks all of them in rounds; a shadow is killed at half time."""
    for service in services.values():
        await block(service, 50)
    chance, started, killed = random.Random(18), time.perf_counter(), False
    before = {name: processor_seconds(service.process_id) for name, service in services.items()}
    while (elapsed := time.perf_counter() - started) < seconds:
        if elapsed > seconds / 2 and not killed:
            kill()
            killed = True
        for service in chance.sample(list(services.values()), len(services)):
            asked = await block(service, BLOCK_REQUESTS)
            service.blocks_ms.append([latency for latency, _ in asked])
            service.failed += sum(not answered for _, answered in asked)
            # copies of this block must not meet the next one
            await asyncio.sleep(REST_SECONDS)
    for name, service in services.items():
        service.processor_seconds = processor_seconds(service.process_id) - before[name]


def processor_seconds(pid):
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / TICK


def memory_mb(pid):
    """The resident memory of a process and its children."""
    children = [
        word for task in Path(f"/proc/{pid}/task").iterdir() for word in (task / "children").read_text().split()
    ]
    pages = sum(int(Path(f"/proc/{each}/statm").read_text().split()[1]) for each in (pid, *children))
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def ratio(service, other, percent):
    """The ratio of a percentile of two services, with the ends of its interval."""
    mine, theirs = np.array(service.blocks_ms), np.array(other.blocks_ms)
    draws = np.random.default_rng(18).integers(0, len(mine), (RESAMPLES, len(mine)))
    ratios = [np.percentile(mine[draw], percent) / np.percentile(theirs[draw], percent) for draw in draws]
    return np.percentile(mine, percent) / np.percentile(theirs, percent), *np.percentile(ratios, [2.5, 97.5])


@contextlib.contextmanager
def started(*words):
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", MODULE, str(port), *words])  # noqa: S603
    wait_for(port)
    try:
        yield port, process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()


def measure(kind, seconds):
    """All cases of the recorder or the proxy beside production alone, and the memory of each."""
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        bare, process = stack.enter_context(started("service"))
        services = {BARE: Measured(bare, process.pid)}
        for name, (rate, state) in CASES.items():
            shadow, victim = (free_port(), None) if state is None else stack.enter_context(started(state))
            words = (kind, str(rate), f"http://127.0.0.1:{shadow}", f"{folder}/{name}", f"http://127.0.0.1:{bare}")
            port, process = stack.enter_context(started(*words))
            services[name] = Measured(port, process.pid)
        # the shadow of the last case is the victim
        asyncio.run(drive(services, seconds, victim.kill))
        return services, {name: memory_mb(service.process_id) for name, service in services.items()}


def spelled(interval):
    return "{:.3f} ({:.3f} to {:.3f})".format(*interval)


def table(services, memory):
    """A line for each service: percentiles, ratios with their intervals, processor time, failures, memory."""
    yield (
        "| sampled, shadow | p50 ms | p99 ms | p50 to alone | p99 to alone | p50 to healthy | p99 to healthy "
        "| processor µs a request | failed | MB |"
    )
    for name, service in services.items():
        others = (services[BARE], services[REFERENCE])
        cells = [
            *(f"{np.percentile(service.blocks_ms, percent):.2f}" for percent in (50, 99)),
            *(spelled(ratio(service, other, percent)) for other in others for percent in (50, 99)),
            f"{1e6 * service.processor_seconds / np.size(service.blocks_ms):.0f}",
            f"{service.failed}",
            f"{memory[name]:.0f}",
        ]
        yield f"| {name} | {' | '.join(cells)} |"


def main():
    seconds = 60 * (float(sys.argv[1]) if len(sys.argv) > 1 else 5.0)
    for kind in ("recorder", "proxy"):
        services, memory = measure(kind, seconds)
        rounds = len(services[BARE].blocks_ms)
        print(f"\n{kind}, {rounds} rounds of {BLOCK_REQUESTS} requests; load {os.getloadavg()[0]:.0f}")
        print(*table(services, memory), sep="\n", flush=True)


if __name__ == "__main__":
    main()
