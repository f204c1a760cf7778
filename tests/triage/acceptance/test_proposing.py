"""Is the rule that accepts a difference the narrowest, and does the comparison itself settle what was seen by it?"""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from darklaunch.diff.difference import Kind
from darklaunch.diff.rules.actions import Expected, Ignore, Matches, NormalisedText, Tolerance, Within
from darklaunch.diff.rules.array_actions import Unordered
from darklaunch.diff.rules.rule import Rule
from darklaunch.triage.acceptance.actions import actions
from darklaunch.triage.acceptance.proposing import propose_acceptance
from darklaunch.triage.acceptance.seen import Hidden, NoValue, SeenDifference
from darklaunch.triage.acceptance.settling import Trial

CHANGED, TYPE, MISSING, EXTRA = Kind.VALUE_CHANGED, Kind.TYPE_CHANGED, Kind.MISSING, Kind.EXTRA
ABSENT = NoValue.ABSENT


def seen(production, shadow, kind=CHANGED, *, path="$.body.a", endpoint="GET /x", requests=1):
    return SeenDifference(
        endpoint=endpoint, path=path, kind=kind, production=production, shadow=shadow, requests=requests
    )


def proposed(*differences, written=(), everywhere=False):
    return propose_acceptance(differences, written, why="meant", everywhere=everywhere)


def action(*differences):
    rules = proposed(*differences).rules
    assert len(rules) <= 1
    return rules[0].rule.action if rules else None


def test_numbers_of_one_value_are_tried_without_a_tolerance():
    tried = list(actions([seen(Decimal("1.0"), Decimal("1.00"))]))
    assert not any(isinstance(each, Tolerance) for each in tried)
    assert tried[-1] == Ignore(presence=False)


@pytest.mark.parametrize(
    ("differences", "expected"),
    [
        pytest.param([seen(Hidden.ARRAY, Hidden.ARRAY, Kind.REORDERED)], Unordered(), id="an order"),
        pytest.param(
            [seen(Decimal("10.01"), Decimal("10.02")), seen(Decimal("9.1"), Decimal("9.137"))],
            Tolerance(absolute=0.1),
            id="numbers near to each other",
        ),
        pytest.param(
            [seen(Decimal("0.1"), Decimal("0.11")), seen(Decimal("0.2"), Decimal("0.21"))],
            Tolerance(absolute=0.01),
            id="a power of ten that is the distance",
        ),
        pytest.param(
            [seen(Decimal("1000000.5"), Decimal("1000040.25")), seen(Decimal("0.5"), Decimal("0.50001"))],
            Tolerance(relative=1e-4),
            id="numbers of all sizes",
        ),
        pytest.param([seen(200, 201, path="$.status")], Expected(production=200, shadow=201), id="a status"),
        pytest.param([seen(10, 11)], Expected(production=10, shadow=11), id="one whole number for another"),
        pytest.param([seen(0, 3), seen(17, 0)], Tolerance(absolute=100), id="numbers far from each other"),
        pytest.param(
            [
                seen("2026-03-02T10:00:00Z", "2026-03-02T10:00:04Z"),
                seen("2026-03-02T10:00:00Z", "2026-03-02T10:00:01Z"),
            ],
            Within(seconds=5),
            id="times",
        ),
        pytest.param(
            [seen(1767225600, 1767225603), seen(1767225607, 1767225608)], Within(seconds=5), id="times since 1970"
        ),
        pytest.param([seen("Express", "Express 5")], Expected(production="Express", shadow="Express 5"), id="a text"),
        pytest.param([seen("a", "z"), seen("b", "z")], Expected(shadow="z"), id="one text for all"),
        pytest.param([seen("a", "y"), seen("a", "z")], Expected(production="a"), id="all for one text"),
        pytest.param([seen("a b", "a  b"), seen("c", " c")], NormalisedText(whitespace=True), id="blanks"),
        pytest.param([seen("Ab", "AB"), seen("x", "X")], NormalisedText(case=True), id="capitals"),
        pytest.param(
            [seen("build/4.17.1", "build/5.0.0"), seen("build/4.2", "build/5.0.12")],
            Matches(regex=r"build/[0-9.]{3,6}"),
            id="versions",
        ),
        pytest.param([seen("9f86", "a2c1"), seen("884c", "9a11")], Matches(regex="[0-9a-z]{4}"), id="tokens"),
        pytest.param([seen("one thing", "a thing"), seen("two things", "all things")], Ignore(), id="free text"),
        pytest.param([seen(Hidden.SCALAR, Hidden.SCALAR)], Ignore(), id="values that were masked or cut"),
        pytest.param([seen("a", ABSENT, MISSING)], Expected(production="a"), id="one value that went"),
        pytest.param([seen(ABSENT, 1, EXTRA)], Expected(shadow=1), id="one value that came"),
        pytest.param([seen(Hidden.OBJECT, ABSENT, MISSING)], Ignore(presence=False), id="objects that went"),
        pytest.param(
            [seen(1, ABSENT, MISSING), seen(2, ABSENT, MISSING)], Ignore(presence=False), id="values that went"
        ),
        pytest.param([seen("1", 1, TYPE)], Expected(production="1", shadow=1), id="one value of another type"),
        pytest.param([seen("1", 1, TYPE), seen("2", 2, TYPE)], Ignore(presence=False), id="values of another type"),
        pytest.param([seen(1, 2), seen(3, ABSENT, MISSING)], Ignore(presence=False), id="two kinds"),
        pytest.param([seen(True, False)], Expected(production=True, shadow=False), id="a boolean"),
        pytest.param([seen(None, 0, TYPE)], Expected(production=None, shadow=0), id="null"),
        pytest.param([seen(Hidden.SCALAR, Hidden.SCALAR, path="$.body")], Ignore(), id="whole bodies"),
        pytest.param([seen("x", Hidden.SCALAR, Kind.UNPARSABLE, path="$.body")], None, id="what can't be read"),
    ],
)
def test_the_narrowest_action_that_settles_all_is_proposed(differences, expected):
    assert action(*differences) == expected


def test_a_rule_names_its_endpoints_unless_the_cause_is_everywhere():
    both = [seen("a", "b", endpoint="GET /x", requests=3), seen("a", "b", endpoint="GET /y")]
    assert [(each.rule.endpoint, each.requests) for each in proposed(*both).rules] == [("GET /x", 3), ("GET /y", 1)]
    assert [(each.rule.endpoint, each.requests) for each in proposed(*both, everywhere=True).rules] == [(None, 4)]
    one_only = seen("a", "b", endpoint="GET /x", path="$.body.other")
    assert {each.rule.endpoint for each in proposed(*both, one_only, everywhere=True).rules} == {None, "GET /x"}


def test_paths_that_differ_in_data_share_a_rule():
    skus = [seen(1, ABSENT, MISSING, path=f"$.body.prices['sku-{n}'].tax") for n in (10, 11, 12)]
    (rule,) = proposed(*skus).rules
    assert rule.rule.path == "$.body.prices[*].tax"
    (rule,) = proposed(skus[0]).rules
    assert rule.rule.path == "$.body.prices['sku-10'].tax"


def test_a_name_that_was_masked_is_any_name():
    (rule,) = proposed(seen(1, ABSENT, MISSING, path="$.body.users['[masked]'].age")).rules
    assert rule.rule.path == "$.body.users[*].age"


def test_a_path_that_nothing_of_ours_wrote_is_left_without_a_rule():
    read, unread = r"$.body['\u0007']", r"$.body['\u07']"
    assert [each.rule.path for each in proposed(seen("a", "b", path=read)).rules] == [read]
    made = proposed(seen("a", "b", path=read), seen("a", "b", path=unread))
    assert made.rules == ()
    assert [(each.path, each.why) for each in made.refused] == [(read, "no rule settles what was seen there")]


def test_a_path_that_has_a_rule_is_left_with_the_name_of_the_rule():
    written = Rule(path="$.body..a", action=Tolerance(absolute=1.0), why="x")
    made = proposed(seen("a", "b"), seen("a", "b", path="$.body.b"), written=[written])
    assert [each.rule.path for each in made.rules] == ["$.body.b"]
    assert [(each.path, "tolerate 1 or" in each.why) for each in made.refused] == [("$.body.a at GET /x", True)]


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.decimals(allow_nan=False, allow_infinity=False, places=4),
    st.text(max_size=12),
    st.sampled_from(["2026-03-02T10:00:00Z", "2026-03-02", "v1.2.3", "9f86d081", Hidden.SCALAR, Hidden.OBJECT]),
)
PAIRS = st.one_of(
    st.tuples(SCALARS, SCALARS, st.sampled_from([CHANGED, TYPE])),
    st.tuples(SCALARS, st.just(ABSENT), st.just(MISSING)),
    st.tuples(st.just(ABSENT), SCALARS, st.just(EXTRA)),
)


@given(st.lists(PAIRS, min_size=1, max_size=5))
def test_whatever_was_seen_there_is_a_rule_that_settles_it(pairs):
    differences = [seen(*each) for each in pairs]
    (made,) = proposed(*differences).rules
    trial = Trial(made.rule)
    assert all(trial.settles(each, ("body", "a")) for each in differences)
