import pytest

from tests.docs.demo_run import make_second_launch


@pytest.fixture(scope="session")
def two_launches(demo_run, tmp_path_factory):
    """A folder whose ``out`` holds the demo's launch and a second one, where a cause was accepted."""
    return make_second_launch(demo_run, tmp_path_factory.mktemp("two-launches"))
