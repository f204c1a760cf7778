"""The webhook, against a real server: its signature, its attempts, and what it refuses."""

import socket

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from darklaunch.errors import OutsideError
from darklaunch.publish.notify import webhook
from darklaunch.publish.notify.addresses import PrivateAddressError
from tests.publish.notify.receiver import WHSEC, receiving

PAYLOAD = {"type": "darklaunch.verdict_changed", "data": {"reasons": ["GET /ü\n\ud800 <!channel>"]}}


@pytest.fixture(autouse=True)
def secret(monkeypatch):
    monkeypatch.setenv("HOOK_SECRET", WHSEC)
    monkeypatch.setattr(webhook, "_FIRST_DELAY_SECONDS", 0.01)


def post(url, *, attempts=3, allow_private=True):
    webhook.post(url, "HOOK_SECRET", "msg_1", PAYLOAD, attempts=attempts, allow_private=allow_private)


def test_the_standards_own_library_takes_the_signature():
    with receiving(204) as receiver:
        post(receiver.url)
    ((path, headers, body),) = receiver.got
    assert path == "/hooks/confidential-path"
    assert {name.lower() for name in headers} >= {"webhook-id", "webhook-timestamp", "webhook-signature"}
    assert Webhook(WHSEC).verify(body, headers) == PAYLOAD
    with pytest.raises(WebhookVerificationError):
        Webhook(WHSEC).verify(body.replace(b"darklaunch", b"darklaunch2"), headers)
    assert WHSEC.removeprefix("whsec_") not in str(headers)


@pytest.mark.parametrize("status", [500, 503, 429])
def test_what_may_pass_is_tried_again_as_the_same_message(status):
    with receiving(status, status, 200) as receiver:
        post(receiver.url)
    assert [headers["webhook-id"] for _, headers, _ in receiver.got] == ["msg_1"] * 3


@pytest.mark.parametrize(
    ("status", "attempts", "said"),
    [(500, 2, "answered 500 at attempt 2 of 2"), (400, 1, "answered 400 at attempt 1 of 2"), (410, 1, "answered 410")],
)
def test_what_was_not_taken_is_said_without_the_path(status, attempts, said):
    with receiving(status) as receiver, pytest.raises(OutsideError, match=said) as refused:
        post(receiver.url, attempts=2)
    assert len(receiver.got) == attempts
    assert "confidential" not in str(refused.value)


def test_a_redirect_is_not_followed():
    with receiving(307) as receiver, pytest.raises(OutsideError, match="answered 307, and redirects are not followed"):
        post(receiver.url)
    assert [path for path, _, _ in receiver.got] == ["/hooks/confidential-path"]


def test_nobody_there_is_tried_again_and_said():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(OutsideError, match=r"no answer \(NewConnectionError\) at attempt 2 of 2"):
            post(f"http://127.0.0.1:{taken.getsockname()[1]}/x", attempts=2)


def test_a_private_address_is_refused_before_anything_is_sent():
    with receiving(200) as receiver, pytest.raises(PrivateAddressError, match=r"127\.0\.0\.1.*allow_private"):
        post(receiver.url, allow_private=False)
    assert receiver.got == []


def test_one_private_address_among_public_ones_is_enough(monkeypatch):
    def two(*_asked, **_options):
        return [(2, 1, 6, "", ("93.184.216.34", 443)), (2, 1, 6, "", ("10.0.0.7", 443))]

    monkeypatch.setattr(socket, "getaddrinfo", two)
    with pytest.raises(PrivateAddressError, match=r"10\.0\.0\.7"):
        post("https://hooks.example/x", allow_private=False)


@pytest.mark.parametrize("value", ["", "whsec_", "not base64 at all é"])
def test_a_secret_that_is_none_is_said_without_its_value(monkeypatch, value):
    monkeypatch.setenv("HOOK_SECRET", value)
    with pytest.raises(OutsideError, match="HOOK_SECRET: found nothing, or no base64") as refused:
        post("http://127.0.0.1:1/x")
    assert value == "" or value not in str(refused.value)
