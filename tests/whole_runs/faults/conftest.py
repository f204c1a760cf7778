"""A launch before and after its second look, when nothing disturbs it."""

import shutil

import pytest

from tests.soak.comparison import evidence_of, scores_of
from tests.soak.world import World, span
from tests.whole_runs.runs import run


class Launch:
    """A launch of one look; each fault has its own copy, and the second look is what it disturbs."""

    def __init__(self, folder):
        self.log, self.begun = folder / "log", folder / "begun"
        for hour in range(2):
            World(seed=3, requests=30).deliver(self.log, hour)
        assert run(self.log, self.begun, *span(0)) == 0
        self.undisturbed = known(self.copy(folder / "undisturbed", 0))

    def copy(self, out, code=None, *options):
        """The begun launch at another place; with an exit code, looked at a second time."""
        shutil.copytree(self.begun, out, dirs_exist_ok=True)
        if code is not None:
            assert self.look(out, *options) == code
        return out

    def look(self, out, *options, command="run"):
        return run(self.log, out, *span(1), *options, command=command)


def known(out):
    """What a launch knows and says."""
    return evidence_of(out), scores_of(out)


@pytest.fixture(scope="session")
def launch(tmp_path_factory):
    return Launch(tmp_path_factory.mktemp("launch"))
