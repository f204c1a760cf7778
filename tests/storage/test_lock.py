"""One command at a time changes a launch; the system frees it from whoever dies, and who waits is told for whom."""

import json
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from darklaunch.errors import OutsideError
from darklaunch.storage.lock import holding, holding_if_free

HOLDER = """
import sys, time
from pathlib import Path
from darklaunch.storage.lock import holding
with holding(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""


def other_process(lock, seconds):
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen(  # noqa: S603 - this very interpreter
        [sys.executable, "-c", HOLDER, str(lock), str(seconds)], stdout=subprocess.PIPE, text=True, env=environment
    )
    assert process.stdout.readline() == "held\n"
    return process


def test_a_lock_of_another_process_is_waited_for_and_said_once(tmp_path):
    waits = []
    with other_process(tmp_path / "x.lock", 1.0), holding(tmp_path / "x.lock", waiting=lambda: waits.append(1)):
        assert json.loads((tmp_path / "x.lock").read_text())["process"] == os.getpid()
    assert waits == [1]


def test_who_holds_it_for_too_long_is_named(tmp_path):
    with other_process(tmp_path / "checkout-1.lock", 30) as process:
        with (
            pytest.raises(OutsideError, match=rf"^checkout-1: found in use by process {process.pid} on .+ since 20"),
            holding(tmp_path / "checkout-1.lock", patience_seconds=0.2),
        ):
            pytest.fail("it was not free")
        process.kill()


def test_a_killed_process_holds_nothing(tmp_path):
    with other_process(tmp_path / "x.lock", 30) as process:
        process.send_signal(signal.SIGKILL)
        process.wait()
        with holding_if_free(tmp_path / "x.lock") as free:
            assert free


def test_a_forked_worker_does_not_keep_the_lock_of_a_killed_parent(tmp_path):
    code = HOLDER.replace("print(", "import os; child = os.fork(); child or time.sleep(20); print(")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    arguments = [sys.executable, "-c", code, str(tmp_path / "x.lock"), "30"]
    with subprocess.Popen(  # noqa: S603 - this very interpreter
        arguments, stdout=subprocess.PIPE, text=True, env=environment, start_new_session=True
    ) as process:
        assert process.stdout.readline() == "held\n"
        process.kill()
        process.wait()
        with holding_if_free(tmp_path / "x.lock") as free:
            assert free
        os.killpg(process.pid, signal.SIGKILL)


def test_threads_of_one_process_wait_for_each_other(tmp_path):
    inside, seen = [], []

    def act():
        with holding(tmp_path / "x.lock"):
            inside.append(1)
            seen.append(len(inside))
            time.sleep(0.01)
            inside.pop()

    threads = [threading.Thread(target=act) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [1] * 8
