"""Counts of faults that are injected into a sample, and that parts of it add up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from darklaunch.diff.http.response import Response
from darklaunch.diff.privacy.masking import Masking
from darklaunch.diff.rules.actions import Ignore
from darklaunch.diff.rules.rule import Rule
from darklaunch.diff.rules.rule_set import RuleSet
from darklaunch.faults import counting
from darklaunch.faults.counting import InjectionCounts, count_faults, inject
from darklaunch.faults.kinds import Fault
from darklaunch.faults.sampling import ResponseSample, SampledResponse
from tests.diff.factories import answer

BODY = {"n": 1, "at": "2026-03-02T10:00:00Z", "items": [{"id": 1}, {"id": 2}], "ann@example.org": True}
CLOCK = Rule(path="$.body.at", action=Ignore(), why="clock")
RULES = RuleSet([CLOCK])


def sampled(number, *, endpoint="GET /x", body=BODY):
    response = body if isinstance(body, Response) else answer(body)
    return SampledResponse(endpoint=endpoint, request_id=f"r{number}", rank=number, captured_us=0, response=response)


def sample(*responses):
    return ResponseSample(responses=responses)


def test_a_report_says_of_each_path_which_faults_are_detected_and_which_rule_hides_the_rest():
    responses = [*(sampled(n) for n in range(9)), sampled(1, endpoint="POST /y", body={"n": 1})]
    report = inject(sample(*responses), RULES, Masking.SENSITIVE)
    assert report.rules == (CLOCK.name,)
    assert [(endpoint.endpoint, endpoint.responses) for endpoint in report.endpoints] == [("GET /x", 9), ("POST /y", 1)]
    paths = {(path.path, path.fault): path for path in report.endpoints[0].paths}
    assert paths["$.status", Fault.SERVER_ERROR].count.injected == 9
    clock = paths["$.body.at", Fault.CHANGED_VALUE]
    assert (clock.ruled, clock.count.without_rules, clock.count.with_rules) == (True, clock.count.injected, 0)
    assert clock.hidden_by == {CLOCK.name: clock.count.injected}
    assert "$.body['[masked]']" in {path for path, _ in paths}
    assert inject(sample(*responses[::-1]), RULES, Masking.SENSITIVE) == report


def test_a_second_check_injects_the_same_whatever_the_sample_else_holds():
    single = count_faults([sampled(3)], RULES, Masking.NONE)
    assert count_faults([sampled(3)], RULES, Masking.NONE) == single
    both = count_faults([sampled(2), sampled(3)], RULES, Masking.NONE)
    assert count_faults([sampled(2)], RULES, Masking.NONE).merged(single) == both
    assert len({frozenset(count_faults([sampled(n)], RULES, Masking.NONE).faults) for n in range(9)}) > 1


def test_an_empty_sample_is_a_report_without_endpoints():
    assert inject(ResponseSample(), RULES, Masking.NONE).endpoints == ()
    assert inject(ResponseSample(), RULES, Masking.NONE).values.as_dict()["share_seen_with_rules"] is None


@pytest.mark.parametrize("after", [0, 5])
def test_a_response_at_which_an_injection_fails_is_left_out_whole(monkeypatch, after):
    original = counting.detections

    def fails(response, *arguments):
        for number, detection in enumerate(original(response, *arguments)):
            if response.status == 418 and number == after:
                raise RuntimeError
            yield detection

    monkeypatch.setattr(counting, "detections", fails)
    hostile = sampled(7, body=answer(BODY, status=418))
    report = inject(sample(sampled(1), hostile, sampled(2)), RULES, Masking.NONE)
    assert report == inject(sample(sampled(1), sampled(2)), RULES, Masking.NONE)
    assert inject(sample(hostile), RULES, Masking.NONE).endpoints == ()


bodies = st.sampled_from([BODY, {"n": 1}, [1, 2], "text", None, b"\x00\xff", {"a": {"b": [{"c": 1}]}}])
responses = st.builds(sampled, st.integers(0, 9), endpoint=st.sampled_from(["GET /x", "POST /y"]), body=bodies)


@given(st.lists(st.tuples(responses, st.booleans()), max_size=5))
def test_the_counts_of_any_parts_add_up_to_those_of_the_whole(drawn):
    whole = count_faults((response for response, _ in drawn), RULES, Masking.SENSITIVE)
    some, others = (
        count_faults((response for response, second in drawn if second is part), RULES, Masking.SENSITIVE)
        for part in (False, True)
    )
    assert some.merged(others) == others.merged(some) == whole
    assert some.merged(InjectionCounts()) == some
    assert whole.report(RULES) == some.merged(others).report(RULES)
