"""The recorder of WSGI services."""

import io
import threading
from wsgiref import simple_server
from wsgiref.validate import validator

import httpx
import pytest

from darklaunch.capture.arm import Arm
from darklaunch.capture.mirror.settings import MirrorSettings, Target
from darklaunch.capture.recorder.wsgi import WsgiRecorder
from tests.capture.loopback import Service, rows_of, serve


class Quiet(simple_server.WSGIRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def shadow():
    service = Service()
    with serve(service) as url:
        service.url = url
        yield service


def answered(app, tmp_path, shadow, requests, *, check=True):
    settings = MirrorSettings(out=str(tmp_path), shadow=Target(url=shadow.url), safe=("POST /s",))
    recorder = WsgiRecorder(app, settings)
    server = simple_server.make_server("127.0.0.1", 0, validator(recorder) if check else recorder, handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{server.server_port}", headers={"connection": "close"}) as client:
            answers = [client.send(client.build_request(**request)) for request in requests]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        recorder.close()
    return answers, recorder.counts, rows_of(tmp_path)


def echo(environ, start_response):
    length = int(environ.get("CONTENT_LENGTH") or 0)
    body = environ["wsgi.input"].read(length) if length else b"nothing"
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [body]


def test_answers_stay_as_they_are_and_rows_are_written(tmp_path, shadow):
    requests = [{"method": "GET", "url": "/a%20b?x=1"}, {"method": "POST", "url": "/s", "content": b"hello"}]
    answers, counts, rows = answered(echo, tmp_path, shadow, requests)
    assert [answer.text for answer in answers] == ["nothing", "hello"]
    assert {(row["path"], row["query"], row["body"]) for row in rows["production"]} == {
        ("/a%20b", "x=1", b"nothing"),
        ("/s", None, b"hello"),
    }
    assert sorted((seen[0], seen[1], seen[4]) for seen in shadow.seen) == [
        ("GET", "/a%20b", b""),
        ("POST", "/s", b"hello"),
    ]
    assert (counts.sampled, counts.failures, counts.written[Arm.SHADOW]) == (2, 0, 2)


def test_a_server_may_still_ask_for_the_number_of_parts(tmp_path, shadow):
    answers, _, _ = answered(echo, tmp_path, shadow, [{"method": "GET", "url": "/"}], check=False)
    # which wsgiref does to tell the length of a single part
    assert answers[0].headers["content-length"] == "7"


def test_streams_write_calls_and_lines_are_heard(tmp_path, shadow):
    def streaming(environ, start_response):
        lines = [environ["wsgi.input"].readline() for _ in range(2)]
        start_response("200 OK", [("Content-Type", "text/plain")])(b"first,")
        return (line for line in [*lines, b"last"])

    requests = [{"method": "POST", "url": "/s", "content": b"a\nb\n"}]
    answers, _, rows = answered(streaming, tmp_path, shadow, requests, check=False)
    assert answers[0].text == "first,a\nb\nlast"
    assert rows["production"][0]["body"] == b"first,a\nb\nlast"
    assert shadow.seen[0][4] == b"a\nb\n"


def test_a_stream_that_breaks_off_is_no_answer(tmp_path, shadow):
    def breaking(_environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain")])
        yield b"begun"
        raise ZeroDivisionError

    settings = MirrorSettings(out=str(tmp_path), shadow=Target(url=shadow.url))
    recorder = WsgiRecorder(breaking, settings)
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "wsgi.input": io.BytesIO()}
    chunks = recorder(environ, lambda *_: None)
    iterator = iter(chunks)
    assert next(iterator) == b"begun"
    with pytest.raises(ZeroDivisionError):
        next(iterator)
    chunks.close()
    recorder.close()
    assert [(row["status"], row["error"]) for row in rows_of(tmp_path)["production"]] == [(None, "connection")]


def test_flask_tells_the_route(tmp_path, shadow):
    flask = pytest.importorskip("flask")
    app = flask.Flask("shop")

    @app.get("/items/<int:number>")
    def item(number):
        return str(number)

    _, _, rows = answered(app, tmp_path, shadow, [{"method": "GET", "url": "/items/7"}], check=False)
    assert [row["endpoint"] for row in rows["production"]] == ["/items/{number}"]
