"""A capture log in an object store, in a real server of S3: about a minute.

python3 -m venv moto-venv && moto-venv/bin/pip install 'moto[s3]' flask flask-cors
DARKLAUNCH_MOTO=moto-venv DARKLAUNCH_LONG=1 pytest tests/cluster/test_object_storage.py

It has an environment of its own because its packages want an older dateutil than the project's.
"""

import os
import subprocess
import urllib.request
from contextlib import suppress
from pathlib import Path

import pyarrow.fs as pafs
import pytest

from tests.cluster.clusters import HOST, PACKAGES, ROOT, end, environment, free_port, standalone, until
from tests.cluster.faults import CONF
from tests.cluster.results import LENIENT, differing, everything
from tests.engine.test_feeders import world
from tests.whole_runs.runs import run
from tests.worlds import write_log

VENV = os.environ.get("DARKLAUNCH_MOTO")
pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(VENV is None, reason="DARKLAUNCH_MOTO names no virtual environment with moto"),
]


@pytest.fixture(scope="module")
def store():
    port = free_port()
    url = f"http://{HOST}:{port}"
    command = [str(Path(VENV).absolute() / "bin" / "moto_server"), "-H", HOST, "-p", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - moto's own

    def answers() -> bool:
        with suppress(OSError), urllib.request.urlopen(url, timeout=1):
            return True
        return False

    with pytest.MonkeyPatch.context() as patch:
        for name, value in keys(url).items():
            patch.setenv(name, value)
        until(answers, "moto answers")
        yield url
    end(server)


def keys(url):
    """What the driver and the workers reach the store with."""
    return {
        "AWS_ACCESS_KEY_ID": "a-key",
        "AWS_SECRET_ACCESS_KEY": "a-secret",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": url,
    }


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    return write_log(tmp_path_factory.mktemp("log"), world())


@pytest.fixture(scope="module")
def uri(store, log):
    # only a URI makes pyarrow heed the address in the environment, which is the address of this server
    assert os.environ["AWS_ENDPOINT_URL"] == store
    remote, bucket = pafs.FileSystem.from_uri("s3://logs?allow_bucket_creation=true")
    remote.create_dir(bucket)
    pafs.copy_files(str(log), "logs/captures", source_filesystem=pafs.LocalFileSystem(), destination_filesystem=remote)
    return "s3://logs/captures"


@pytest.fixture(scope="module")
def wanted(log, tmp_path_factory):
    out = tmp_path_factory.mktemp("local")
    assert run(log, out, *LENIENT) == 0
    return result(out, str(log))


def result(out, captures):
    whole = everything(out)
    return whole | {"verdict": whole["verdict"].replace(captures, "LOG")}


def test_a_log_in_a_store_comes_to_the_verdict_of_the_same_log_on_a_disk(uri, wanted, tmp_path):
    assert run(uri, tmp_path, *LENIENT) == 0
    assert differing(result(tmp_path, uri), wanted) == []


def test_workers_of_a_cluster_read_the_store_themselves(uri, store, wanted, tmp_path, monkeypatch):
    for name in ("PYSPARK_PYTHON", "SPARK_LOCAL_DIRS", "SPARK_LOCAL_IP"):
        monkeypatch.setenv(name, environment(tmp_path)[name])
    workers = {f"spark.executorEnv.{name}": value for name, value in keys(store).items()}
    conf = CONF | workers | {"spark.executorEnv.PYTHONPATH": f"{PACKAGES}{os.pathsep}{ROOT}"}
    words = ", ".join(f'{key}: "{value}"' for key, value in conf.items())
    with standalone(tmp_path / "cluster") as cluster:
        more = ["--master", cluster.url, "-o", f"spark.conf={{{words}}}"]
        assert run(uri, tmp_path / "out", *LENIENT, *more) == 0
    assert differing(result(tmp_path / "out", uri), wanted) == []


@pytest.mark.parametrize(("place", "found"), [("s3://nowhere/captures", "nowhere"), ("s3://logs/other", "other")])
@pytest.mark.usefixtures("uri")
def test_a_bucket_or_folder_that_is_not_there_is_told_in_a_line(place, found, tmp_path, capsys):
    assert run(place, tmp_path, *LENIENT) in {2, 3}
    (line,) = capsys.readouterr().err.splitlines()
    assert found in line
    assert "a-secret" not in line


def test_results_are_not_written_to_a_store(log, capsys):
    from darklaunch.cli.main import main

    assert main(["run", "--captures", str(log), "--out", "s3://logs/out"]) == 2
    assert "its lock needs a file system" in capsys.readouterr().err
