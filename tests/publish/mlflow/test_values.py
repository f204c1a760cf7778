import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from darklaunch.publish.mlflow import values
from tests.publish import sample

NAMES = st.text(alphabet="GET /{}_.-aé$\x1b", min_size=1, max_size=200)


@pytest.mark.parametrize(
    ("endpoint", "slug"),
    [
        ("GET /items/{id}", "GET.items._id_"),
        ("GET /users/{user_id}/v2", "GET.users._user_id_.v2"),
        ("GET /", "GET."),
    ],
)
def test_a_plain_name_has_a_readable_slug(endpoint, slug):
    assert values.slug(endpoint) == slug


@given(NAMES)
def test_a_slug_is_legal_wherever_mlflow_keeps_it(endpoint):
    assert re.fullmatch(r"[A-Za-z0-9_.-]{1,150}", values.slug(endpoint))
    assert set(values.slug(endpoint)) != {"."}


@given(NAMES, NAMES)
def test_two_endpoints_never_share_a_slug(first, second):
    assert (values.slug(first) == values.slug(second)) == (first == second)


@pytest.mark.parametrize(
    "other", ["GET /items/id", "GET /items/_id_", "GET /items.{id}", "GET /items/:id", "GET.items/{id}"]
)
def test_names_that_look_alike_have_their_own_slugs(other):
    assert values.slug(other) != values.slug("GET /items/{id}")


def test_what_is_null_has_no_metric():
    logged = values.metrics(sample.report(sample.nothing()))
    assert "fleet/match_rate" not in logged
    assert logged["fleet/confidence"] == 0.0


def test_settings_that_cannot_change_the_verdict_are_no_params():
    verdict = sample.smallest()
    verdict["settings"] = {"spark.master": "local[*]", "publish.formats": "[json]", "captures.uri": "captures"}
    assert values.params(sample.report(verdict)) == {"captures.uri": "captures"}


def test_params_have_legal_names_of_their_own_and_short_values():
    verdict = sample.smallest()
    verdict["settings"] = {
        "rules[0].path": "$.body.at",
        'scoring.endpoints."GET /a/{id}".tolerated_excess': "0.01",
        'scoring.endpoints."GET /a/(id)".tolerated_excess': "0.02",
        "launch.name": "x" * 9000,
    }
    logged = values.params(sample.report(verdict))
    assert logged["rules.0.path"] == "$.body.at"
    assert len(logged) == 4
    assert all(re.fullmatch(r"[A-Za-z0-9_.-]{1,250}", name) for name in logged)
    assert max(map(len, logged.values())) <= values.LONGEST_PARAM


def test_tags_are_short_text_whatever_the_releases_are():
    verdict = sample.smallest()
    verdict["launch"] |= {"production_release": "\x1b[31m" * 3000, "shadow_release": None}
    tags = values.tags(sample.report(verdict), Path())
    assert max(map(len, tags.values())) <= values.LONGEST_TAG
    assert tags["darklaunch.production_release"].isprintable()
    assert tags["darklaunch.shadow_release"] == "null"
