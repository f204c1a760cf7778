import pickle
import subprocess
import sys

import pytest
from pydantic import ValidationError

from darklaunch.config.loading.load import load
from darklaunch.config.settings.model import Settings
from darklaunch.config.settings.publish import PublishSettings
from darklaunch.config.settings.scoring import ScoringSettings

FULL = [
    "spark.conf.spark.x=1",
    "scoring.endpoints={GET /x: {tolerated_excess: 0.2}}",
    "captures.endpoints=[{template: '/x/{id}'}, {template: /y, name: why}]",
]


def test_nothing_can_be_changed_afterwards():
    settings = load(overrides=FULL)
    with pytest.raises(ValidationError, match="frozen"):
        settings.scoring.alpha = 0.5
    with pytest.raises(TypeError, match="item assignment"):
        settings.spark.conf["spark.y"] = "2"
    assert isinstance(settings.captures.endpoints, tuple)


def test_settings_can_be_hashed_pickled_and_dumped():
    settings = load(overrides=FULL)
    assert pickle.loads(pickle.dumps(settings)) == settings  # noqa: S301
    assert hash(settings) == hash(load(overrides=FULL))
    assert Settings.model_validate(settings.model_dump()) == settings


def test_an_endpoint_is_called_by_its_template_unless_named():
    assert [each.name for each in load(overrides=FULL).captures.endpoints] == ["/x/{id}", "why"]


def test_an_endpoint_has_the_tolerated_excess_of_all_unless_it_has_its_own():
    scoring = load(overrides=FULL).scoring
    assert (scoring.tolerated_excess_at("GET /x"), scoring.tolerated_excess_at("GET /y")) == (0.2, 0.001)


def test_what_python_builds_is_checked_like_what_yaml_says():
    with pytest.raises(ValidationError, match=r"above 0 and below 0\.5"):
        ScoringSettings(alpha=2)
    with pytest.raises(ValidationError, match="found no json"):
        PublishSettings(formats=("html",))


def test_the_configuration_needs_no_engine():
    modules = "darklaunch.config.loading.load, darklaunch.config.flat"
    code = f"import sys, {modules}; print({{'pyspark', 'pandas', 'mlflow'}} & set(sys.modules))"
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert process.stdout == "set()\n"
