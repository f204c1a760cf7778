"""Laws of comparing members as text, over generated and fuzzed bodies: the result is that of whole bodies."""

import random
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from darklaunch.diff.compare import compare
from darklaunch.diff.http.body import is_plain_json
from darklaunch.diff.members import EndpointComparer
from darklaunch.diff.privacy.masking import Masking
from darklaunch.diff.rule_index import RuleIndexes
from darklaunch.diff.rules.actions import Expected, Ignore, Learned, Matches, NormalisedText, Tolerance, Within
from darklaunch.diff.rules.array_actions import Key, Unordered
from darklaunch.diff.rules.rule_set import RuleSet
from darklaunch.diff.rules.severity import Severity
from darklaunch.diff.values.json_text import parse_exact
from darklaunch.diff.values.member_text import split_both
from darklaunch.diff.values.shape_inference import infer_shape
from darklaunch.errors import ConfigError
from tests.diff.factories import answer
from tests.diff.test_hostile_bodies import broken, fuzzed
from tests.diff.test_members import IGNORES, MASKINGS, parity, rule

HUGE = "9" * 4400
"""More digits than Python makes an int of; generated texts hold its name, because hypothesis writes them down."""
NUMBERS = [
    *("0", "1", "1.0", "1.00", "1e0", "-0", "-0.0", "2", "100", "1e2", "1E+2", "1.5", "1.50", "0.00001", "1e-5", "0.1"),
    *("0.1000000000000000055", "9007199254740993", "9007199254740992.0", "18446744073709551616", "1e400", "NaN"),
    *("Infinity", "HUGE", "1750000000", "1750000000.5", "0.30000000000000004", "123456789012345.6"),
]
TEXTS = [
    '""',
    '"a"',
    '"A "',
    '"\\u0061"',
    '"\\ud800"',
    '"é"',
    '"\\u00e9"',
    '"x@example.com"',
    '"1"',
    '"\\u003a"',
    '":"',
]
TEXTS += ['"2026-03-02T10:00:00Z"', '"2026-03-02T10:00:00.500Z"', '"[{\\"a\\":1}"', '"3c5e4f7e"', '"v1.10"']
NAMES = ['"a"', '"b"', '"c"', '"d"', '"errors"', '"é"', '"\\u0061"', '"a:"', '""', '"id"', '"token"']
leaves = st.sampled_from(["null", "true", "false", *NUMBERS, *TEXTS])
seps = st.sampled_from([(",", ":"), (",", ":"), (", ", ": "), (",\n  ", ": "), (" ,", "\t:")])
names = st.sampled_from(NAMES)


def an_object(members, separators):
    return "{" + separators[0].join(name + separators[1] + value for name, value in members) + "}"


def an_array(elements, separators):
    return "[" + separators[0].join(elements) + "]"


values = st.recursive(
    leaves,
    lambda below: (
        st.builds(an_array, st.lists(below, max_size=4), seps)
        | st.builds(an_object, st.lists(st.tuples(names, below), max_size=3, unique_by=lambda m: m[0]), seps)
        | st.builds(an_object, st.lists(st.tuples(names, below), max_size=3), seps)
    ),
    max_leaves=8,
)


@st.composite
def pairs(draw):
    """Texts of two objects of which the second has some members of the first, changed, respelt, moved, left out."""
    unique = draw(st.integers(0, 9)) > 0
    members = draw(st.lists(st.tuples(names, values), max_size=7, unique_by=(lambda m: m[0]) if unique else None))
    others = []
    for name, value in members:
        match draw(st.integers(0, 7)):
            case 0:
                others.append((name, draw(values)))
            case 1:
                others.append((name, draw(leaves)))
            case 2:
                pass
            case 3:
                others.append((name, " " + value))
            case _:
                others.append((name, value))
    if draw(st.booleans()):
        others = draw(st.permutations(others))
    if draw(st.integers(0, 3)) == 0:
        others.append((draw(names), draw(values)))
    first, second = draw(seps), draw(seps)
    end = draw(st.sampled_from(["", "", "", "\n"]))
    return tuple(
        (an_object(each, separators) + end).replace("HUGE", HUGE).encode()
        for each, separators in ((members, first), (others, second))
    )


SHAPES = [["a", "A "], [1, 2, 1.5], ["2026-03-02T10:00:00Z"], [1750000000]]
rules = st.builds(
    rule,
    st.sampled_from(
        ["$.body", "$.body.a", "$.body.b", "$.body.*", "$..b", "$..*", "$.body.c[*]", "$.body.d", "$.body.errors"]
    ),
    st.sampled_from(
        [
            Ignore(),
            Ignore(),
            Ignore(presence=False),
            Tolerance(absolute=1),
            Tolerance(relative=0.5),
            Within(seconds=1),
            Matches(regex="[0-9]+|1\\.50?|1E\\+2|[a-z]*"),
            NormalisedText(case=True, whitespace=True),
            Expected(production=1, shadow=100),
            Expected(shadow="a"),
            Unordered(),
            Key(member="id"),
            *(Learned(shape=infer_shape(shape)) for shape in SHAPES),
        ]
    ),
    severity=st.sampled_from([None, None, Severity.HIGH]),
)


@st.composite
def rule_sets(draw):
    chosen = []
    for candidate in draw(st.lists(rules, max_size=4)):
        try:
            RuleSet([*chosen, candidate])
        except ConfigError:
            continue
        chosen.append(candidate)
    return chosen


@settings(max_examples=200)
@given(pairs(), rule_sets(), st.sampled_from(MASKINGS))
def test_every_pair_is_compared_alike_under_every_rule(bodies, rules, masking):
    parity(*bodies, rules, masking)


@given(pairs())
def test_what_is_split_is_json_and_has_the_members_that_it_is_split_into(bodies):
    for production, other in (bodies, bodies[::-1]):
        split = split_both(production, other)
        if split is None:
            continue
        *members, changed = split
        for body, texts in zip((production, other), members, strict=True):
            whole = parse_exact(body)
            assert list(whole) == list(texts)
            assert {name: parse_exact(bytes(text)) for name, text in texts.items()} == whole
        assert changed == [name for name, text in members[0].items() if members[1].get(name) != text]


FUZZED_RULES = [
    [],
    IGNORES,
    [rule("$..a", Tolerance(absolute=1)), rule("$.body.c", Unordered()), rule("$.body.b", Ignore())],
    [rule("$..*", Matches(regex="[a-z0-9.]*"))],
]


def alike(pairs):
    """Asserts that pairs are compared alike under each rule set in turn; how many members alone could tell."""
    indexes = [RuleIndexes(RuleSet(rules)).at("GET /x") for rules in FUZZED_RULES]
    comparers = [EndpointComparer(index, Masking.SENSITIVE) for index in indexes]
    by_members = 0
    for number, (production, other) in enumerate(pairs):
        index, comparer = indexes[number % len(indexes)], comparers[number % len(indexes)]
        expected = compare(production, other, index, Masking.SENSITIVE)
        assert comparer.compare(production, other) == expected, (production, other)
        if production.body and other.body and production.body != other.body and is_plain_json(production.headers):
            by_members += comparer.compare_bodies(production.body, other.body) is not None
    return by_members


def objects(count, seed):
    """Pairs of JSON objects with many equal members, a few bytes of one of them broken."""
    chance = random.Random(seed)
    common = ["null", "true", "0", "1", "1.5", '"a"', '"b"', '"é"', '"\\n"', "12", "2.25"]
    leaf = common * 12 + [*NUMBERS, *TEXTS]
    for _ in range(count):
        separators = chance.choice([(",", ":"), (", ", ": "), (",\n", ":")])
        members = [
            (f'"{chance.choice("abcde")}{chance.choice(("", "é", chr(92) + "n"))}{n}"', chance.choice(leaf))
            for n in range(chance.randrange(6))
        ]
        nested = an_array([chance.choice(leaf) for _ in range(3)], separators)
        members += [('"a"', chance.choice(leaf)), ('"b"', nested), ('"x"', an_object(members, separators))]
        production = an_object(members, separators).replace("HUGE", HUGE).encode()
        changed = dict(members) | {chance.choice(members)[0]: chance.choice(leaf)}
        other = an_object(list(changed.items()), separators).replace("HUGE", HUGE).encode()
        yield answer(production), answer(other if chance.random() < 0.5 else broken(chance, other))


def test_ten_thousand_fuzzed_bodies_of_all_formats_are_compared_alike():
    alike(fuzzed(10_000, seed=77))


def test_ten_thousand_fuzzed_objects_are_compared_alike():
    assert alike(objects(10_000, seed=78)) > 3_000


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_many_more_fuzzed_bodies_are_compared_alike(seed):
    alike(fuzzed(20_000, seed=100 + seed))
    alike(objects(20_000, seed=200 + seed))


@pytest.mark.parametrize("share", [1, 3, 10])
def test_numbers_of_many_digits_are_shown_as_by_the_whole_way(share):
    chance = random.Random(share)
    for _ in range(300):
        spelt = [str(Decimal(chance.randrange(10**share)).scaleb(-chance.randrange(9))) for _ in range(2)]
        for wrapped in (b'{"n":1e999,"c":%s}', b'{"n":1e999,"c":[%s, 1]}', b'{"n":"\\n","c":{"x":%s}}'):
            parity(*(wrapped % text.encode() for text in spelt))
