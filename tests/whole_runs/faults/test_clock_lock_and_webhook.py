"""Does a look come to the same beside a dead holder of its lock, a clock that jumps, and a webhook that hangs?"""

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.publish.notify.receiver import WHSEC, receiving
from tests.soak.commands import ENTRY
from tests.soak.world import span
from tests.whole_runs.faults.conftest import known
from tests.whole_runs.runs import QUICK

pytestmark = pytest.mark.slow

HOLD = """
import sys, time
from pathlib import Path
from darklaunch.storage.lock import holding
with holding(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(600)
"""


def test_the_lock_of_a_process_that_was_killed_is_waited_for_by_nobody(launch, tmp_path, capsys):
    launch.copy(tmp_path)
    lock = next((tmp_path / "launches/.locks").glob("darklaunch*[0-9a-f].lock"))
    with subprocess.Popen([sys.executable, "-c", HOLD, lock], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "held\n"
        os.kill(holder.pid, signal.SIGKILL)
    assert str(holder.pid) in lock.read_text()
    assert launch.look(tmp_path) == 0
    assert "waiting" not in capsys.readouterr().err
    assert known(tmp_path) == launch.undisturbed


def test_a_webhook_that_hangs_costs_its_time_limit_and_a_line(launch, tmp_path, capsys, monkeypatch):
    """It is told of a failure, MLflow's, which the look and its exit code are all the same."""
    monkeypatch.setenv("DARKLAUNCH_WEBHOOK_SECRET", WHSEC)
    with receiving(None) as receiver, socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        options = {
            "notify.webhook.url": receiver.url,
            "notify.allow_private": "true",
            "notify.time_limit": "2s",
            "mlflow.tracking_uri": f"http://127.0.0.1:{closed.getsockname()[1]}",
        }
        given = [word for name, value in options.items() for word in ("-o", f"publish.{name}={value}")]
        launch.copy(tmp_path, 4, *given)
        assert len(receiver.got) == 1
    mlflow, webhook = capsys.readouterr().err.splitlines()[-2:]
    assert "MLflow: " in mlflow
    assert re.fullmatch("darklaunch: notify: .*not delivered within 2 seconds; the result is not affected", webhook)
    assert known(tmp_path) == launch.undisturbed


@pytest.mark.long
def test_a_clock_that_goes_backwards_changes_nothing(launch, tmp_path):
    """Needs `apt-get install faketime`."""
    library = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)
    if library is None:
        pytest.skip("libfaketime is not here; apt-get install faketime")
    clock = tmp_path / "clock"
    clock.write_text("+0")
    environment = os.environ | {
        "LD_PRELOAD": str(library),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "DONT_FAKE_MONOTONIC": "1",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    out = launch.copy(tmp_path / "out")
    command = [sys.executable, "-c", ENTRY, "run", "--out", out, "--captures", launch.log, "--master", "none"]
    with subprocess.Popen([*command, *QUICK, *span(1)], env=environment, stderr=subprocess.PIPE, text=True) as process:
        for line in process.stderr:
            if "evidence" in line:
                clock.write_text("-3d")
        assert process.wait() == 0
    assert known(out) == launch.undisturbed
    clock.write_text("-30d")
    again = subprocess.run([*command, "--quiet", *QUICK, *span(1)], env=environment, check=False)
    assert again.returncode == 0
    assert known(out) == launch.undisturbed
