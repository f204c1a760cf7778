"""Who may read what is written: owner and group, whatever the umask of whoever starts it."""

import os
import subprocess
import sys

import httpx
import pytest

from darklaunch.capture.mirror.settings import MirrorSettings, Target
from darklaunch.capture.recorder.asgi import AsgiRecorder
from tests.capture.importers.gor_exchanges import exchange
from tests.capture.loopback import Service, serve
from tests.whole_runs.runs import run
from tests.worlds import row, write_log

OTHERS = 0o007


@pytest.fixture(autouse=True)
def open_umask():
    before = os.umask(0)
    yield
    # a command leaves the umask of its process as it was
    assert os.umask(before) == 0


def open_to_others(folder):
    paths = [folder, *folder.rglob("*")]
    assert sum(path.is_file() for path in paths) > 0
    return [path for path in paths if path.stat().st_mode & OTHERS]


def test_others_can_read_nothing_of_a_run(tmp_path):
    rows = [row(f"r{n}", arm, at=n, body={"n": n}) for n in range(50) for arm in ("production", "shadow")]
    log = write_log(tmp_path / "log", rows)
    out = tmp_path / "out"
    assert run(log, out, "-o", "publish.formats=[html, json, csv]") == 0
    assert len(list(out.rglob("*"))) > 10
    assert open_to_others(out) == []


def test_others_can_read_nothing_of_a_live_capture_log(tmp_path):
    service = Service()
    with serve(service) as shadow:
        recorder = AsgiRecorder(Service(), MirrorSettings(out=str(tmp_path / "log"), shadow=Target(url=shadow)))
        with serve(recorder) as url:
            httpx.get(f"{url}/a")
        recorder.close()
    assert open_to_others(tmp_path / "log") == []


def test_others_can_read_nothing_of_an_imported_capture_log(tmp_path):
    recording = tmp_path / "a.gor"
    recording.write_bytes(b"".join(exchange()))
    words = ["capture", "import", "gor", str(recording), "--arm", "production", "--out", str(tmp_path / "log")]
    code = "import sys; from darklaunch.cli.main import main; sys.exit(main(sys.argv[1:]))"
    subprocess.run([sys.executable, "-c", code, *words], check=True, capture_output=True)  # noqa: S603 - this Python
    assert open_to_others(tmp_path / "log") == []
