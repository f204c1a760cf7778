import posixpath
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from darklaunch.publish.mlflow.names import LONGEST_PART, metric_part
from tests.publish.sample_endpoints import LONG, OVERRIDE, SCRIPT

NAMES = st.text(alphabet="GET /{}_.-:aé$\x1b", min_size=1, max_size=200)


@pytest.mark.parametrize(
    ("endpoint", "part"),
    [
        ("GET /items/{id}", "GET items/:id"),
        ("GET /vega/airports/{iata}.json", "GET vega/airports/:iata.json"),
        ("GET /users/{user_id}/v2", "GET users/:user_id/v2"),
        ("PURGE /a/b-{n}.{ext}", "PURGE a/b-:n.:ext"),
        ("GET /", "GET "),
    ],
)
def test_a_plain_name_is_spelt_as_people_write_it(endpoint, part):
    assert metric_part(endpoint) == part


@pytest.mark.parametrize(
    ("endpoint", "readable"),
    [
        (f"GET {SCRIPT}", "GET _script_alert_1_/script_"),
        (OVERRIDE, "GET files/_gnp.exe/:id"),
        ("GET /../../etc/passwd", "GET/etc/passwd"),
        ("GET /items/:id", "GET items/:id"),
        ("GET /items/", "GET items"),
        ("\x1b\n", "_"),
        ("/..", "endpoint"),
    ],
)
def test_a_hostile_name_stays_readable_and_gets_a_digest(endpoint, readable):
    assert re.fullmatch(re.escape(readable) + ": [0-9a-f]{12}", metric_part(endpoint))


def test_a_name_that_is_cut_has_a_digest():
    other = LONG + "/x"
    assert metric_part(LONG) != metric_part(other)
    assert len(metric_part(LONG)) <= LONGEST_PART


@given(NAMES)
def test_a_part_is_what_mlflow_takes_and_no_path_to_anywhere_else(endpoint):
    name = f"endpoint/{metric_part(endpoint)}/confidence"
    assert re.fullmatch(r"[A-Za-z0-9_.:/ -]{1,220}", name)
    assert posixpath.normpath(name) == name
    assert not any(set(segment) == {"."} for segment in name.split("/"))


@given(NAMES, NAMES)
def test_two_endpoints_never_share_a_part(first, second):
    assert (metric_part(first) == metric_part(second)) == (first == second)


@pytest.mark.parametrize(
    "other",
    [
        "GET /items/id", "GET /items/_id_", "GET /items.{id}", "GET /items/:id", "GET.items/{id}", "GET items/{id}",
        "GET //items/{id}", "GET /items/{id}/", "GET /items/./{id}", "GET /items/{{id}}",
    ],
)  # fmt: skip
def test_names_that_look_alike_have_their_own_parts(other):
    assert metric_part(other) != metric_part("GET /items/{id}")


def test_nobody_can_spell_an_endpoint_like_the_part_of_a_hostile_one():
    part = metric_part("GET /x$")
    assert metric_part("GET /" + part.removeprefix("GET ")) != part
