"""Which signatures are one cause, and what is told of it."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from darklaunch.diff.difference import Kind
from darklaunch.text.undefined import Undefined
from darklaunch.triage.cause import Cause
from darklaunch.triage.cause_report import (
    DETAILED,
    LISTED,
    MAXIMUM_PATHS,
    CauseExample,
    CausePath,
    Facet,
    SliceReport,
    Transition,
)
from darklaunch.triage.clustering import cluster_signatures
from darklaunch.triage.reporting import Detail, Traffic, report_causes
from darklaunch.triage.slices import Slice
from tests.triage.signatures import ITEMS, element, names, signature


def sets(causes):
    return [names(cause) for cause in causes]


@pytest.mark.parametrize(
    ("signatures", "expected"),
    [
        pytest.param([signature("a"), signature("b", requests=9)], [["a"], ["b"]], id="two paths apart are two causes"),
        pytest.param(
            [signature("a", "b", "c"), signature("a", "b", requests=60)], [["a", "b", "c"]], id="nearly the same set"
        ),
        pytest.param([signature("a"), signature("a", "x", requests=2)], [["a", "x"]], id="a rare extra"),
        pytest.param(
            [signature("a", requests=100_000), signature("a", "x", requests=500)],
            [["a"], ["a", "x"]],
            id="an extra that is not rare may be a bug of its own",
        ),
        pytest.param(
            [signature("a"), signature("a", element("x", "missing", "high"), requests=2)],
            [["a"], ["a", "x"]],
            id="a rare extra that is worse is told",
        ),
        pytest.param(
            [signature("a", requests=900), signature("b", requests=500), signature("a", "b", requests=90)],
            [["a", "b"], ["b"]],
            id="two bugs on one request are no third",
        ),
        pytest.param(
            [signature("a", "b", "c", "d", "e"), signature("a", requests=5)],
            [["a", "b", "c", "d", "e"]],
            id="a rare part of it",
        ),
        pytest.param(
            [signature("a", "b", "c", "d", "e"), signature("a", requests=50)],
            [["a", "b", "c", "d", "e"], ["a"]],
            id="a frequent part of it is a bug of its own",
        ),
        pytest.param(
            [signature("$.status", "a", "b"), signature("a", "b", requests=60)],
            [["$.status", "a", "b"], ["a", "b"]],
            id="an error page is no variant of a page",
        ),
        pytest.param(
            [signature(f"prices['sku-{n}'].amount", requests=3) for n in range(1000, 1200)],
            [sorted(f"prices['sku-{n}'].amount" for n in range(1000, 1200))],
            id="names that are data",
        ),
        pytest.param(
            [signature("a"), signature("a", endpoint="GET /other")], [["a"], ["a"]], id="endpoints are kept apart"
        ),
        pytest.param([], [], id="nothing differs"),
    ],
)
def test_what_is_one_cause(signatures, expected):
    assert sets(cluster_signatures(signatures)) == expected


def test_one_bug_with_a_hundred_variants_is_one_cause():
    clusters = cluster_signatures(
        signature("price", f"x{'abcdefghij'[n // 10]}{'abcdefghij'[n % 10]}", requests=7) for n in range(100)
    )
    assert len(clusters) == 1
    assert clusters[0].requests == 700
    assert next(iter(clusters[0].elements)).path == "$.body.price"


def test_a_handful_of_bugs_beside_one_volatile_path_stay_apart():
    volatile = signature("etag", requests=50_000)
    bugs = [signature("etag", name, requests=400) for name in ("price", "stock", "title", "brand", "tax")]
    assert len(cluster_signatures([volatile, *bugs])) == 6


def test_the_most_traffic_comes_first_and_what_noise_explains_last():
    noise = signature("at", requests=900, answered=900, noisy=890)
    clusters = cluster_signatures([noise, signature("a", requests=20), signature("b", requests=70)])
    assert sets(clusters) == [["b"], ["a"], ["at"]]
    assert [cause.noise_share for cause in clusters] == [None, None, 890 / 900]


def test_severity_is_the_worst_of_what_is_typical():
    rare = signature("a", "b", "c", element("x", "missing", "high"), requests=5)
    common = signature("a", "b", "c", requests=95)
    assert cluster_signatures([common, rare])[0].severity.value == "medium"
    often = dataclasses.replace(rare, requests=30, weight=30.0, elements=dict.fromkeys(rare.elements, 30))
    assert cluster_signatures([common, often])[0].severity.value == "high"


@given(
    st.lists(
        st.tuples(st.sets(st.sampled_from("abcdef"), min_size=1), st.integers(1, 500)),
        max_size=12,
        unique_by=lambda each: tuple(sorted(each[0])),
    ),
    st.randoms(),
)
def test_merging_loses_no_request_and_does_not_depend_on_the_order(drawn, random):
    signatures = [signature(*sorted(names), requests=requests) for names, requests in drawn]
    clusters = cluster_signatures(signatures)
    assert sum(cause.requests for cause in clusters) == sum(each.requests for each in signatures)
    assert len({cause.id for cause in clusters}) == len(clusters)
    random.shuffle(signatures)
    assert cluster_signatures(signatures) == clusters


@pytest.mark.parametrize("broken", [{"requests": 0}, {"noisy": 2, "answered": 1}, {"answered": 101}])
def test_a_signature_cannot_be_built_wrong(broken):
    with pytest.raises(ValueError, match="noisy"):
        signature("a", **broken)


def traffic(compared=10_000, weight=1.0):
    return Traffic(compared=compared, compared_weight=compared * weight, weight=1.2 * compared * weight, differing=500)


def reported(signatures, *, details=None, hours=12, **changes):
    endpoints = {each.endpoint for each in signatures}
    by_endpoint = dict.fromkeys(endpoints, traffic(**changes))
    return report_causes(
        cluster_signatures(signatures),
        by_endpoint,
        details or {},
        hours=hours,
        level=0.95,
        tolerated_excess=lambda _: 0.001,
    )


def test_share_interval_and_daily_failures():
    made = reported([signature("a", requests=100, weight=200.0)], weight=2.0)[0]
    # the bounds are those of SciPy's binomtest
    assert (made.share, made.share_low, made.share_high) == pytest.approx((0.01, 0.0081435966, 0.0121495049), abs=1e-9)
    # 1 % of the 24,000 requests that came in half a day
    assert made.failures_a_day == pytest.approx(480)
    assert made.unlisted_requests == 400
    assert (made.first_hour, made.last_hour) == ("2026-03-29T16:00:00Z", "2026-03-29T21:00:00Z")


def test_a_share_of_noise_that_is_not_known_stands_with_its_reason():
    unknown, measured = reported([signature("a")])[0], reported([signature("a", answered=50, noisy=25)])[0]
    assert (unknown.noise_share, measured.noise_share) == (Undefined("no baseline answered here"), 0.5)


def test_many_paths_are_cut_with_their_number():
    names = [f"m{'abcdefghij'[n // 10]}{'abcdefghij'[n % 10]}" for n in range(50)]
    made = reported([signature(*names)])[0]
    assert (len(made.paths), made.paths_beyond) == (MAXIMUM_PATHS, 30)
    assert made.paths[0] == CausePath(path="$.body.maa", kind=Kind.VALUE_CHANGED, requests=100)


def test_a_run_tells_a_bounded_number_of_causes():
    made = reported([signature("a", endpoint=f"GET /{n:03}", requests=100 + n) for n in range(LISTED + 50)])
    assert len(made) == LISTED
    assert made[0].requests == 349
    assert DETAILED < LISTED


def test_only_the_first_causes_have_details():
    slice_ = Slice(
        endpoint=ITEMS,
        facet=Facet.ATTRIBUTE,
        name="region",
        value="eu",
        inside=98,
        inside_of=100,
        outside=3,
        outside_of=100,
        log_p=-99.0,
    )
    detail = Detail(
        slices=(slice_,),
        transitions=(Transition(path="$.status", kind=Kind.VALUE_CHANGED, production="2", shadow="5", requests=3),),
        examples=(CauseExample(request_id="r", differences=(), differences_beyond=0, curl="curl"),),
    )
    first, second = reported([signature("a", requests=200), signature("b")], details={0: detail})
    assert first.slices == (
        SliceReport(
            facet=Facet.ATTRIBUTE,
            name="region",
            value="eu",
            inside=98,
            inside_of=100,
            outside=3,
            outside_of=100,
            share_inside=0.98,
            share_outside=0.03,
            log_p=-99.0,
            endpoint=ITEMS,
        ),
    )
    assert (first.transitions, first.examples) == (detail.transitions, detail.examples)
    assert (first.detailed, second.detailed, second.slices) == (True, False, ())


def test_the_name_of_a_cause_stays_from_run_to_run():
    today, tomorrow = (Cause(members=(signature("b", "a", requests=n, keys={n: n}),)) for n in (5, 900))
    assert today.id == tomorrow.id
    assert len(today.id) == 12
    assert today.id != Cause(members=(signature("a"),)).id
