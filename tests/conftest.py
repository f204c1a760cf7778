"""One Spark session for all tests that need one, started when the first of them runs."""

import os
import warnings

import pytest
from hypothesis import settings

os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
settings.register_profile("dev", max_examples=60, deadline=None)
settings.register_profile("ci", max_examples=200, deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "dev")


def pytest_collection_modifyitems(config, items):
    """Tests of Spark go first: a process that has grown can't always start a JVM beside itself."""
    items.sort(key=lambda item: item.get_closest_marker("spark") is None)
    if not os.environ.get("DARKLAUNCH_LONG"):
        long = [item for item in items if item.get_closest_marker("long")]
        items[:] = [item for item in items if item not in long]
        config.hook.pytest_deselected(items=long)


@pytest.fixture(scope="session")
def spark():
    from darklaunch.spark.session import open_session

    session = open_session("local[2]", {"spark.sql.shuffle.partitions": "2", "spark.driver.memory": "2g"})
    yield session
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        session.stop()


@pytest.fixture(scope="session")
def demo_run(tmp_path_factory):
    """A folder with a run of the demo in ``out``, for whoever only reads it."""
    from tests.docs.demo_run import make_run

    return make_run(tmp_path_factory.mktemp("demo-run"))
