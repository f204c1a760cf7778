"""One log on this machine, on a cluster and by Spark Connect comes to the same bytes: two minutes, and several JVMs.

DARKLAUNCH_LONG=1 pytest tests/cluster/test_cluster.py
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cluster.clusters import EXECUTORS, ROOT, build_package, connect_server, environment, standalone, submitted
from tests.cluster.results import LENIENT, differing, everything
from tests.engine.test_feeders import world
from tests.whole_runs.runs import QUICK, run
from tests.worlds import write_log

DARKLAUNCH = str(Path(sys.executable).with_name("darklaunch"))
pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    return write_log(tmp_path_factory.mktemp("log"), world())


@pytest.fixture(scope="module")
def wanted(log, tmp_path_factory):
    out = tmp_path_factory.mktemp("here")
    assert run(log, out, *LENIENT) == 0
    return everything(out)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    with standalone(tmp_path_factory.mktemp("cluster")) as cluster:
        yield cluster


def words(log, out, *more):
    return ["run", "--captures", str(log), "--out", str(out), "--quiet", *QUICK, *LENIENT, *more]


def call(command, folder, env=None):
    done = subprocess.run(  # noqa: S603 - the project's own commands
        command, env=env or environment(folder), cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]


def test_a_session_on_this_machine_comes_to_what_processes_do(log, wanted, tmp_path):
    # nothing is packed for workers of this machine: they import what the driver does
    call([DARKLAUNCH, *words(log, tmp_path / "out", "--master", "local[*]")], tmp_path, os.environ)
    assert differing(everything(tmp_path / "out"), wanted) == []


def test_a_submitted_job_with_a_packed_project_comes_to_the_same(cluster, log, wanted, tmp_path):
    script = ROOT / "jobs" / "run.py"
    call(submitted(cluster.url, build_package(tmp_path), script, words(log, tmp_path / "out")[1:], {}), tmp_path)
    assert differing(everything(tmp_path / "out"), wanted) == []


def test_a_command_that_names_the_master_packs_the_project_itself(cluster, log, wanted, tmp_path):
    conf = json.dumps(EXECUTORS)
    command = [DARKLAUNCH, *words(log, tmp_path / "out", "--master", cluster.url, "-o", f"spark.conf={conf}")]
    call(command, tmp_path)
    assert differing(everything(tmp_path / "out"), wanted) == []


def test_spark_connect_comes_to_the_same(log, wanted, tmp_path):
    with connect_server(tmp_path / "server") as url:
        call([DARKLAUNCH, *words(log, tmp_path / "out", "--master", url)], tmp_path)
    assert differing(everything(tmp_path / "out"), wanted) == []


def test_results_in_a_folder_that_is_named_by_a_uri_are_the_same(log, wanted, tmp_path):
    call([DARKLAUNCH, *words(log.as_uri(), (tmp_path / "an out").as_uri(), "--master", "none")], tmp_path)
    assert differing(everything(tmp_path / "an out"), wanted) == []
