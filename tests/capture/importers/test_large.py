"""A recording of a gigabyte: in constant memory, with its speed beside that of plain reading."""

import json
import subprocess
import sys
import time

import pytest

from tests.capture.importers.recordings import AT_NS, gor, request, response

GIGABYTE = 1_000_000_000
IMPORT = """
import re, sys, time
from darklaunch.cli.main import main
code = main(["capture", "import", "gor", sys.argv[1], "--arm", "production", "--out", sys.argv[2], "--json"])
# what getrusage tells is not below the memory of the process that started this one
peak = re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]
print(time.process_time(), peak, file=sys.stderr)
sys.exit(code)
"""


def write_recording(path, size_bytes):
    """Requests a millisecond apart with two answers of about 2 kB each; every tenth replay failed."""
    items = [{"id": n, "name": f"item {n}", "price": n * 1.25, "tags": ["a", "b"]} for n in range(32)]
    written = n = 0
    with path.open("wb") as file:
        while written < size_bytes:
            identity, at = f"{n:024x}", AT_NS + n * 1_000_000
            body = json.dumps({"n": n, "items": items}).encode()
            records = [gor(1, identity, at, 0, request(f"/items/{n}")), gor(2, identity, at + 5, 9, response(body))]
            records += [gor(3, identity, at + 1, 9, response(body))] if n % 10 else []
            written += file.write(b"".join(records))
            n += 1
    return n


def imported(path, out):
    """The report, processor seconds, and the peak of memory in MB, of a process of its own."""
    process = subprocess.run(  # noqa: S603 - this Python
        [sys.executable, "-c", IMPORT, str(path), str(out)], capture_output=True, text=True, check=True
    )
    seconds, peak_kb = process.stderr.split()[-2:]
    return json.loads(process.stdout), float(seconds), int(peak_kb) / 1000


@pytest.mark.long
def test_memory_does_not_grow_with_the_recording(tmp_path, capsys):
    small, large = tmp_path / "small.gor", tmp_path / "large.gor"
    write_recording(small, GIGABYTE // 4)
    requests = write_recording(large, GIGABYTE)
    _, _, small_mb = imported(small, tmp_path / "small")
    report, seconds, large_mb = imported(large, tmp_path / "large")
    began = time.process_time()
    with large.open("rb") as file:
        while file.read(1 << 20):
            pass
    reading = time.process_time() - began
    size_mb = large.stat().st_size / 1e6
    with capsys.disabled():
        print(  # noqa: T201 - the figures are what one looks for
            f"\n{size_mb:,.0f} MB of .gor: {size_mb / seconds:,.0f} MB by processor second, "
            f"{report['seconds']:,.0f} s in all; plain reading {size_mb / reading:,.0f} MB by processor second; "
            f"peak {large_mb:,.0f} MB of memory, of a quarter of it {small_mb:,.0f} MB"
        )
    assert report["rows"]["production"] == requests
    assert report["rows"]["shadow"] == requests - (requests + 9) // 10
    assert large_mb < small_mb + 100
    assert large_mb < 600
