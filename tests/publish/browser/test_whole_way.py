"""From the verdict to a line that reproduces it: a run's own page, and on loopback the releases that it compared."""

import http.client
import json
import subprocess
import threading
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

import darklaunch
from tests.whole_runs.runs import newest, run
from tests.worlds import START, row, write_log

pytestmark = pytest.mark.long
THINGS = ("items", "users", "carts", "stores", "prices", "labels")
ENDPOINTS = "#endpoints table.main tbody:last-of-type tr"


class _Release(BaseHTTPRequestHandler):
    """A service whose newer release writes the amounts of German orders as numbers."""

    protocol_version = "HTTP/1.1"
    newer = False

    def do_GET(self):
        self._answer({"path": self.path, "name": "a thing"})

    def do_POST(self):
        order = json.loads(self.rfile.read(int(self.headers["content-length"])))
        amount = 12.3 if self.newer and order["country"] == "DE" else "12.30"
        self._answer({"note": order["note"], "total": {"amount": amount, "currency": "EUR"}})

    def _answer(self, body):
        written = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(written)))
        self.end_headers()
        self.wfile.write(written)

    def log_message(self, *_):
        pass


@contextmanager
def served(*, newer):
    """The port of a release on loopback."""
    handler = type("Release", (_Release,), {"newer": newer})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def requests():
    """Method, template, path, query and body of each request that is sent."""
    for n in range(120):
        country = ("DE", "FR", "US")[n % 3]
        body = json.dumps({"country": country, "note": f'it\'s no. {n}, "quick" $HOME'}).encode()
        yield "POST", "/orders/{id}", f"/orders/{n}", "page=2", body
        yield "GET", "/items/{id}", f"/items/{n}", "page=1", None
        for at, thing in enumerate(THINGS):
            if n % (at + 1) == 0:
                yield "GET", f"/{thing}/{{id}}", f"/{thing}/{n}", None, None


def recorded(ports, folder):
    """A capture log of what both releases answer."""
    rows = []
    for n, (method, template, path, query, body) in enumerate(requests()):
        headers = [("content-type", "application/json"), ("x-country", "de"), ("x-note", "it's $(touch pwned)")]
        for arm, port in ports.items():
            connection = http.client.HTTPConnection("127.0.0.1", port)
            connection.request(method, path + (f"?{query}" if query else ""), body, dict(headers))
            answer = connection.getresponse()
            rows.append(
                row(
                    f"r{n}", arm, body=answer.read(), status=answer.status, captured_at=START + timedelta(seconds=n),
                    method=method, endpoint=template, path=path, query=query, request_headers=headers,
                    request_body=body, unit_id=f"u{n}",
                )
            )  # fmt: skip
            connection.close()
    return write_log(folder, rows)


def sent(line, port, folder):
    """What a line answers in a shell."""
    done = subprocess.run(
        ["bash", "-c", line],
        env={"HOST": f"http://127.0.0.1:{port}", "PATH": "/usr/bin:/bin"},
        cwd=folder,
        capture_output=True,
        check=True,
    )
    return json.loads(done.stdout)


def test_an_engineer_gets_from_a_block_to_a_line_that_reproduces_it(opened, tmp_path):
    with ExitStack() as stack:
        ports = {
            "production": stack.enter_context(served(newer=False)),
            "shadow": stack.enter_context(served(newer=True)),
        }
        log = recorded(ports, tmp_path / "log")
        assert run(log, tmp_path / "out", "-o", "scoring.tolerated_excess=0.05", "-o", "publish.masking=none") == 0
        page = opened(
            (newest(tmp_path / "out") / "report.html").read_text(), permissions=["clipboard-read", "clipboard-write"]
        )
        page.get_by_role("columnheader", name="Pairs").get_by_role("button").click()
        names = page.locator(f"{ENDPOINTS} th .find").all_inner_texts()
        assert names == ["GET /items/{id}", "POST /orders/{id}", *(f"GET /{thing}/{{id}}" for thing in THINGS[1:])]
        page.get_by_label("block").check()
        assert page.locator(f"{ENDPOINTS}:visible th .find").all_inner_texts() == ["POST /orders/{id}"]
        page.locator("#causes table.overview a").first.click()
        page.locator("#cause-1 summary").filter(has_text="to send again").first.click()
        page.locator("#cause-1 details[open]").get_by_role("button", name="Copy").click()
        line = page.evaluate("navigator.clipboard.readText()")
        answers = [sent(line, port, tmp_path) for port in ports.values()]
    (difference,) = darklaunch.diff(*answers)
    assert difference.path == page.locator("#cause-1 h3 .find").inner_text() == "$.body.total.amount"
    assert [each["total"]["amount"] for each in answers] == ["12.30", 12.3]
    assert page.locator("#cause-1 .example dd").all_inner_texts()[:2] == ['"12.30"', "12.3"]
    assert not (tmp_path / "pwned").exists()
