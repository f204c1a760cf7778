"""The cost of the mirror to users: production behind it against production alone, by the state of the shadow.

    python -m tests.benchmarks.mirror [SECONDS]

Every service has a process of its own. One client asks both by turns, at a steady pace, over one connection each.
"""

import asyncio
import contextlib
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.mirror_services import MODULE, free_port, wait_for

RATE = 100
CASES = (
    (0.0, "healthy"),
    (0.1, "healthy"),
    (1.0, "healthy"),
    (1.0, "slow"),
    (1.0, "refusing"),
    (1.0, "hanging"),
    (1.0, "killed"),
)


async def ask(streams, number):
    """The seconds that one request takes, and whether it was answered with 200."""
    reader, writer = streams
    started = time.perf_counter()
    writer.write(f"GET /items/{number}?q=1 HTTP/1.1\r\nhost: x\r\n\r\n".encode())
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    await reader.readexactly(length)
    return time.perf_counter() - started, head.startswith(b"HTTP/1.1 200")


async def drive(ports, seconds, half_time):
    """The latencies of each port, asked by turns."""
    streams = [await asyncio.open_connection("127.0.0.1", port) for port in ports]
    latencies, failed = [[], []], [0, 0]
    for connection in (0, 1):
        for number in range(50):
            await ask(streams[connection], number)
    count, started, done = int(seconds * RATE), time.perf_counter(), False
    for number in range(count):
        if number > count / 2 and not done:
            half_time()
            done = True
        await asyncio.sleep(max(0.0, started + number / RATE - time.perf_counter()))
        for which in (number % 2, 1 - number % 2):
            latency, answered = await ask(streams[which], number)
            latencies[which].append(latency)
            failed[which] += not answered
    return latencies, failed


def memory_mb(pid):
    """The resident memory of a process and its children."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    pages = sum(int(Path(f"/proc/{each}/statm").read_text().split()[1]) for each in (pid, *children))
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


@contextlib.contextmanager
def service(*words):
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


def measure(kind, rate, state, seconds):
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        bare, _ = stack.enter_context(service("service"))
        shadow, victim = stack.enter_context(service({"slow": "slow", "hanging": "hang"}.get(state, "service")))
        port = free_port() if state == "refusing" else shadow
        words = (kind, str(rate), f"http://127.0.0.1:{port}", folder, f"http://127.0.0.1:{bare}")
        mirrored, front = stack.enter_context(service(*words))
        half_time = victim.kill if state == "killed" else lambda: None
        (alone, behind), failed = asyncio.run(drive((bare, mirrored), seconds, half_time))
        memory = memory_mb(front.pid)
    cuts = [statistics.quantiles(each, n=100) for each in (alone, behind)]
    return [1000 * cuts[0][49], 1000 * cuts[0][98], 1000 * cuts[1][49], 1000 * cuts[1][98], failed[1], memory]


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 15.0
    print("| in front | sampled | shadow | p50 alone | behind | ratio | p99 alone | behind | ratio | failed | MB |")
    for kind in ("recorder", "proxy"):
        for rate, state in CASES:
            p50, p99, p50_behind, p99_behind, failed, memory = measure(kind, rate, state, seconds)
            print(
                f"| {kind} | {rate:.0%} | {state} | {p50:.2f} | {p50_behind:.2f} | {p50_behind / p50:.2f} "
                f"| {p99:.2f} | {p99_behind:.2f} | {p99_behind / p99:.2f} | {failed} | {memory:.0f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
