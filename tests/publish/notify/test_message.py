"""What a message tells: changes since the look before, as data for programs and as inert text for people."""

from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

from darklaunch.decide.verdict import Verdict
from darklaunch.publish.notify.message import failure_message, look_message
from darklaunch.publish.notify.plan import Event
from darklaunch.publish.report.json import read_verdict
from tests.publish import sample

PAGE = Path("out/report.html")
NOW = datetime(2026, 3, 2, 15, tzinfo=timezone.utc)
WORSE = "Worse since Monday 2026-03-02 10:00 UTC: at least 1 % differ; 0.1 % are tolerated."


def report(verdict, **worse):
    """A run with a verdict, and endpoints that are worse since some hour."""
    whole = read_verdict(sample.full())
    clean = replace(whole.endpoints[0], reasons=("fine",))
    endpoints = tuple(replace(clean, name=name, reasons=("first", reason)) for name, reason in worse.items())
    return replace(whole, verdict=verdict, endpoints=(clean, *endpoints), groups=(), reasons=("why",))


def told(now, before):
    message = look_message(now, before, PAGE)
    return None if message is None else message.events


def test_nothing_is_told_when_nothing_changed():
    for verdict in Verdict:
        assert told(report(verdict), report(verdict)) is None
    assert told(report(Verdict.HOLD), None) is None
    assert told(report(Verdict.HOLD, x=WORSE), report(Verdict.HOLD, x=WORSE.replace("10:00", "11:00"))) is None
    assert told(report(Verdict.HOLD), report(Verdict.HOLD, x=WORSE)) is None


def test_a_changed_verdict_is_told_with_the_one_before():
    message = look_message(report(Verdict.BLOCK), report(Verdict.PROMOTE), PAGE)
    assert message.events == (Event.VERDICT_CHANGED,)
    assert message.title.endswith(": promote to block")
    payload = message.payload(NOW)
    assert payload["type"] == "darklaunch.verdict_changed"
    data = payload["data"]
    assert (data["verdict"], data["previous_verdict"], data["reasons"]) == ("block", "promote", ["why"])
    assert (data["run"], data["report"]) == (report(Verdict.BLOCK).span.slug, "out/report.html")
    assert {"name", "key", "production_release", "shadow_release"} == set(data["launch"])


def test_a_first_look_changes_a_hold():
    assert told(report(Verdict.BLOCK), None) == (Event.VERDICT_CHANGED,)
    assert look_message(report(Verdict.BLOCK), None, PAGE).data["previous_verdict"] is None


def test_what_is_newly_worse_is_told_and_what_was_is_not():
    message = look_message(report(Verdict.HOLD, old=WORSE, new=WORSE), report(Verdict.HOLD, old=WORSE), PAGE)
    assert message.events == (Event.WORSE_SINCE,)
    assert message.data["worse_since"] == [{"endpoint": "new", "reason": WORSE}]


def test_a_long_list_is_cut_and_counted():
    many = report(Verdict.HOLD, **{f"GET /{number}": WORSE for number in range(25)})
    message = look_message(many, None, PAGE)
    assert (len(message.data["worse_since"]), message.data["worse_since_beyond"]) == (20, 5)
    assert "and 5 more" in message.text


def test_the_same_look_told_again_is_the_same_message():
    first, again = (look_message(report(Verdict.BLOCK), None, PAGE).identity for _ in range(2))
    assert first == again
    assert first != look_message(report(Verdict.PROMOTE), None, PAGE).identity


def test_names_of_strangers_are_data_for_programs_and_inert_for_people():
    name = "GET /<!channel>@all\n[x](https://evil)`\u202e"
    message = look_message(report(Verdict.HOLD, **{name: WORSE}), None, PAGE)
    assert message.data["worse_since"][0]["endpoint"] == name
    assert not set("<>@[]`|&\u202e") & set(message.text)
    assert "://" not in message.text
    assert all(line.isprintable() for line in message.lines)


def test_a_failure_holds_no_credentials_of_a_uri():
    message = failure_message("checkout", None, "mlflow", "postgresql://me:hunter2@db/x?token=abc refused", NOW)
    assert "hunter2" not in str(message)
    assert "abc" not in str(message)
    assert message.data["error"] == "postgresql://db/x refused"
