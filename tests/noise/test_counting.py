"""What is counted of requests that all three arms answered, and that parts of them add up to the whole."""

import json
import random
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from darklaunch.diff.difference import Kind
from darklaunch.diff.http.response import Response
from darklaunch.diff.privacy.masking import Masking
from darklaunch.diff.rules.actions import Ignore, Tolerance
from darklaunch.diff.rules.rule import Rule
from darklaunch.diff.rules.rule_set import RuleSet
from darklaunch.diff.values.shape_inference import infer_shape
from darklaunch.noise import counting
from darklaunch.noise.counting import NoiseCounter
from darklaunch.noise.counts import MAXIMUM_PATHS, NoiseCounts, PathCount
from darklaunch.noise.name_limit import LIMIT, within_limit
from tests.diff.factories import answer, trees

GET, POST = "GET /x", "POST /y"
CHANGED = Kind.VALUE_CHANGED
MAXIMUM = 2 * LIMIT + 500


def count(*requests, rules=(), masking=Masking.SENSITIVE, endpoint=GET):
    """Counts (production, shadow, baseline); None: equal to production."""
    counter = NoiseCounter(RuleSet(rules), masking)
    for request in requests:
        counter.add(
            endpoint, *(body if body is None or isinstance(body, Response) else answer(body) for body in request)
        )
    return counter.counts()


def test_requests_are_counted_by_path_with_the_shape_of_production_and_baseline():
    counts = count(
        ({"at": "a1", "n": 1}, {"at": "zzzz", "n": 2}, {"at": "b22", "n": 1}),
        ({"at": "c3", "n": 1}, None, {"at": "d4", "n": 1}),
        ({"at": "e5", "n": 1}, {"at": "e5", "n": 7}, None),
        ({"at": "f6"}, None, None),
        ({"at": "f6", "n": 1}, None, {"at": 6}),
    )
    assert counts == NoiseCounts(
        pairs={GET: 5},
        paths={
            (GET, "$.body.at", CHANGED): PathCount(
                aa_differs=2, shadow_differs=1, shape=infer_shape(["a1", "b22", "c3", "d4"])
            ),
            (GET, "$.body.n", CHANGED): PathCount(aa_differs=0, shadow_differs=2),
            (GET, "$.body.at", Kind.TYPE_CHANGED): PathCount(aa_differs=1, shadow_differs=0),
            (GET, "$.body.n", Kind.MISSING): PathCount(aa_differs=1, shadow_differs=0),
        },
    )
    assert set(counts.cut().paths) == {key for key in counts.paths if key[1:] != ("$.body.n", CHANGED)}


def test_status_headers_order_and_plain_texts_are_counted_too():
    production = answer(b"text a", headers=(("content-type", "text/plain"), ("x-id", "1")))
    baseline = answer(b"text b", status=500, headers=(("content-type", "text/plain"), ("x-id", "2")))
    counts = count((production, None, baseline), ([1, 2, 3], None, [3, 1, 2]))
    assert {key[1:] for key in counts.paths} == {
        ("$.status", CHANGED),
        ("$.headers['x-id']", CHANGED),
        ("$.body", CHANGED),
        ("$.body", Kind.REORDERED),
    }
    assert counts.paths[GET, "$.body", Kind.REORDERED].shape is None
    assert counts.paths[GET, "$.body", CHANGED].shape == infer_shape(["text a", "text b"])


def test_what_a_written_rule_settles_is_no_noise():
    ignore = Rule(path="$.body.at", action=Ignore(), why="clock", endpoint=GET)
    near = Rule(path="$.body.n", action=Tolerance(absolute=1), why="rounding")
    requests = [({"at": 1, "n": 1}, None, {"at": 2, "n": 2}), ({"at": 1, "n": 1}, None, {"at": 1, "n": 9})]
    counts = count(*requests, rules=[ignore, near])
    assert counts.pairs == {GET: 2}
    assert counts.paths == {
        (GET, "$.body.n", CHANGED): PathCount(aa_differs=1, shadow_differs=0, shape=infer_shape([1, 9]))
    }
    assert (POST, "$.body.at", CHANGED) in count(*requests, rules=[ignore], endpoint=POST).paths


def test_masked_names_fall_together_and_a_request_counts_once():
    users = {"ann@example.org": {"age": 1}, "bob@example.org": {"age": 2}}
    other = {"ann@example.org": {"age": 30}, "bob@example.org": {"age": 40}}
    counts = count(({"users": users}, {"users": other}, {"users": other}))
    (key,) = counts.paths
    assert key == (GET, "$.body.users['[masked]'].age", CHANGED)
    assert (counts.paths[key].aa_differs, counts.paths[key].shadow_differs) == (1, 1)
    assert "example" not in json.dumps(counts.as_dict())
    configured = Masking("sensitive", ("$.body.users.*",))
    assert len(count(({"users": users}, None, {"users": other}), masking=configured).paths) == 1
    assert len(count(({"users": users}, None, {"users": other}), masking=Masking.NONE).paths) == 2


def test_a_request_that_cannot_be_compared_is_left_out_whole():
    unreadable = answer(b"\x1f\x8b", headers=(("content-type", "application/json"), ("content-encoding", "gzip")))
    cut = Response(200, (), b"{", truncated=True)
    for broken in (unreadable, cut):
        assert count(({"a": 1}, {"a": 2}, broken)) == NoiseCounts()
        assert count(({"a": 1}, broken, {"a": 2}), ({"a": 1}, None, None)) == NoiseCounts(pairs={GET: 1})


@pytest.mark.parametrize("place", ["compare", "read"])
def test_an_exception_leaves_its_request_out_and_ends_nothing(monkeypatch, place):
    original = getattr(counting, place)

    def fails(*arguments):
        if "hostile" in str(arguments):
            raise RuntimeError
        return original(*arguments)

    monkeypatch.setattr(counting, place, fails)
    sound = ({"a": 1, "b": 3}, {"a": 2, "b": 3}, {"a": 2, "b": 4})
    hostile = ({"a": 1, "b": "x"}, {"a": 2, "b": "x"}, {"a": 2, "b": "hostile"})
    assert count(sound, hostile, sound) == count(sound, sound)


def test_equal_requests_are_a_count():
    counter = NoiseCounter(RuleSet(), Masking.SENSITIVE)
    counter.add_equal(GET, 3)
    counter.add_equal(GET, 2)
    counter.add_equal(POST, 0)
    counter.add(GET, answer({}), None, None)
    assert counter.counts() == NoiseCounts(pairs={GET: 6})


names = st.sampled_from(["a", "b", "ann@example.org", "bob@example.org", "é", "\udc80", "at"])
bodies = trees | st.dictionaries(names, trees | st.sampled_from(["2026-03-02T10:00:00Z", 1e300, "x" * 300]), max_size=4)
responses = st.none() | st.builds(answer, bodies, status=st.sampled_from([200, 200, 500])) | st.just(answer(b"{"))
requests = st.tuples(st.sampled_from([GET, POST]), st.builds(answer, bodies), responses, responses)


@given(st.lists(st.tuples(requests, st.integers(0, 2)), max_size=12), st.randoms())
def test_the_counts_of_any_parts_in_any_order_are_those_of_the_whole(drawn, rng):
    def counted(chosen):
        counter = NoiseCounter(RuleSet(), Masking.SENSITIVE)
        for request in chosen:
            counter.add(*request)
        return counter.counts()

    whole = counted(request for request, _ in drawn)
    rng.shuffle(drawn)
    parts = [counted(request for request, part in drawn if part == number) for number in range(3)]
    rng.shuffle(parts)
    assert reduce(NoiseCounts.merged, parts).as_dict() == whole.as_dict()
    assert NoiseCounts.from_dict(whole.as_dict()) == whole


def by_id(number):
    """A request whose users have names of their own, and a clock that all requests have."""
    users = {f"{number}-{n}": {"seen": n} for n in range(2)}
    others = {name: {"seen": user["seen"] + 1} for name, user in users.items()}
    return answer({"users": users, "at": number}), answer({"users": others, "at": number + 1})


def test_names_that_are_ids_are_bounded_in_any_order_and_crowd_nothing_else_out(monkeypatch):
    monkeypatch.setattr(counting, "MAXIMUM_COUNTED", MAXIMUM)
    numbers = list(range(2_000))
    random.Random(5).shuffle(numbers)

    def counted(chosen):
        counter = NoiseCounter(RuleSet(), Masking.NONE)
        for number in chosen:
            production, other = by_id(number)
            counter.add(GET, production, other, other if number % 4 else None)
        return counter.counts()

    whole, parts = counted(sorted(numbers)), [counted(part) for part in (numbers[:1_500], numbers[1_500:])]
    assert max(len(part.paths) for part in (whole, *parts)) <= MAXIMUM
    assert min(whole.beyond[GET], parts[0].beyond[GET]) > 0
    cut = whole.cut()
    assert reduce(NoiseCounts.merged, parts).cut().as_dict() == cut.as_dict()
    assert cut.paths.pop((GET, "$.body.at", CHANGED)) == PathCount(
        aa_differs=1_500, shadow_differs=2_000, shape=infer_shape([1, 2_000])
    )
    assert 0 < len(cut.paths) < LIMIT
    assert {count.aa_differs for count in cut.paths.values()} == {1}
    assert cut.beyond == {GET: 2 * 1_500 - len(cut.paths)}


def test_paths_for_which_there_is_no_room_are_counted_as_beyond(monkeypatch):
    monkeypatch.setattr(counting, "MAXIMUM_COUNTED", 3)
    counts = count(
        ({"a": 1, "b": 1, "c": 1, "d": 1}, None, {"a": 2, "b": 2, "c": 2, "d": 2}), ({"a": 1}, {"e": 1}, None)
    )
    assert (len(counts.paths), counts.beyond) == (3, {GET: 1})
    assert counts.pairs == {GET: 2}


def test_a_cut_keeps_the_paths_at_which_the_baseline_differs_most_often():
    aa = PathCount(aa_differs=2, shadow_differs=0)
    paths = {(GET, f"$.body.a{n % 90}.b{n // 90}", CHANGED): aa for n in range(MAXIMUM_PATHS + 3)}
    rare = dict.fromkeys(
        [(GET, "$.body.a", CHANGED), (POST, "$.body", CHANGED)], PathCount(aa_differs=1, shadow_differs=9)
    )
    shadow = {(GET, "$.body.z", CHANGED): PathCount(aa_differs=0, shadow_differs=9)}
    cut = NoiseCounts(pairs={GET: 9, POST: 9}, paths=rare | paths | shadow, beyond={GET: 4}).cut()
    assert cut.beyond == {GET: 4 + 4}
    assert set(cut.paths) == {*sorted(paths)[:MAXIMUM_PATHS], (POST, "$.body", CHANGED)}
    assert cut.cut() == cut


texts = st.lists(st.lists(st.sampled_from("abcdef"), min_size=1, max_size=3), max_size=30).map(
    lambda paths: {"$.body." + ".".join(path) for path in paths}
)


@given(texts, texts, st.integers(1, 4))
def test_names_that_are_left_out_early_would_be_left_out_in_the_end(some, others, limit):
    kept = within_limit(some | others, limit)
    assert within_limit(within_limit(some, limit) | others, limit) == kept
    assert within_limit(within_limit(some, limit) | within_limit(others, limit), limit) == kept
    for parent in {path.rpartition(".")[0] for path in some | others}:
        names = {
            path.removeprefix(f"{parent}.").split(".")[0] for path in some | others if path.startswith(f"{parent}.")
        }
        listed = {path.removeprefix(f"{parent}.").split(".")[0] for path in kept if path.startswith(f"{parent}.")}
        assert len(listed) in {0, min(limit, len(names))}


def test_elements_of_arrays_and_what_is_no_path_are_never_crowded_out():
    names = {f"$.body['{n}']" for n in range(50)}
    assert within_limit({"$.body[*]", "no path", *names}, 1) == {"$.body[*]", "no path"}
    assert within_limit({"$.body[*]", *names}, 51) == {"$.body[*]", *names}
