from datetime import timedelta

import pytest

from darklaunch.config.loading.load import load


@pytest.mark.parametrize(
    ("override", "read", "value"),
    [
        ("scoring.alpha=0.01", lambda s: s.scoring.alpha, 0.01),
        ("scoring.alpha=1e-3", lambda s: s.scoring.alpha, 0.001),
        ("policy.minimum_days=1", lambda s: s.policy.minimum_days, 1.0),
        ("policy.require_all_hours=false", lambda s: s.policy.require_all_hours, False),
        ("captures.max_pair_gap=2d", lambda s: s.captures.max_pair_gap, timedelta(days=2)),
        ("captures.uri=s3a://bucket/a=b?c=d", lambda s: s.captures.uri, "s3a://bucket/a=b?c=d"),
        ("launch.shadow_release='42'", lambda s: s.launch.shadow_release, "42"),
        ("launch.shadow_release=", lambda s: s.launch.shadow_release, None),
        ("launch.shadow_release=on", lambda s: s.launch.shadow_release, "on"),
        ("launch.shadow_release=2027-01-31", lambda s: s.launch.shadow_release, "2027-01-31"),
        ("launch.shadow_release=0123", lambda s: s.launch.shadow_release, "0123"),
        ("publish.formats=[json]", lambda s: s.publish.formats, ("json",)),
        (
            "publish.mlflow.tracking_uri=http://m:5000",
            lambda s: s.publish.mlflow.tracking_uri,
            "http://m:5000",
        ),
        (
            "spark.conf.spark.sql.shuffle.partitions=8",
            lambda s: s.spark.conf["spark.sql.shuffle.partitions"],
            "8",
        ),
        ("spark.conf={spark.a.b: true}", lambda s: s.spark.conf["spark.a.b"], "true"),
        (
            "scoring.endpoints.GET /users/{id}.tolerated_excess=0.2",
            lambda s: s.scoring.tolerated_excess_at("GET /users/{id}"),
            0.2,
        ),
        (
            'scoring.endpoints."GET /v1.0/x=y".tolerated_excess=0.2',
            lambda s: s.scoring.tolerated_excess_at("GET /v1.0/x=y"),
            0.2,
        ),
    ],
)
def test_a_value_is_read_as_yaml_below_its_dotted_key(override, read, value):
    assert read(load(overrides=[override])) == value


@pytest.mark.parametrize("text", ["", "=", "=1", "scoring.alpha", ".alpha=1", "scoring..alpha=1", 'a."b=1', 'a"b"=1'])
def test_a_text_of_another_shape_is_refused_with_an_example(refused, text):
    assert refused(text) == (f"-o {text}: found '{text}', wanted key.path=value, such as -o scoring.alpha=0.01",)


def test_overrides_of_one_mapping_add_up():
    settings = load(overrides=["spark.conf.spark.a=1", "spark.conf.spark.b=2"])
    assert settings.spark.conf == {"spark.a": "1", "spark.b": "2"}


def test_a_broken_value_is_told_beside_the_others(refused):
    findings = refused("scoring.alpha=[", "policy.minimum_days=x")
    assert [finding.partition(": ")[0] for finding in findings] == [
        "-o scoring.alpha",
        "-o policy.minimum_days",
    ]


def test_an_element_of_a_list_has_no_key_of_its_own(refused):
    (finding,) = refused("rules[0].why=x")
    assert finding.endswith("unknown key 'rules[0]', did you mean 'rules'?")
