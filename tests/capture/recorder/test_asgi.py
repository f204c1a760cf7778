"""The recorder of ASGI services, over real sockets: users see production alone, the log sees every arm."""

import asyncio
import time

import httpx
import pytest

from darklaunch.capture.arm import Arm
from darklaunch.capture.mirror.settings import Limits, MirrorSettings, Sampling, Target
from darklaunch.capture.recorder.asgi import AsgiRecorder
from tests.capture.loopback import Service, closed_port, everything_on_disk, respond, rows_of, serve

SECRET = "s3cr3t-Value!9"  # noqa: S105 - planted
SALT = "a secret of sixteen"


def settings(out, shadow, **more):
    return MirrorSettings(out=str(out), shadow=Target(url=shadow, release="2"), production_release="1", **more)


def ids(rows):
    return sorted(row["request_id"] for row in rows)


@pytest.fixture
def shadow():
    service = Service(change=lambda answer: answer.update(extra=1))
    with serve(service) as url:
        service.url = url
        yield service


def recorded(app, tmp_path, shadow_url, requests, **more):
    """The answers to requests, the counts, and the rows."""
    recorder = AsgiRecorder(app, settings(tmp_path, shadow_url, **more))
    with serve(recorder) as url, httpx.Client(base_url=url) as client:
        answers = [client.send(client.build_request(**request)) for request in requests]
    recorder.close()
    return answers, recorder.counts, rows_of(tmp_path) if recorder.counts.written[Arm.PRODUCTION] else {}


def test_users_get_production_s_answers_and_the_log_both(tmp_path, shadow):
    requests = [{"method": "GET", "url": f"/items/{number}?a=%2F"} for number in range(20)]
    answers, counts, rows = recorded(Service(), tmp_path, shadow.url, requests)
    assert all("extra" not in answer.json() for answer in answers)
    assert len(set(ids(rows["production"]))) == 20
    assert ids(rows["production"]) == ids(rows["shadow"])
    assert all(b"extra" in row["body"] for row in rows["shadow"])
    assert (counts.sampled, counts.failures) == (20, 0)
    first = next(row for row in rows["production"] if row["path"] == "/items/0")
    assert (first["query"], first["release"], first["status"], first["sample_rate"]) == ("a=%2F", "1", 200, 1.0)
    assert [row["release"] for row in rows["shadow"]] == ["2"] * 20


def test_the_copy_is_the_request_as_it_came_with_a_mark(tmp_path, shadow):
    headers = {"x-request-id": "abc", "authorization": SECRET, "x-one": "é".encode("latin-1")}
    recorded(Service(), tmp_path, shadow.url, [{"method": "GET", "url": "/a%2Fb/..;/c?x=%20", "headers": headers}])
    ((method, path, query, seen, body),) = shadow.seen
    assert (method, path, query, body) == ("GET", "/a%2Fb/..;/c", "x=%20", b"")
    seen = dict(seen)
    assert seen.pop("x-dark-launch") == "shadow"
    assert (seen["x-request-id"], seen["authorization"], seen["x-one"]) == ("abc", SECRET, "é")


def test_what_an_outer_server_adds_is_no_difference(tmp_path, shadow):
    _, _, rows = recorded(Service(), tmp_path, shadow.url, [{"method": "GET", "url": "/"}])
    names = [[header["name"] for header in rows[arm][0]["response_headers"]] for arm in ("production", "shadow")]
    assert names[0] == names[1]


def test_a_request_with_side_effects_is_left_out_unless_it_is_declared_safe(tmp_path, shadow):
    requests = [{"method": "POST", "url": path, "content": b"x" * 70_000} for path in ("/orders", "/search")]
    _, counts, rows = recorded(Service(), tmp_path, shadow.url, requests, safe=("POST /search",))
    assert [(row["path"], row["endpoint"]) for row in rows["production"]] == [("/search", "/search")]
    assert rows["production"][0]["request_body"] == b"x" * 70_000
    assert [(seen[1], len(seen[4])) for seen in shadow.seen] == [("/search", 70_000)]
    assert (counts.sampled, counts.unsafe) == (1, 1)


def test_a_copy_is_not_copied_again(tmp_path, shadow):
    requests = [{"method": "GET", "url": "/", "headers": {"x-dark-launch": "shadow"}}]
    _, counts, _ = recorded(Service(), tmp_path, shadow.url, requests)
    assert counts.sampled == 0
    assert shadow.seen == []


def test_rates_units_and_attributes_stand_in_the_rows(tmp_path, shadow):
    sampling = Sampling(rate=0.0, rates=(("GET /a/{id}", 0.5),), by_unit=True, salt=SALT)
    requests = [
        {
            "method": "GET",
            "url": f"/{'ab'[number % 2]}/{number}",
            "headers": {"x-user": f"u-{number % 40}-name", "x-region": "eu"},
        }
        for number in range(80)
    ]
    more = {"sampling": sampling, "unit_header": "x-user", "attributes": (("region", "x-region"),)}
    _, counts, rows = recorded(Service(), tmp_path, shadow.url, requests, **more)
    assert 0 < counts.sampled < 40
    assert {(row["endpoint"], row["sample_rate"]) for row in rows["production"]} == {("/a/{id}", 0.5)}
    assert {tuple(row["attributes"]) for row in rows["shadow"]} == {(("region", "eu"),)}
    units = [row["unit_id"] for row in rows["production"]]
    # each unit asked twice, and is in or out as a whole
    assert all(units.count(unit) == 2 for unit in units)
    assert not any("name" in unit for unit in units)


def test_a_refusing_shadow_is_connection_and_after_a_while_dropped(tmp_path):
    limits = Limits(breaker_failures=5, copies_at_once=1)
    requests = [{"method": "GET", "url": f"/{number}"} for number in range(30)]
    answers, counts, rows = recorded(Service(), tmp_path, closed_port(), requests, limits=limits)
    assert {answer.status_code for answer in answers} == {200}
    errors = [row["error"] for row in rows["shadow"]]
    assert errors.count("connection") == 5
    assert errors.count("dropped") == 25 == counts.dropped[Arm.SHADOW]
    assert len(rows["production"]) == 30


def test_a_hanging_shadow_is_a_timeout_and_nobody_waits_for_it(tmp_path):
    async def hang(_scope, receive, _send):
        await receive()
        await asyncio.sleep(60)

    limits = Limits(copy_seconds=0.5, copies_at_once=2, waiting_copies=3)
    requests = [{"method": "GET", "url": f"/{number}"} for number in range(20)]
    started = time.monotonic()
    with serve(hang, lifespan="off") as url:
        answers, _, rows = recorded(Service(), tmp_path, url, requests, limits=limits)
    assert max(answer.elapsed.total_seconds() for answer in answers) < 0.45
    assert time.monotonic() - started < 20
    errors = [row["error"] for row in rows["shadow"]]
    assert set(errors) == {"timeout", "dropped"}
    assert len(errors) == len(rows["production"]) == 20


def test_a_long_answer_is_cut_and_a_long_request_not_copied(tmp_path, shadow):
    async def long(_scope, receive, send):
        await receive()
        await respond(send, 200, [], b"x" * 5000)

    requests = [{"method": "GET", "url": "/"}, {"method": "POST", "url": "/s", "content": b"y" * 5000}]
    _, _, rows = recorded(long, tmp_path, shadow.url, requests, limits=Limits(body_bytes=1000), safe=("POST /s",))
    assert [(len(row["body"]), row["body_truncated"]) for row in rows["production"]] == [(1000, True)] * 2
    errors = {row["path"]: row["error"] for row in rows["shadow"]}
    assert errors == {"/": None, "/s": "dropped"}


def test_what_finds_no_memory_is_counted(tmp_path, shadow):
    requests = [{"method": "GET", "url": f"/{number}"} for number in range(5)]
    _, counts, _ = recorded(Service(), tmp_path, shadow.url, requests, limits=Limits(memory_bytes=1000))
    assert counts.sampled == 5
    assert counts.lost[Arm.PRODUCTION] == counts.lost[Arm.SHADOW] == 5


def test_a_log_that_can_not_be_written_fails_nobody_and_is_counted(tmp_path, shadow):
    (tmp_path / "file").write_text("")
    requests = [{"method": "GET", "url": f"/{number}"} for number in range(5)]
    recorder = AsgiRecorder(Service(), settings(tmp_path / "file", shadow.url))
    with serve(recorder) as url, httpx.Client(base_url=url) as client:
        assert {client.send(client.build_request(**request)).status_code for request in requests} == {200}
    assert recorder.counts.lost[Arm.PRODUCTION] == recorder.counts.sampled == 5


def test_an_application_that_fails_is_recorded_as_what_its_server_says(tmp_path, shadow):
    async def broken(_scope, receive, _send):
        await receive()
        raise ZeroDivisionError

    answers, _, rows = recorded(broken, tmp_path, shadow.url, [{"method": "GET", "url": "/"}])
    assert answers[0].status_code == 500
    assert [(row["status"], row["body_truncated"]) for row in rows["production"]] == [(500, True)]


def test_no_secret_reaches_the_disk(tmp_path, shadow):
    headers = {
        "authorization": f"Bearer {SECRET}",
        "cookie": f"session={SECRET}",
        "x-api-key": SECRET,
        "referer": f"http://x/?token={SECRET}",
        "content-type": "application/json",
    }
    requests = [
        {"method": "GET", "url": f"/a?token={SECRET}&b=1", "headers": headers},
        {"method": "POST", "url": "/s", "headers": headers, "content": f'{{"a": [{{"password": "{SECRET}"}}]}}'},
        {"method": "POST", "url": "/s", "headers": headers, "content": f'{{"password": "{SECRET}'},
    ]
    answers, _, rows = recorded(Service(), tmp_path, shadow.url, requests, safe=("POST /s",))
    assert all(SECRET in answer.text for answer in answers)
    assert len(rows["production"]) == len(rows["shadow"]) == 3
    disk = everything_on_disk(tmp_path)
    assert b"redacted-" in disk
    assert SECRET.encode() not in disk


def test_starlette_tells_the_route(tmp_path, shadow):
    applications = pytest.importorskip("starlette.applications")
    routing, responses = (pytest.importorskip(f"starlette.{name}") for name in ("routing", "responses"))

    async def item(request):
        return responses.PlainTextResponse(request.path_params["id"])

    app = applications.Starlette(routes=[routing.Route("/items/{id}", item)])
    _, _, rows = recorded(app, tmp_path, shadow.url, [{"method": "GET", "url": "/items/7"}])
    assert [row["endpoint"] for row in rows["production"]] == ["/items/{id}"]
    assert [row["endpoint"] for row in rows["shadow"]] == ["/items/{id}"]
