"""A line that is copied from the page and pasted into a shell reproduces the mismatch, whatever was captured."""

import json
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from darklaunch.diff.privacy.masking import Masking
from darklaunch.publish.html import render_html
from darklaunch.triage.curl import CapturedRequest, curl_command
from tests.publish import sample

pytestmark = pytest.mark.long
HOSTILE = 'it\'s $(touch pwned) `id` <b>\\ "q" {1..3} é'


@contextmanager
def release(amount) -> Iterator[tuple[str, list]]:
    """A service on loopback that answers with an amount, and what it was asked."""
    seen = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            seen.append((self.path, self.headers["x-note"], body))
            answer = json.dumps({"amount": amount}).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", seen
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_the_copied_line_reproduces_the_mismatch_on_the_two_releases(opened, tmp_path):
    body = json.dumps({"note": HOSTILE}, ensure_ascii=False)
    request = CapturedRequest(
        method="POST",
        path="/orders/7",
        query="page=2",
        headers=(("content-type", "application/json"), ("x-note", "it's $(touch pwned)")),
        body=body.encode(),
        template="/orders/{id}",
    )
    made = sample.full()
    made["causes"][0]["examples"][0]["curl"] = curl_command(request, Masking.NONE)
    page = opened(render_html(sample.report(made)), permissions=["clipboard-read", "clipboard-write"])
    page.locator("#cause-1 summary").filter(has_text="to send again").click()
    page.locator("#cause-1").get_by_role("button", name="Copy").click()
    assert page.locator("#cause-1 button.copy").inner_text() == "Copied"
    line = page.evaluate("navigator.clipboard.readText()")
    with release("12.30") as (production, first), release(12.3) as (shadow, second):
        answers = [
            subprocess.run(
                ["bash", "-c", line],
                env={"HOST": host, "PATH": "/usr/bin:/bin"},
                cwd=tmp_path,
                capture_output=True,
                check=True,
            ).stdout
            for host in (production, shadow)
        ]
    assert [json.loads(answer) for answer in answers] == [{"amount": "12.30"}, {"amount": 12.3}]
    assert first == second == [("/orders/7?page=2", "it's $(touch pwned)", body)]
    assert not (tmp_path / "pwned").exists()
