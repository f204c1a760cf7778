"""Delivery in processes of their own: within its time, to everybody, and without a secret in what is said."""

import json
import os
import time
from datetime import datetime, timedelta, timezone

import pytest
from standardwebhooks.webhooks import Webhook as Verifier

from darklaunch.publish.notify import delivery
from darklaunch.publish.notify.message import failure_message
from darklaunch.publish.notify.plan import Event, NotifyPlan, Webhook
from tests.publish.notify.receiver import WHSEC, receiving

VARIABLE = "HOOK_SECRET"
NOW = datetime(2026, 3, 2, 15, tzinfo=timezone.utc)
MESSAGE = failure_message("checkout", None, "pair", "found `x` <!channel> @here [a](http://evil)", NOW)


@pytest.fixture(autouse=True)
def secret(monkeypatch):
    monkeypatch.setenv("HOOK_SECRET", WHSEC)


def plan(receiver, **more):
    webhook = Webhook(url=receiver.url, secret_variable=VARIABLE)
    return NotifyPlan(**{"webhook": webhook, "allow_private": True, "attempts": 1} | more)


def test_a_webhook_and_a_service_get_the_message(monkeypatch):
    with receiving(200) as receiver, receiving(200) as service:
        monkeypatch.setenv("SERVICE_URL", f"json://127.0.0.1:{service.server_port}/confidential-token")
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
        assert delivery.deliver(plan(receiver, apprise_variables=("SERVICE_URL",)), MESSAGE) == ()
    ((_, headers, body),) = receiver.got
    told = Verifier(WHSEC).verify(body, headers)
    assert (told["type"], told["data"]["error"]) == ("darklaunch.run_failed", MESSAGE.data["error"])
    ((_, _, body),) = service.got
    assert json.loads(body)["title"] == "darklaunch checkout: a run failed"
    assert r"\x60x\x60 \x3c!channel\x3e \x40here \x5ba\x5d(http:\x2f/evil)" in json.loads(body)["message"]


def test_a_receiver_that_hangs_costs_the_time_limit_and_no_more():
    with receiving(None) as receiver, receiving(200) as quick:
        started = time.monotonic()
        limit = plan(receiver, time_limit=timedelta(seconds=8))
        (trouble,) = delivery.deliver(limit, MESSAGE)
        assert time.monotonic() - started < 20
        assert trouble == "notify: webhook of 127.0.0.1: not delivered within 8 seconds"
        assert len(receiver.got) == 1
        assert delivery.deliver(plan(quick), MESSAGE) == ()


def test_what_failed_is_said_for_each_channel_without_a_secret(monkeypatch):
    monkeypatch.setenv("REFUSED_URL", "json://user:hunter2@127.0.0.1:1/confidential-token")
    monkeypatch.setenv("NONSENSE", "hunter2://confidential-token")
    monkeypatch.delenv("UNSET", raising=False)
    with receiving(500) as receiver:
        given = plan(receiver, apprise_variables=("REFUSED_URL", "NONSENSE", "UNSET"))
        troubles = delivery.deliver(given, MESSAGE)
    assert [trouble.split(": ")[1] for trouble in troubles] == [
        "webhook of 127.0.0.1",
        "REFUSED_URL",
        "NONSENSE",
        "UNSET",
    ]
    for confidential in (WHSEC, "hunter2", "confidential"):
        assert confidential not in " ".join(troubles)


def test_no_library_reaches_a_private_address(monkeypatch):
    with receiving(200) as service:
        monkeypatch.setenv("SERVICE_URL", f"json://127.0.0.1:{service.server_port}/x")
        given = NotifyPlan(apprise_variables=("SERVICE_URL",), attempts=1)
        (trouble,) = delivery.deliver(given, MESSAGE)
    assert service.got == []
    assert trouble.startswith("notify: SERVICE_URL: it refused, or could not be reached")


def test_a_service_follows_no_redirect_even_where_its_url_asks_for_it(monkeypatch):
    with receiving(307) as service:
        monkeypatch.setenv("SERVICE_URL", f"json://127.0.0.1:{service.server_port}/x?redirect=yes")
        given = NotifyPlan(apprise_variables=("SERVICE_URL",), attempts=1, allow_private=True)
        (trouble,) = delivery.deliver(given, MESSAGE)
    assert [path for path, _, _ in service.got] == ["/x"]
    assert "it refused" in trouble


def test_nobody_is_told_what_they_did_not_ask_for():
    with receiving(200) as receiver:
        assert delivery.deliver(plan(receiver, events=frozenset({Event.WORSE_SINCE})), MESSAGE) == ()
    assert receiver.got == []


def test_a_process_that_dies_is_said(monkeypatch):
    monkeypatch.setattr(delivery.sys, "executable", "/bin/false" if os.path.exists("/bin/false") else "/usr/bin/false")  # noqa: PTH110
    with receiving(200) as receiver:
        (trouble,) = delivery.deliver(plan(receiver), MESSAGE)
    assert "its process ended with 1" in trouble
