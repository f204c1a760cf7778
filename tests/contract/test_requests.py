"""One id, one request: which rows name another one than production's, and which ids differ in their case alone."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from darklaunch.capture.arm import Arm
from darklaunch.contract.requests import OTHER_REQUEST, mark_other_requests, with_other_requests
from darklaunch.contract.rows import Breach
from tests.contract.profiles import profile

REQUESTS = st.tuples(
    st.sampled_from(["a", "A", "b", "\u00e9", "\u00c9"]), st.sampled_from(["GET", "get", "PUT"]), st.sampled_from("/x")
)
ROWS = st.lists(REQUESTS, max_size=8)


def table(rows):
    names = ("request_id", "method", "path")
    columns = list(zip(*rows, strict=True)) or [(), (), ()]
    return pa.table({name: pa.array(column, pa.string()) for name, column in zip(names, columns, strict=True)})


def marked(**arms):
    return mark_other_requests({Arm(arm): table(rows) for arm, rows in arms.items()})


def others(**arms):
    return marked(**arms)[Arm.SHADOW][OTHER_REQUEST].to_pylist()


@pytest.mark.parametrize(
    ("production", "shadow", "other"),
    [
        (("1", "GET", "/a/1"), ("1", "POST", "/b/2"), True),
        (("1", "GET", "/a"), ("1", "HEAD", "/a"), True),
        (("1", "GET", "/a"), ("1", "GET", "/a/"), True),
        (("1", "GET", "/a"), ("1", "GET", "/A"), True),
        (("1", "GET", "/a"), ("1", "get", "/a"), False),
        (("1", "GET", "/a"), ("1", "GET", "/a"), False),
        (("1", "GET", "/a"), ("2", "POST", "/b"), False),
    ],
)
def test_a_row_of_the_same_id_names_the_same_request_or_another(production, shadow, other):
    assert others(production=[production], shadow=[shadow]) == [other]


def test_without_rows_of_production_nothing_is_another_request():
    assert others(shadow=[("1", "GET", "/")]) == [False]


def test_the_baseline_is_held_against_production_too():
    rows = marked(production=[("1", "GET", "/")], baseline=[("1", "PUT", "/")], shadow=[("1", "GET", "/")])
    assert {arm.value: table[OTHER_REQUEST].to_pylist() for arm, table in rows.items()} == {
        "production": [False],
        "baseline": [True],
        "shadow": [False],
    }


@given(production=ROWS, shadow=ROWS)
def test_a_row_is_another_request_if_none_of_production_of_its_id_is_the_same(production, shadow):
    named = {(id_, method.upper(), path) for id_, method, path in production}
    ids = {id_ for id_, _, _ in production}
    wanted = [id_ in ids and (id_, method.upper(), path) not in named for id_, method, path in shadow]
    assert others(production=production, shadow=shadow) == wanted
    assert others(production=production[::-1], shadow=shadow) == wanted


@given(production=ROWS, shadow=ROWS)
def test_ids_are_counted_that_would_pair_if_case_were_ignored(production, shadow):
    profiles = [profile("production"), profile("shadow"), profile("shadow", reason=Breach.BAD_STATUS.value)]
    counted = with_other_requests(profiles, marked(production=production, shadow=shadow))
    ids = {id_ for id_, _, _ in production}
    folded = {id_.lower() for id_ in ids}
    lone = [id_ for id_, _, _ in shadow if id_ not in ids]
    assert [each.ids_of_another_case for each in counted] == [0, sum(id_.lower() in folded for id_ in lone), 0]
    assert counted[1].other_requests == sum(others(production=production, shadow=shadow))
    assert (counted[0], counted[2]) == (profiles[0], profiles[2])


def test_counts_of_buckets_add_up():
    some, more = profile("shadow", other_requests=2, ids_of_another_case=3), profile("shadow", other_requests=5)
    assert (some.merged(more).other_requests, some.merged(more).ids_of_another_case) == (7, 3)
