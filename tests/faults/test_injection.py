"""Planted faults: where they fit, that they change what they say, and what the comparison sees of them."""

import copy
import gzip
import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from darklaunch.diff.compare import compare
from darklaunch.diff.difference import Compared
from darklaunch.diff.http.response import Response
from darklaunch.diff.privacy.masking import Masking, MaskingLevel
from darklaunch.diff.rule_index import RuleIndexes
from darklaunch.diff.rules.actions import Expected, Ignore, Tolerance
from darklaunch.diff.rules.rule import Rule
from darklaunch.diff.rules.rule_set import RuleSet
from darklaunch.diff.rules.severity import Severity
from darklaunch.faults.detection import DetectionCount, FaultCount, detection_report
from darklaunch.faults.injection import detections
from darklaunch.faults.kinds import ADDED, Fault, fault_places, inject
from tests.diff.factories import answer, trees

BODY = {
    "id": "a1",
    "total": 12.5,
    "paid": True,
    "note": None,
    "items": [{"sku": "x1", "price": 1}, {"sku": "x2", "price": 2}],
    "at": "2026-03-02T10:00:00Z",
}
NO_RULES = RuleIndexes(RuleSet())
IN_BODY = [fault for fault in Fault if fault_places(BODY, fault)]


def seen(response, *rules, seeds=range(60), masking=Masking.NONE):
    index = RuleIndexes(RuleSet(rules)).at("GET /x")
    none = NO_RULES.at("GET /x")
    return [
        detection for seed in seeds for detection in detections(response, index, none, masking, random.Random(seed))
    ]


def paths(fault):
    return {tuple(map(str, path[1:])) for path in fault_places(BODY, fault)}


def test_each_fault_fits_where_the_comparison_would_tell_of_it():
    assert paths(Fault.DROPPED_FIELD) >= {("id",), ("note",), ("items", "0", "price")}
    assert paths(Fault.EMPTIED_ARRAY) == paths(Fault.DROPPED_ELEMENT) == {("items", "0")}
    assert paths(Fault.REORDERED_ARRAY) == {("items",)}
    assert paths(Fault.ADDED_FIELD) == {(ADDED,), ("items", "0", ADDED)}
    assert ("note",) not in paths(Fault.NULLED) | paths(Fault.CHANGED_VALUE)
    assert ("total",) not in paths(Fault.EMPTIED_TEXT)


@given(trees, st.sampled_from(IN_BODY), st.integers(0, 9))
def test_a_fault_changes_a_copy_and_the_comparison_without_rules_sees_it_where_it_was_planted(tree, fault, seed):
    tree = {"tree": tree}
    before = copy.deepcopy(tree)
    for path, where in fault_places(tree, fault).items():
        changed = inject(tree, fault, where[0], random.Random(seed))
        assert changed == inject(tree, fault, where[0], random.Random(seed))
        assert tree == before
        detected = compare(answer(tree), answer(changed), NO_RULES.at("x"), Masking.NONE)
        assert isinstance(detected, Compared)
        assert detected.mismatch, (path, changed)
    assert all(len(where) > 0 for where in fault_places(tree, fault).values())


def test_severe_faults_are_those_that_drop_retype_or_fail():
    high = {fault for fault in Fault if fault.severity is Severity.HIGH}
    assert {Fault.DROPPED_FIELD, Fault.CHANGED_TYPE, Fault.CUT_BODY, Fault.SERVER_ERROR} <= high
    assert not {Fault.CHANGED_VALUE, Fault.REORDERED_ARRAY, Fault.ADDED_FIELD} & high


def test_without_rules_every_fault_of_every_kind_is_seen():
    detected = seen(answer(BODY, headers=(("content-type", "application/json"), ("x-a", "1"))))
    assert {detection.fault for detection in detected} == set(Fault)
    assert all(detection.without_rules and detection.with_rules for detection in detected)
    assert not any(detection.ruled or detection.hidden_by for detection in detected)


def test_an_ignored_value_hides_values_and_neither_presence_nor_type():
    rule = Rule(path="$.body.at", action=Ignore(), why="clock")
    detected = [detection for detection in seen(answer(BODY), rule) if detection.path == "$.body.at"]
    assert all(detection.ruled and detection.without_rules for detection in detected)
    assert all(detection.with_rules for detection in detected if detection.fault.presence_or_type)
    hidden = {(detection.fault, detection.hidden_by) for detection in detected if not detection.with_rules}
    assert hidden == {(Fault.CHANGED_VALUE, rule.name), (Fault.EMPTIED_TEXT, rule.name)}


def test_a_rule_that_blinds_the_gate_is_told_with_its_name():
    rule = Rule(path="$..*", action=Ignore(presence=False), why="too much")
    detected = seen(answer(BODY), rule)
    assert {detection.with_rules for detection in detected if detection.path.startswith("$.body.")} == {False}
    assert {detection.hidden_by for detection in detected if detection.path.startswith("$.body.")} == {rule.name}


def test_a_rule_for_an_object_is_a_rule_for_all_below_it_if_it_ignores_and_not_if_it_only_tolerates():
    ignoring = seen(answer(BODY), Rule(path="$.body.items", action=Ignore(), why="x"))
    assert all(detection.ruled for detection in ignoring if detection.path.startswith("$.body.items"))
    tolerating = seen(answer(BODY), Rule(path="$.body.items", action=Tolerance(absolute=1), why="x"))
    assert not any(detection.ruled for detection in tolerating if detection.path.startswith("$.body.items["))
    wanted = seen(answer(BODY), Rule(path="$.body.paid", action=Expected(production=True, shadow=None), why="x"))
    assert any(detection.hidden_by for detection in wanted if detection.fault is Fault.NULLED)


@pytest.mark.parametrize(
    "response",
    [
        answer(
            gzip.compress(b'{"a": 1}'), headers=(("content-type", "application/json"), ("content-encoding", "gzip"))
        ),
        answer(b'{"a": 12345678901234567890.123, "b": NaN}'),
        answer(b"<a><b>1</b></a>", headers=(("content-type", "application/xml"),)),
        answer(b"a=1&b=2", headers=(("content-type", "application/x-www-form-urlencoded"),)),
        answer(b"plain text", headers=(("content-type", "text/plain"),)),
        answer(b"\x00\xff\xfe", headers=(("content-type", "image/png"),)),
        answer(None),
        Response(503),
    ],
)
def test_bodies_of_any_format_take_faults(response):
    detected = seen(response, seeds=range(5))
    assert all(detection.without_rules for detection in detected)
    assert Fault.SERVER_ERROR in {detection.fault for detection in detected}
    structured = (response.body or b"")[:1] in {b"{", b"<", b"a", b"\x1f"}
    assert (Fault.DROPPED_FIELD in {detection.fault for detection in detected}) is structured


def test_the_same_seed_plants_the_same_and_paths_are_masked():
    body = {"users": {"ann@example.org": {"age": 3}}}
    masking = Masking(MaskingLevel.SENSITIVE)
    detected = seen(answer(body), masking=masking)
    assert detected == seen(answer(body), masking=masking)
    assert "$.body.users['[masked]'].age" in {detection.path for detection in detected}
    assert not any("ann" in detection.path for detection in detected)


def test_sums_are_kept_apart_by_what_rules_settle_and_shares_of_nothing_are_undefined():
    def row(fault, *, with_rules=4, ruled=False, hidden_by=None):
        count = DetectionCount(injected=4, without_rules=4, with_rules=with_rules)
        return FaultCount(
            endpoint="GET /x", path="$.body.a", fault=fault, ruled=ruled, hidden_by=hidden_by, count=count
        )

    detected = detection_report(
        ["ignore $.body.a"],
        {"GET /x": 2},
        [
            row(Fault.DROPPED_FIELD),
            row(Fault.CHANGED_VALUE, ruled=True, with_rules=1),
            row(Fault.CHANGED_VALUE, ruled=True, with_rules=0, hidden_by="ignore $.body.a"),
        ],
    ).as_dict()
    assert detected["rules"] == ["ignore $.body.a"]
    assert detected["outside"]["high"]["share_seen_with_rules"] == 1
    assert detected["outside"]["low"] == {
        "planted": 0,
        "seen_without_rules": 0,
        "seen_with_rules": 0,
        "share_seen_without_rules": None,
        "share_seen_with_rules": None,
    }
    assert detected["inside"]["values"]["seen_with_rules"] == 1
    (endpoint,) = detected["endpoints"]
    assert endpoint["responses"] == 2
    changed = next(path for path in endpoint["paths"] if path["fault"] == "changed value")
    assert (changed["planted"], changed["hidden_by"]) == (8, {"ignore $.body.a": 4})
    json.dumps(detected)
