"""Slices: the planted one comes first, and chance makes none."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import hypergeom

from darklaunch.triage.cause import Cause
from darklaunch.triage.cause_report import Facet
from darklaunch.triage.slices import MAXIMUM_SLICES, EndpointFacets, FacetCounts, find_slices, log_tail
from tests.triage.signatures import ITEMS, signature

ALPHA = 0.05


def counts(value, inside, requests, *, name="region", facet=Facet.ATTRIBUTE):
    return FacetCounts(facet=facet, name=name, value=value, inside={0: inside}, outside={0: requests - inside})


def hours(inside, requests):
    pairs = zip(inside, requests, strict=True)
    return {
        n: counts(str(n), inside_hour, all_of_hour, name="", facet=Facet.HOURS)
        for n, (inside_hour, all_of_hour) in enumerate(pairs)
    }


def everywhen(requests):
    return hours([requests], [10_000])


def slices_of(requests, compared, values, by_hour=None):
    cause = Cause(members=(signature("a", requests=requests),))
    facets = EndpointFacets(values=tuple(values), hours=by_hour or hours([requests], [compared]))
    return find_slices([cause], {ITEMS: facets}, ALPHA)[0]


def test_the_region_that_has_it_is_the_first_slice():
    values = [counts("eu", 98, 3000), counts("us", 2, 7000), counts("de", 60, 1500, name="locale")]
    slices = slices_of(100, 10_000, values)
    assert [(each.name, each.value) for each in slices] == [("region", "eu"), ("locale", "de")]
    assert (slices[0].inside, slices[0].inside_of, slices[0].outside, slices[0].outside_of) == (98, 100, 2902, 9900)


def test_each_endpoint_of_a_cause_has_its_slice():
    members = (signature("a", requests=100, endpoint="GET /a"), signature("b", requests=50, endpoint="GET /b"))
    at_a = EndpointFacets(values=(counts("eu", 98, 1500), counts("de", 90, 1500, name="locale")), hours=everywhen(100))
    at_b = EndpointFacets(values=(counts("asia", 45, 2000),), hours=everywhen(50))
    (slices,) = find_slices([Cause(members=members)], {"GET /a": at_a, "GET /b": at_b}, ALPHA)
    assert [(each.endpoint, each.value) for each in slices] == [("GET /a", "eu"), ("GET /b", "asia")]


def test_the_two_hours_that_have_it_are_one_slice():
    by_hour = hours([0, 1, 50, 49, 0, 0], [500] * 6)
    slices = slices_of(100, 3000, [counts("eu", 30, 1000)], by_hour)
    assert [(each.facet, each.value) for each in slices] == [(Facet.HOURS, "1970-01-01T02:00:00Z/1970-01-01T04:00:00Z")]


def test_of_slices_with_an_equal_gap_the_attribute_comes_first():
    values = [
        counts("eu", 100, 500, name=name, facet=facet)
        for facet, name in ((Facet.HEADER, "x-region"), (Facet.ATTRIBUTE, "region"))
    ]
    assert [each.facet for each in slices_of(100, 5000, values)] == [Facet.ATTRIBUTE, Facet.HEADER]


@pytest.mark.parametrize(
    ("requests", "compared", "values"),
    [
        pytest.param(100, 10_000, [counts("eu", 100, 10_000)], id="all requests have it"),
        pytest.param(100, 10_000, [counts("eu", 45, 3000)], id="hardly more often than the rest"),
        pytest.param(2, 10_000, [counts("eu", 2, 3000)], id="too few to tell from chance"),
        pytest.param(100, 100, [counts("eu", 60, 60)], id="there is no rest"),
        pytest.param(100, 10_000, [counts("eu", 0, 3000)], id="less often than the rest"),
    ],
)
def test_a_value_that_separates_nothing_is_no_slice(requests, compared, values):
    assert slices_of(requests, compared, values) == ()


def test_the_correction_counts_everything_that_was_tried():
    alone = [counts("eu", 6, 2000)]
    assert len(slices_of(6, 10_000, alone)) == 1
    assert slices_of(6, 10_000, [*alone, *(counts(f"v{n}", 0, 5, name="n") for n in range(2000))]) == ()


def test_a_cause_has_few_slices():
    assert len(slices_of(100, 10_000, [counts("v", 99, 200, name=f"n{n}") for n in range(9)])) == MAXIMUM_SLICES


def test_a_slice_is_reported_by_mistake_in_less_than_alpha_of_all_runs():
    drawn, mistakes = random.Random(7), 0
    for _ in range(300):
        cause = set(drawn.sample(range(400), 40))
        values = []
        for name in range(20):
            chosen = {n for n in range(400) if drawn.random() < 0.3}
            values.append(counts("v", len(chosen & cause), len(chosen), name=f"n{name}"))
        mistakes += bool(slices_of(40, 400, values))
    assert mistakes <= 0.05 * 300


@given(st.data())
def test_the_bound_never_lies_below_the_exact_tail(data):
    total = data.draw(st.integers(2, 400))
    drawn, having = data.draw(st.integers(1, total)), data.draw(st.integers(1, total))
    inside = data.draw(st.integers(max(0, drawn + having - total), min(drawn, having)))
    exact = float(hypergeom.logsf(inside - 1, total, having, drawn))
    assert log_tail(inside, drawn, having, total) >= min(0.0, exact) - 1e-9


def test_a_range_of_hours_is_the_best_of_all_ranges():
    drawn = random.Random(3)
    for _ in range(50):
        requests = [drawn.randint(50, 90) for _ in range(8)]
        inside = [drawn.choice([0, 0, 2, 40]) for _ in requests]
        if not 0 < sum(inside) < sum(requests):
            continue
        of, rest = sum(inside), sum(requests) - sum(inside)
        gaps = [
            sum(inside[a:b]) / of - (sum(requests[a:b]) - sum(inside[a:b])) / rest
            for a in range(8)
            for b in range(a + 1, 9)
        ]
        slices = slices_of(of, sum(requests), [], hours(inside, requests))
        assert not slices or slices[0].gap == pytest.approx(max(gaps))
        assert slices or max(gaps) < 0.5
