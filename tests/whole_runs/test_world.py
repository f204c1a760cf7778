"""A whole service with planted faults: noise is learned, every fault is found and named, and the gate is not blind."""

import datetime as dt
import random
import uuid

import pytest

from tests.whole_runs.runs import run, verdict
from tests.whole_runs.test_rules_check import checked, request
from tests.worlds import START, row, write_log

pytestmark = pytest.mark.slow
ARMS = ("production", "shadow", "baseline")
HOURS = 6
PAIRS = 1000
REGIONS = ("eu", "us", "asia", "africa")
HEADERS = [("content-type", "application/json"), ("etag", '"v1"')]
LEARN = ["-o", "noise.learn=true", "-o", f"noise.learning_hours={HOURS}"]


def changed(answer):
    answer["body"]["price"] += 1


def dropped(answer):
    del answer["body"]["owner"]["name"]


def retyped(answer):
    answer["body"]["stock"] = str(answer["body"]["stock"])


def failed(answer):
    answer["status"] = 500


def bare(answer):
    answer["response_headers"] = HEADERS[:1]


def every(step):
    return lambda n, _region, _hour: n % step == 0


FAULTS = {
    "rare": (changed, every(333), "$.body.price", "value_changed"),
    "some": (changed, every(100), "$.body.price", "value_changed"),
    "many": (changed, every(20), "$.body.price", "value_changed"),
    "dropped": (dropped, every(50), "$.body.owner.name", "missing"),
    "retyped": (retyped, every(50), "$.body.stock", "type_changed"),
    "failed": (failed, every(50), "$.status", "value_changed"),
    "header": (bare, every(50), "$.headers.etag", "missing"),
    "region": (changed, lambda _n, region, _hour: region == "asia", "$.body.price", "value_changed"),
    "hours": (changed, lambda _n, _region, hour: hour in {2, 3}, "$.body.price", "value_changed"),
}
"""By endpoint: the fault, when it strikes, and how it has to be named."""

CLEAN = tuple(f"clean{n}" for n in range(5))


def volatile(chance, n, at):
    moment = START + dt.timedelta(seconds=at, milliseconds=chance.randrange(1, 900))
    return {
        "trace": str(uuid.UUID(int=chance.getrandbits(128), version=4)),
        "at": moment.isoformat().replace("+00:00", "Z"),
        "load": round(chance.uniform(0.1, 0.9), 9),
        "seen": 1_000_000 + 10 * n + chance.randrange(10),
        "tags": chance.sample([f"tag{k}" for k in range(9)], 9),
    }


def rows_of(name, *, noisy):
    chance = random.Random(name + str(noisy))
    endpoint = f"/{name}/noisy" if noisy else f"/{name}"
    for n in range(PAIRS):
        hour, region = n * HOURS // PAIRS, REGIONS[chance.randrange(len(REGIONS))]
        at = hour * 3600.0 + n % 3000
        for arm in ARMS:
            body = {
                "id": n,
                "price": 10 + n % 7,
                "stock": n % 50,
                "owner": {"name": f"owner {n % 11}", "vip": n % 2 == 0},
            }
            answer = {
                "body": {**body, **(volatile(chance, n, at) if noisy else {})},
                "status": 200,
                "response_headers": HEADERS,
            }
            if arm == "shadow" and name in FAULTS and FAULTS[name][1](n, region, hour):
                FAULTS[name][0](answer)
            report = {"endpoint": endpoint, "unit_id": f"u{n % 400}", "attributes": [("region", region)], **answer}
            yield row(f"{endpoint}{n}", arm, at=at, **report)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("world")
    names = [(name, noisy) for name in (*FAULTS, *CLEAN) for noisy in (False, True)]
    log = write_log(folder / "log", [each for name, noisy in names for each in rows_of(name, noisy=noisy)])
    return log, folder / "out"


@pytest.fixture(scope="module")
def report(world):
    log, out = world
    assert run(log, out, *LEARN) == 0
    return verdict(out)


def entries(report, names):
    by_name = {entry["endpoint"]: entry for entry in report["endpoints"]}
    return {(name, suffix): by_name[f"GET /{name}{suffix}"] for name in names for suffix in ("", "/noisy")}


def test_learned_rules_leave_almost_nothing_of_the_noise(report):
    for entry in entries(report, CLEAN).values():
        assert entry["mismatches"] < entry["pairs"] / 1000
    learned = {each["path"]: each["shape"]["kind"] for each in report["noise"]["learned"]}
    assert learned == {
        "$.body.trace": "uuid",
        "$.body.at": "timestamp",
        "$.body.load": "number",
        "$.body.seen": "number",
        "$.body.tags": "order",
    }


@pytest.mark.parametrize("name", FAULTS)
@pytest.mark.parametrize("suffix", ["", "/noisy"])
def test_a_planted_fault_is_found_and_named_by_its_path(report, name, suffix):
    _, _, path, kind = FAULTS[name]
    entry = entries(report, [name])[name, suffix]
    counting = {(each["path"], each["kind"]) for each in entry["differences"] if each["ignored_by"] is None}
    assert counting == {(path, kind)}
    # one change is one cause, whichever endpoints show it
    (cause,) = [each for each in report["causes"] if entry["endpoint"] in requests_of(each)]
    assert cause["paths"][0]["path"] == path
    assert requests_of(cause)[entry["endpoint"]] == entry["mismatches"]
    assert sum(requests_of(cause).values()) == cause["requests"]


def requests_of(cause):
    return {each["endpoint"]: each["requests"] for each in cause["endpoints"]}


def slice_at(report, endpoint):
    (cause,) = [each for each in report["causes"] if endpoint in requests_of(each)]
    return next(each for each in cause["slices"] if each["endpoint"] == endpoint)


@pytest.mark.parametrize("suffix", ["", "/noisy"])
def test_a_fault_of_some_hours_is_told_with_them(report, suffix):
    hours = slice_at(report, f"GET /hours{suffix}")
    assert hours["facet"] == "hours"
    assert hours["value"] == "2026-03-02T02:00:00Z/2026-03-02T04:00:00Z"


@pytest.mark.parametrize("suffix", ["", "/noisy"])
def test_a_fault_of_some_requests_is_told_with_what_they_have_in_common(report, suffix):
    region = slice_at(report, f"GET /region{suffix}")
    assert (region["facet"], region["name"], region["value"]) == ("attribute", "region", "asia")
    assert region["share_inside"] == 1


def test_what_was_learned_hides_none_of_the_grave_faults_elsewhere(world, report):
    log, out = world
    check = checked(request(log, out))
    assert len(check["rules"]) == len(report["noise"]["learned"])
    assert check["outside"]["high"]["planted"] > 1000
    assert check["outside"]["high"]["share_seen_with_rules"] >= 0.99
    assert check["inside"]["presence_and_type"]["share_seen_with_rules"] == 1
