import re
from pathlib import Path

from darklaunch.publish.mlflow import values
from tests.publish import sample


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


def test_of_very_many_endpoints_the_worst_and_the_busiest_have_metrics_and_the_tag_says_how_many():
    report = sample.report(sample.crowd(values.MOST_ENDPOINTS))
    logged = values.metrics(report)
    parts = {name.rpartition("/")[0] for name in logged if name.startswith(values.ENDPOINT)}
    assert len(parts) == values.MOST_ENDPOINTS
    assert "endpoint/POST orders" in parts
    assert values.tags(report, Path())["darklaunch.endpoints_with_metrics"] == "500 of 506"


def test_a_part_of_a_metric_name_can_be_looked_up():
    names = values.metric_names(sample.report(sample.full()))
    assert names["GET items/:id"] == "GET /items/{id}"
    assert set(names.values()) == {entry["endpoint"] for entry in sample.full()["endpoints"]}


def test_tags_are_short_text_whatever_the_releases_are():
    verdict = sample.smallest()
    verdict["launch"] |= {"production_release": "\x1b[31m" * 3000, "shadow_release": None}
    tags = values.tags(sample.report(verdict), Path())
    assert max(map(len, tags.values())) <= values.LONGEST_TAG
    assert tags["darklaunch.production_release"].isprintable()
    assert tags["darklaunch.shadow_release"] == "null"
