"""What is learned as noise, and what is refused so that the gate is not blinded."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from darklaunch.diff.difference import Kind
from darklaunch.diff.rules.actions import Ignore, Learned
from darklaunch.diff.rules.array_actions import Unordered
from darklaunch.diff.rules.rule import Rule
from darklaunch.diff.rules.rule_set import RuleSet
from darklaunch.diff.values.json_path import parse_pattern, render_path
from darklaunch.diff.values.shape_inference import infer_shape
from darklaunch.noise.candidate import VolatilePath
from darklaunch.noise.counts import NoiseCounts, PathCount, add_counts
from darklaunch.noise.proposal import propose_rules

GET = "GET /x"
TOKENS = infer_shape(["9f86d081", "884c7d65"])
NUMBERS = infer_shape([1.5, 2.5])


def counted(path="$.body.at", *, kind=Kind.VALUE_CHANGED, pairs=1000, shape=TOKENS, **differs):
    count = PathCount(
        aa_differs=differs.get("aa", 900),
        shadow_differs=differs.get("shadow", 900),
        shape=shape if kind is Kind.VALUE_CHANGED else None,
    )
    return NoiseCounts(pairs={GET: pairs}, paths={(GET, path, kind): count})


def of(counts, *written, floor=0.0005):
    return propose_rules(counts, written, lambda _endpoint: floor)


def test_a_volatile_path_becomes_a_rule_with_its_evidence():
    (proposed,) = of(counted(aa=812, shadow=830)).learned
    assert proposed.why == "baseline differs from production in 812 of 1,000 pairs"
    assert 0.77 < proposed.aa_low < 0.812 < proposed.aa_high < 0.85
    rule = proposed.rule()
    assert (rule.path, rule.endpoint, rule.action) == ("$.body.at", GET, Learned(shape=TOKENS))
    assert VolatilePath.from_dict(proposed.as_dict()) == proposed


@pytest.mark.parametrize("path", ["$.body.items", "$.body"])
def test_an_order_that_varies_is_learned_and_nothing_but_the_order(path):
    (proposed,) = of(counted(path, kind=Kind.REORDERED)).learned
    assert proposed.rule().action == Unordered()
    assert proposed.as_dict()["shape"]["words"] == "elements in any order"
    assert VolatilePath.from_dict(json.loads(json.dumps(proposed.as_dict()))) == replace(proposed, shape=None)


@pytest.mark.parametrize(
    ("counts", "reason"),
    [
        (counted("$.status"), "the status is never noise"),
        (counted("$.body"), "the root"),
        (counted("$.body.meta", shape=infer_shape([{}])), "a whole subtree"),
        (counted("$.body.items[*]", kind=Kind.MISSING), "an array's length"),
        (counted("$.body.items[*]", kind=Kind.EXTRA), "an array's length"),
        (counted("$.body.debug", kind=Kind.EXTRA), "presence"),
        (counted("$.body['[masked]']", kind=Kind.REORDERED), "its path has a secret or personal name"),
        (counted("$.body.at", kind=Kind.TYPE_CHANGED), "type"),
        (counted("$.body", kind=Kind.UNPARSABLE), "the whole body"),
        (counted(pairs=29, aa=29, shadow=29), "few A/A pairs: 29 of the 30"),
        (counted(aa=50, shadow=1000), "shadow differs far more often: in 1,000 of 1,000 pairs, baseline in 50"),
        (counted(aa=50, shadow=400), "shadow differs far more often"),
        (counted("$.body['[masked]']"), "its path has a secret or personal name"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_would_blind_the_gate_is_refused(counts, reason):
    proposed = of(counts)
    assert proposed.learned == ()
    assert proposed.refused[0].refused.startswith(reason)


@pytest.mark.parametrize(
    ("aa", "shadow", "pairs"),
    [(600, 800, 1000), (50, 60, 1000), (990, 1000, 1000), (99_000, 99_990, 100_000), (30, 30, 30), (900, 0, 1000)],
)
def test_a_shadow_that_is_somewhat_more_volatile_is_no_reason_to_refuse(aa, shadow, pairs):
    assert of(counted(aa=aa, shadow=shadow, pairs=pairs)).refused == ()


def test_rare_noise_is_left_to_the_statistics():
    assert of(counted(aa=2, shadow=2)) == of(NoiseCounts())
    assert len(of(counted(aa=5, shadow=5)).learned) == 1
    assert of(counted(aa=30, shadow=30), floor=0.05) == of(NoiseCounts())


@pytest.mark.parametrize("path", ["$.body.at", "$.body.*", "$..at", "$.body[*]"])
def test_what_a_written_rule_settles_is_not_learned_on_top(path):
    written = Rule(path=path, action=Ignore(), why="known")
    (proposed,) = of(counted(), written).refused
    assert proposed.refused == f"settled by a written rule: {written.name}"


def test_a_written_rule_of_another_endpoint_is_no_hindrance():
    written = Rule(path="$.body.at", action=Ignore(), why="known", endpoint="GET /y")
    assert len(of(counted(), written).learned) == 1


def test_an_object_whose_names_are_ids_is_refused_as_one():
    many = add_counts(counted(f"$.body.users['{n}'].seen", pairs=10, aa=9, shadow=9) for n in range(100))
    proposed = of(many)
    assert proposed.learned == ()
    assert "one of 100 differing names under $.body.users" in proposed.refused[0].refused
    few = add_counts(counted(f"$.body.users['{n}'].seen", pairs=25, aa=20, shadow=20) for n in range(40))
    assert len(of(few).learned) == 40


def test_two_paths_that_a_rule_cannot_tell_apart_are_not_both_learned():
    proposed = of(add_counts([counted("$.body.x[*].at"), counted("$.body.x.y.at")]))
    assert len(proposed.learned) == len(proposed.refused) == 1
    assert proposed.refused[0].refused.startswith("it meets another learned path")


def test_an_endpoint_learns_a_bounded_number_of_rules():
    many = add_counts(counted(f"$.body.a{n % 20}.b{n // 20}", pairs=4, aa=4, shadow=4) for n in range(250))
    proposed = of(many)
    assert (len(proposed.learned), len(proposed.refused)) == (200, 50)
    assert of(NoiseCounts(beyond={GET: 7})).refused_beyond == 7


names = st.sampled_from(["a", "b", "items", "x-y", "'", "\n", "é"])
paths = st.lists(st.one_of(names, st.just(0)), max_size=4).map(lambda steps: ("body", *steps))
cells = st.tuples(
    st.sampled_from([GET, "POST /y"]),
    paths,
    st.sampled_from(Kind),
    st.integers(1, 60),
    st.integers(0, 60),
    st.sampled_from([TOKENS, NUMBERS, infer_shape([{}]), infer_shape(["a b"])]),
)


def counts_of(cells):
    proposed = {
        (endpoint, render_path(path), kind): PathCount(
            aa_differs=aa, shadow_differs=shadow, shape=shape if kind is Kind.VALUE_CHANGED else None
        )
        for endpoint, path, kind, aa, shadow, shape in cells
    }
    return NoiseCounts(pairs={GET: 60, "POST /y": 60}, paths=proposed)


counts = st.lists(cells, max_size=12).map(counts_of)


@given(counts, counts, counts)
def test_counts_merge_in_any_order_and_survive_being_written(learned, two, three):
    assert learned.merged(two).as_dict() == two.merged(learned).as_dict()
    assert learned.merged(two).merged(three).as_dict() == learned.merged(two.merged(three)).as_dict()
    assert NoiseCounts.from_dict(learned.as_dict()).as_dict() == learned.as_dict()


@given(counts)
def test_whatever_is_learned_is_a_set_of_rules_without_a_clash_below_the_root(counts):
    written = Rule(path="$..a", action=Ignore(), why="known")
    proposed = of(counts, written)
    rules = RuleSet([written, *(learned.rule() for learned in proposed.learned)])
    for learned in proposed.learned:
        # an order may vary at the root: the elements are still compared
        assert learned.kind is Kind.REORDERED or (
            learned.kind is Kind.VALUE_CHANGED and learned.shape.kind != "structure"
        )
        assert learned.kind is Kind.REORDERED or len(parse_pattern(learned.path).selectors) > 1
    assert len(rules.rules) == 1 + len(proposed.learned)
    volatile = sum(1 for (_, _, kind) in counts.paths if kind)
    assert len(proposed.learned) + len(proposed.refused) <= volatile
