"""The examples of the public Python API do what they say, on a run of the demo."""

import doctest
from importlib import import_module

import pytest

pytestmark = pytest.mark.slow

MODULES = (
    "darklaunch.api.by_hand",
    "darklaunch.api.rules",
    "darklaunch.runs.run",
    "darklaunch.runs.comparing.comparison",
    "darklaunch.stats.unit_table",
)


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_come_out_as_written(name, demo_run, monkeypatch):
    monkeypatch.chdir(demo_run)
    outcome = doctest.testmod(import_module(name), optionflags=doctest.ELLIPSIS)
    assert outcome.attempted > 0
    assert outcome.failed == 0
