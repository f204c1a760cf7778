from datetime import timedelta
from pathlib import Path

import pytest

from darklaunch.config.flat import duration, flat
from darklaunch.config.loading.load import load
from darklaunch.config.settings.model import Settings

CONF = Path(__file__).parents[2] / "conf"


def test_what_is_flat_can_be_given_back_on_the_command_line():
    settings = load(conf=CONF, env="ci")
    assert load(overrides=[f"{key}={text}" for key, text in flat(settings).items()]) == settings


def test_elements_are_numbered_and_show_only_what_they_say():
    settings = load(overrides=["rules=[{path: $.x, tolerance: {absolute: 0.5}, why: rounding, expires: 2027-01-31}]"])
    assert {key: text for key, text in flat(settings).items() if key.startswith("rules")} == {
        "rules[0].path": "$.x",
        "rules[0].tolerance.absolute": "0.5",
        "rules[0].why": "rounding",
        "rules[0].expires": "2027-01-31",
    }


def test_an_endpoint_with_a_dot_stays_one_key():
    settings = load(overrides=["scoring.endpoints={GET /v1.0/x: {tolerated_excess: 0.2}}"])
    assert flat(settings)['scoring.endpoints."GET /v1.0/x".tolerated_excess'] == "0.2"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("spark.hadoop.fs.s3a.secret.key", "hunter2"),
        ("spark.hadoop.fs.s3a.access.key", "hunter2"),
        ("spark.ssl.keyPassword", "hunter2"),
        ("spark.authenticate.TOKEN", "hunter2"),
        ("spark.driver.extraJavaOptions", "-Djavax.net.ssl.trustStorePassword=hunter2"),
        ("spark.jars.repositories", "https://me:hunter2@repo/x"),
    ],
)
def test_a_secret_of_spark_is_masked(key, value):
    shown = flat(load(overrides=[f"spark.conf={{{key}: '{value}'}}"]))
    assert "masked" in shown[f"spark.conf.{key}"]
    assert "hunter2" not in "".join(shown.values())


def test_what_is_no_secret_of_spark_is_shown():
    assert flat(load(overrides=["spark.conf.spark.ui.enabled=false"]))["spark.conf.spark.ui.enabled"] == "false"


@pytest.mark.parametrize(
    ("uri", "shown"),
    [
        ("postgresql://me:hunter2@db/mlflow", "postgresql://me:(masked)@db/mlflow"),
        ("postgresql://me:hun@ter2@db/mlflow", "postgresql://me:(masked)@db/mlflow"),
        ("https://m/x?a=1&sig=hunter2&b=2", "https://m/x?a=1&sig=(masked)&b=2"),
        ("https://m:5000/x", "https://m:5000/x"),
        ("abfss://container@account/x", "abfss://container@account/x"),
    ],
)
def test_a_password_in_a_uri_is_masked_and_the_rest_is_kept(uri, shown):
    settings = load(overrides=[f"publish.mlflow.tracking_uri={uri}", f"captures.uri={uri}"])
    assert flat(settings)["publish.mlflow.tracking_uri"] == flat(settings)["captures.uri"] == shown


def test_every_text_is_printable_and_the_order_is_that_of_the_model():
    lines = flat(Settings())
    assert all(text.isprintable() and key.isprintable() for key, text in lines.items())
    assert list(dict.fromkeys(key.partition(".")[0] for key in lines)) == list(Settings.model_fields)


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0s"), (90, "90s"), (5400, "90m"), (7200, "2h"), (86400, "1d"), (90000, "25h")]
)
def test_a_duration_is_spelt_in_the_largest_unit_that_divides_it(seconds, text):
    assert duration(timedelta(seconds=seconds)) == text
