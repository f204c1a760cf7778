"""Does the worst cause come first?"""

import pytest

from darklaunch.triage.cause import Cause
from darklaunch.triage.grouping.ranking import exceeds_tolerated, probably_meant, ranked
from tests.triage.signatures import element, names, signature

COMPARED = {f"GET /{name}": 1000 for name in "abcdef"}
LOST = element("items[*]", "missing", "high")


def cause(*elements, endpoints="a", systematic=False, **facts):
    members = tuple(signature(*elements, endpoint=f"GET /{endpoint}", **facts) for endpoint in endpoints)
    return Cause(members=members, systematic=systematic)


def order(*causes):
    return [names(each)[0] for each in ranked(causes, COMPARED, lambda _: 0.01)]


@pytest.mark.parametrize(
    ("worse", "better"),
    [
        pytest.param({"elements": (LOST,), "requests": 3}, {"requests": 900}, id="severity before requests"),
        pytest.param({"requests": 11}, {"requests": 5, "endpoints": "abc"}, id="what is more than is tolerated"),
        pytest.param({"requests": 20}, {"requests": 900, "systematic": True}, id="what is not meant"),
        pytest.param({"requests": 30}, {"requests": 20}, id="then requests"),
        pytest.param({"requests": 1}, {"elements": (LOST,), "answered": 100, "noisy": 90}, id="noise comes last"),
        pytest.param(
            {"requests": 300}, {"requests": 500, "answered": 500, "noisy": 240}, id="less what noise explains"
        ),
    ],
)
def test_what_is_worse_comes_first(worse, better):
    first = cause(*worse.pop("elements", ("first",)), **worse)
    second = cause(*better.pop("elements", ("second",)), **better)
    assert ranked([second, first], COMPARED, lambda _: 0.01) == [first, second]


def test_a_cause_exceeds_what_is_tolerated_at_one_of_its_endpoints_without_its_noise():
    tolerated = {"GET /a": 0.5, "GET /b": 0.01}
    assert exceeds_tolerated(cause("x", endpoints="ab", requests=11), COMPARED, tolerated.__getitem__)
    assert not exceeds_tolerated(cause("x", endpoints="a", requests=400), COMPARED, tolerated.__getitem__)
    noisy = cause("x", endpoints="b", requests=11, answered=11, noisy=2)
    assert not exceeds_tolerated(noisy, COMPARED, tolerated.__getitem__)


@pytest.mark.parametrize(
    ("elements", "facts", "expected"),
    [
        (["$.headers.server"], {}, True),
        (["$.headers.server"], {"systematic": False}, False),
        (["$.status", "error"], {}, False),
        (["$.body"], {}, False),
        (["at"], {"answered": 100, "noisy": 100}, False),
    ],
)
def test_what_fails_everywhere_is_not_meant(elements, facts, expected):
    made = cause(*elements, endpoints="abc", **{"systematic": True, **facts})
    assert probably_meant(made) is expected
