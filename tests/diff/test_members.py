"""Members compared as text: the same result as comparing whole bodies, whatever the bodies, rules and spellings."""

import json

import pytest

from darklaunch.diff.compare import compare
from darklaunch.diff.difference import Compared, Incomparable
from darklaunch.diff.members import MAXIMUM_REMEMBERED, EndpointComparer
from darklaunch.diff.privacy.masking import Masking
from darklaunch.diff.rule_index import RuleIndexes
from darklaunch.diff.rules.actions import Expected, Ignore, Matches, Tolerance
from darklaunch.diff.rules.array_actions import Unordered
from darklaunch.diff.rules.rule import Rule
from darklaunch.diff.rules.rule_set import RuleSet
from tests.diff.factories import answer

MASKINGS = [Masking.NONE, Masking.SENSITIVE, Masking.ALL]
NOTHING = Compared(mismatch=False, differences=())


def rule(path, action=None, **others):
    return Rule(path=path, action=action, why="x", **others)


def both(production, other, rules=(), masking=Masking.SENSITIVE):
    """The result of the whole way, which that by members has to equal, and that of the bodies alone."""
    index = RuleIndexes(RuleSet(rules)).at("GET /x")
    expected = compare(production, other, RuleIndexes(RuleSet(rules)).at("GET /x"), masking)
    comparer = EndpointComparer(index, masking)
    assert comparer.compare(production, other) == expected
    # once more with what the first time left behind
    assert comparer.compare(production, other) == expected
    bodies_alone = comparer.compare_bodies(production.body or b"", other.body or b"")
    return expected, bodies_alone


def parity(production, other, rules=(), masking=Masking.SENSITIVE):
    """Asserts that bodies are compared alike; returns what the members alone came to."""
    expected, bodies_alone = both(answer(production), answer(other), rules, masking)
    assert bodies_alone in (None, expected)
    return bodies_alone


IGNORES = [rule("$.body.a", Ignore()), rule("$.body.b", Ignore(presence=False))]
BY_MEMBERS = [
    (b'{"a":1,"b":2}', b'{"b":2,"a":1}'),
    (b'{"a": 1, "b": 2}', b'{"b":2,"a":1}'),
    (b'{\n  "a": 1,\n  "b": [ 1, 2 ]\n}\n', b'{"b":[1,2],"a":1}'),
    (b'{"\\u0061":1,"c":3}', b'{"a":1,"c":4}'),
    (b'{"a":1,"c":1}', b'{"a":2,"c":1}'),
    (b'{"a":"x","b":true,"c":1}', b'{"a":"y","b":false,"c":1}'),
    (b'{"a":1.5,"c":1}', b'{"a":2.25,"c":1}'),
    (b'{"a":1,"c":1}', b'{"a":1.5,"c":1}'),
    (b'{"a":1,"c":1}', b'{"a":"1","c":1}'),
    (b'{"a":[1],"c":1}', b'{"a":[2],"c":1}'),
    (b'{"a":[1.0],"c":1}', b'{"a":[1],"c":1}'),
    (b'{"a":null}', b'{"a":0}'),
    (b'{"a":1.0,"b":"\\u0062","c":1}', b'{"a":1,"b":"b","c":1}'),
    (b'{"a":"\\u0061","b":2}', b'{"a":"a","b":2.0}'),
    (b'{"a":"\\u0061","c":1}', b'{"a":"a","c":1}'),
    (b'{"c":1.0}', b'{"c":1}'),
    (b'{"c":-0}', b'{"c":0}'),
    (b'{"c":true}', b'{"c":1}'),
    (b'{"c":"\\u00e9"}', '{"c":"é"}'.encode()),
    (b'{"c":"x\\/y"}', b'{"c":"x/y"}'),
    ('{"é":1,"c":"é"}'.encode(), '{"é":2,"c":"é"}'.encode()),
    (b"{}", b'{"a":1}'),
    (b"{}", b"{ }"),
    (b'{"a":{}}', b'{"a":[]}'),
    (b'{"a":{}}', b"{}"),
    (b'{"c":"e","d":{"d":[1,"x"]}}', b'{"d":{"d":[2,"x"]}}'),
    (b'{"c":[0.1]}', b'{"c":[0.25]}'),
    (b'{"errors":[],"c":1}', b'{"errors":[],"c":2}'),
    (b'{"errors":[{"m":1}],"c":1}', b'{"c":1}'),
    (b'{"c":1234567890123456789}', b'{"c":1234567890123456788}'),
    (b'{"n":1e999,"c":1}', b'{"n":1e999,"c":2}'),
    (b'{"n":{"x":1,"x":2},"c":1.5}', b'{"n":{"x":1,"x":2},"c":2.5}'),
    (b'{"n":0.1000000000000000055,"c":1.5}', b'{"n":0.1000000000000000055,"c":2.5}'),
    (b'{"c":{"password":"x"},"token":"y"}', b'{"c":{"password":"z"},"token":"w"}'),
]


@pytest.mark.parametrize("masking", MASKINGS, ids=lambda masking: masking.level.value)
@pytest.mark.parametrize(("production", "other"), BY_MEMBERS)
def test_objects_are_compared_by_their_members(production, other, masking):
    for rules in ([], IGNORES):
        assert parity(production, other, rules, masking) is not None
        assert parity(other, production, rules, masking) is not None or b"errors" in production


DEEP = b'{"a":' * 499 + b"1" + b"}" * 499
TOO_DEEP = b"[" * 500 + b"1" + b"]" * 500
WHOLE = [
    (b"[1]", b"[2]"),
    (b'"x"', b'"y"'),
    (b"", b"{}"),
    (b"plain", b'{"a":1}'),
    (b' {"a":1}', b'{"a":2}'),
    (b'\xef\xbb\xbf{"a":1}', b'{"a":2}'),
    ('{"a":1}'.encode("utf-16"), b'{"a":2}'),
    (b'{"a":1}x', b'{"a":2}x'),
    (b'{"a":1,}', b'{"a":2,}'),
    (b'{"a":1', b'{"a":2'),
    (b'{"b":01,"a":1}', b'{"b":01,"a":2}'),
    (b'{"b":"\x01","a":1}', b'{"b":"\x01","a":2}'),
    (b'{"b":NaN,"a":1}', b'{"b":NaN,"a":2}'),
    (b'{"a":NaN}', b'{"a":1}'),
    (b'{"b":"\xff","a":1}', b'{"b":"\xff","a":2}'),
    (b'{"\xff":1}', b'{"\xff":2}'),
    (b'{"b":"\xed\xa0\x80","a":1}', b'{"b":"\xed\xa0\x80","a":2}'),
    (b'{"b":"\\ud800","a":1}', b'{"b":"\\ud800","a":2}'),
    (b'{"\\ud800":1}', b'{"\\ud800":2}'),
    (b'{"a":1,"a":2}', b'{"a":3,"a":2}'),
    (b'{"a":1,"\\u0061":2}', b'{"a":3,"\\u0061":2}'),
    (b'{"a": 1, "a": 2}', b'{"a": 3, "a": 2}'),
    # with one member more this is as long as the others spelt with blanks
    (b'{"":1,"":2,"b":3,"c":4}', b'{"":5,"":2,"b":3,"c":4}'),
    (b'{":":1,":":2,"b":3}', b'{":":5,":":2,"b":3}'),
    (b'{"a\\u003a":1,"a:":2,"b:c":3}', b'{"a\\u003a":4,"a:":2,"b:c":3}'),
    (b'{"c":{"x":1,"x":2}}', b'{"c":{"x":3,"x":2}}'),
    (b'{"c":{"x":1,"x":2,"y":"\\u003a"},"n":[1]}', b'{"c":{"x":3,"x":2,"y":"\\u003a"},"n":[1]}'),
    (b'{"c":0.1}', b'{"c":0.1000000000000000055}'),
    (b'{"c":18446744073709551617}', b'{"c":18446744073709551616}'),
    (b'{"c":1.0}', b'{"c":1.00}'),
    (b'{"c":1e2}', b'{"c":100}'),
    # Python reads every integer of such a text as a decimal
    (b'{"n":%s,"c":-0}' % (b"9" * 4301), b'{"n":%s,"c":1}' % (b"9" * 4301)),
    (b'{"n":1e999,"c":1.50}', b'{"n":1e999,"c":2.5}'),
    (b'{"n":1e999,"c":[1.50]}', b'{"n":1e999,"c":[2.5]}'),
    (b'{"n":1e999,"c":1e-5}', b'{"n":1e999,"c":2.5}'),
    (b'{"n":1e999,"c":1e-05}', b'{"n":1e999,"c":2.5}'),
    (b'{"n":1e999,"c":[0.00001]}', b'{"n":1e999,"c":[2.5]}'),
    (b'{"n":1e999,"c":{"x":1E2}}', b'{"n":1e999,"c":{"x":2.5}}'),
    (b'{"n":1e999,"c":[1e+2]}', b'{"n":1e999,"c":[1e-2]}'),
    (b'{"n":{"x":1,"x":2},"c":1e16}', b'{"n":{"x":1,"x":2},"c":2e16}'),
    (b'{"c":1e9999999999999999999}', b'{"c":1}'),
    (b'{"c":1}', b'{"c":1,"errors":[{"m":1}]}'),
    (b'{"c":1,"errors":[]}', b'{"c":2,"\\u0065rrors":[{"m":1}]}'),
    (DEEP, DEEP.replace(b"1", b"2")),
    (b'{"c":1,"d":' + TOO_DEEP + b"}", b'{"c":2,"d":' + TOO_DEEP + b"}"),
    (b'{"d":' + TOO_DEEP + b"}", b'{"d":1}'),
    (b'{"d":' + b"[" * 99_999, b'{"d":1}'),
    (b'{"d":' + b"[" * 99_999 + b"]" * 99_999 + b"}", b'{"d":1}'),
]


@pytest.mark.parametrize(("production", "other"), WHOLE, ids=range(len(WHOLE)))
def test_what_members_can_not_tell_is_compared_as_a_whole(production, other):
    for rules in ([], IGNORES, [rule("$..*", Matches(regex="[0-9.]+"))]):
        assert parity(production, other, rules) is None
        parity(other, production, rules)


@pytest.mark.parametrize("status", [200, 400])
def test_new_errors_of_graphql_are_rated_as_by_the_whole_way(status):
    bodies = [b'{"data":1}', b'{"data":2,"errors":[]}', b'{"data":2,"errors":[1]}', b'{"data":1,"errors":[2]}']
    for production in bodies:
        for other in bodies:
            both(answer(production, status=status), answer(other, status=status))


def test_equal_bodies_are_not_read_at_all():
    for body in (b"\xff", b"{", b'{"a":1,"a":1}', DEEP * 2, b'{"a":1}'):
        assert parity(body, body) == NOTHING


def test_a_rule_at_the_body_itself_is_followed():
    for action in (Ignore(), Ignore(presence=False), Unordered(), Tolerance(absolute=1), Expected(production=1)):
        for path in ("$.body", "$..*"):
            parity(b'{"a":1,"b":[1,2]}', b'{"b":[2,1],"a":3}', [rule(path, action)])
            parity(b'{"a":1,"b":[1,2]}', b'{"b":[1, 2],"a":1}', [rule(path, action)])
            parity(b'{"a":1}', b'{"a": 1}', [rule(path, action)])


def test_no_more_paths_are_listed_and_the_same_ones():
    numbers = range(300)
    production = {f"m{n}": n if n % 3 else {"x": n} for n in numbers} | {f"only{n}": n for n in range(9)}
    other = {f"m{n}": n + 1 if n % 3 else {"x": n + 1} for n in reversed(numbers)}
    for rules in ([], [rule("$.body.*", Ignore())], [rule("$..x", Ignore()), rule("$.body.m1", Ignore())]):
        compared = parity(json.dumps(production).encode(), json.dumps(other).encode(), rules)
        assert compared.beyond > 100
    assert parity(b'{"a":1}', json.dumps(production).encode()).beyond > 100
    assert parity(json.dumps(other).encode(), b'{"a":1}').beyond > 100


def test_large_bodies_are_split_and_those_beyond_the_bounds_compared_as_a_whole(monkeypatch):
    rows = b",".join(b'{"id": %d, "tags": ["a", {}]}' % n for n in range(2_000))
    production, other = (b'{"rows": [%s], "at": %d}' % (rows, n) for n in (1, 2))
    assert parity(production, other) is not None
    # brackets in texts look like nesting, and that is left to the whole way
    assert parity(production.replace(b'"a"', b'"["'), other.replace(b'"a"', b'"["')) is None
    monkeypatch.setattr("darklaunch.diff.values.member_text.LARGEST_BYTES", 10_000)
    assert parity(production, other) is None


BEYOND = b"1e9999999999999999999"
HIDDEN = b'["]",' * 600 + b"1" + b',"["]' * 600


@pytest.mark.parametrize("value", [BEYOND, HIDDEN], ids=["exponent", "depth"])
def test_what_is_spelt_alike_makes_no_pair_incomparable_which_is_the_only_exception(value):
    index = RuleIndexes(RuleSet()).at("GET /x")
    production, other = answer(b'{"n":%s,"c":1}' % value), answer(b'{"n":%s,"c":2}' % value)
    assert isinstance(compare(production, other, index, Masking.NONE), Incomparable)
    outcome = EndpointComparer(index, Masking.NONE).compare(production, other)
    assert [(d.path, d.production) for d in outcome.differences] == [("$.body.c", "1")]
    # where it is not, it is read
    expected, _ = both(production, answer(b'{"n":0,"c":1}'))
    assert isinstance(expected, Incomparable)


def test_results_are_remembered_but_not_without_bound():
    index = RuleIndexes(RuleSet([rule("$.body.*", Ignore())])).at("GET /x")
    comparer = EndpointComparer(index, Masking.SENSITIVE)
    for n in range(MAXIMUM_REMEMBERED + 9):
        bodies = [b'{"m%d":%d}' % (n, value) for value in (1, 2)]
        assert comparer.compare_bodies(*bodies) == compare(*map(answer, bodies), index, Masking.SENSITIVE)
    assert len(comparer._ignored) == MAXIMUM_REMEMBERED
    first, again = (comparer.compare_bodies(b'{"m0":%d}' % n, b'{"m0":7}') for n in (1, 2))
    assert first is again
