"""Is a look whole without MLflow, and complete once it is back?"""

import re
import socket
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from darklaunch.publish.mlflow.run import default_tracking_uri
from tests.soak.comparison import mlflow_of
from tests.soak.world import span
from tests.whole_runs.faults.conftest import known

pytestmark = pytest.mark.slow

SECRET = "".join(("p4ss", "w0rd-of-mlflow"))


class _Sick(BaseHTTPRequestHandler):
    def do_GET(self):
        self.rfile.read(int(self.headers.get("content-length") or 0))
        self.server.seen.append(self.headers.get("authorization") or "")
        self.server.over.wait(self.server.seconds)
        self.send_response(self.server.status)
        self.send_header("content-length", "0")
        self.end_headers()

    def do_POST(self):
        self.do_GET()

    def log_message(self, *_arguments):
        pass


@contextmanager
def sick(status, seconds=0):
    """A server that answers with a status, after some seconds."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Sick)
    server.daemon_threads = True
    server.status, server.seconds, server.seen, server.over = status, seconds, [], threading.Event()
    server.handle_error = lambda *_arguments: None
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        thread.join()
        server.server_close()


def disturbed(launch, out, port, why, capsys):
    """The look with MLflow at a port, then what completes it."""
    capsys.readouterr()
    began = time.monotonic()
    launch.copy(out, 4, "-o", f"publish.mlflow.tracking_uri=http://me:{SECRET}@127.0.0.1:{port}")
    seconds = time.monotonic() - began
    (line,) = capsys.readouterr().err.splitlines()
    assert re.fullmatch(
        rf"darklaunch: MLflow: http://127\.0\.0\.1:{port} could not be reached or refused: {why}; "
        r"the results are safe in \S+; `darklaunch publish` completes it later",
        line,
    )
    assert known(out) == launch.undisturbed
    assert launch.look(out, command="publish") == 0
    assert known(out) == launch.undisturbed
    assert mlflow_of(default_tracking_uri(out), "darklaunch").keys() == {"launch", "steps", *ENDS}
    return seconds


ENDS = ("2026-03-02T01:00:00Z", "2026-03-02T02:00:00Z")


def test_a_look_is_whole_while_mlflow_refuses(launch, tmp_path, capsys):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        disturbed(launch, tmp_path, closed.getsockname()[1], "Connection refused", capsys)


def test_a_look_is_whole_while_mlflow_answers_500(launch, tmp_path, capsys):
    with sick(500) as server:
        disturbed(launch, tmp_path, server.server_port, "too many 500 error responses", capsys)


@pytest.mark.long
def test_a_look_waits_some_seconds_for_an_mlflow_that_takes_ten(launch, tmp_path, capsys):
    with sick(200, seconds=10) as server:
        why = "no answer within 5 seconds, several times"
        assert disturbed(launch, tmp_path, server.server_port, why, capsys) < 60


def test_credentials_of_mlflow_reach_its_server_and_nothing_else(launch, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_USERNAME", "me")
    monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", SECRET)
    with sick(401) as server:
        launch.copy(tmp_path, 4, "-o", f"publish.mlflow.tracking_uri=http://127.0.0.1:{server.server_port}")
    assert server.seen[0].startswith("Basic ")
    launch.look(tmp_path, *span(1), command="publish")
    printed = capsys.readouterr()
    assert SECRET not in printed.out + printed.err
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert not [file for file in files if SECRET.encode() in file.read_bytes()]
