"""What people see of launches on a real `mlflow server`; on PostgreSQL, too, and with thousands of endpoints:

apt-get install postgresql
DARKLAUNCH_LONG=1 pytest tests/publish/mlflow/test_server.py
"""

import json
import time
from pathlib import Path

import psutil
import pytest

from darklaunch.publish.mlflow.client import client_of
from darklaunch.publish.mlflow.run import log_run
from tests.publish import sample
from tests.publish.mlflow.postgres import binaries, postgres
from tests.publish.sample_endpoints import OVERRIDE, SCRIPT
from tests.runs.run_folder import write_run
from tests.soak.commands import MlflowServer

pytestmark = pytest.mark.slow

PASSWORD = "".join(("p4ss", "w0rd-of-postgres"))


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.long)])
def server(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("mlflow")
    if request.param == "sqlite":
        yield from _running(MlflowServer(folder=folder))
        return
    if binaries() is None:
        pytest.skip("PostgreSQL is not here; apt-get install postgresql")
    with postgres(PASSWORD) as backend:
        yield from _running(MlflowServer(folder=folder, backend=backend))


def _running(server):
    server.start()
    try:
        yield server
    finally:
        server.stop()


def look(number, verdict=None, **fleet):
    """A verdict of one look at a launch, a day each."""
    made = sample.full() if verdict is None else verdict
    made["look"] = number
    made["window"] = {"from": f"2026-05-{number:02}T00:00:00Z", "to": f"2026-05-{number + 1:02}T00:00:00Z"}
    made["fleet"] |= fleet
    return made


def log(server, out, verdict, name):
    verdict["launch"] |= {"key": f"{name}-key", "name": name}
    place = out / str(verdict["look"])
    folder = next(place.glob("launches/*/runs/*"), None) or write_run(place, verdict)
    return log_run(folder, sample.report(verdict), tracking_uri=server.uri, experiment=name)


def test_a_launch_is_an_experiment_with_a_run_a_look_and_one_chart_of_them(server, tmp_path):
    for number, confidence in ((1, 0.25), (2, 0.5), (3, 0.75), (2, 0.5)):
        run = log(server, tmp_path, look(number, confidence=confidence), "checkout")
    client = client_of(server.uri)
    blocked = client.search_runs([run.experiment_id], "tags.verdict = 'block'", order_by=["attribute.start_time"])
    assert [each.data.tags["darklaunch.look"] for each in blocked] == ["1", "2", "3"]
    (launch,) = client.search_runs([run.experiment_id], "tags.`darklaunch.kind` = 'launch'")
    assert {each.data.tags["mlflow.parentRunId"] for each in blocked} == {launch.info.run_id}
    steps = client.get_metric_history(launch.info.run_id, "fleet/confidence")
    assert [(each.step, each.value) for each in sorted(steps, key=lambda each: each.step)] == [
        (1, 0.25), (2, 0.5), (3, 0.75),
    ]  # fmt: skip
    assert "endpoint/GET items/:id/confidence" in launch.data.metrics
    assert launch.data.tags["darklaunch.newest_window_to"] == "2026-05-04T00:00:00Z"


def test_a_look_that_changes_updates_its_run_and_its_step(server, tmp_path):
    for confidence in (0.25, 0.5):
        run = log(server, tmp_path, look(1, confidence=confidence), "changing")
    client = client_of(server.uri)
    runs = client.search_runs([run.experiment_id])
    assert len(runs) == 2
    assert {each.data.metrics["fleet/confidence"] for each in runs} == {0.5}


def test_a_run_names_the_rows_it_judged(server, tmp_path):
    run = client_of(server.uri).get_run(log(server, tmp_path, look(4), "rows").run_id)
    (given,) = run.inputs.dataset_inputs
    assert given.dataset.name == "rows"
    assert given.dataset.digest == run.data.tags["darklaunch.pairs_digest"]
    window = {"from": "2026-05-04T00:00:00+00:00", "to": "2026-05-05T00:00:00+00:00"}
    assert json.loads(given.dataset.profile)["window"] == window


def test_names_of_strangers_are_taken_and_can_be_looked_up(server, tmp_path):
    run = log(server, tmp_path, look(1), "strangers")
    client = client_of(server.uri)
    file = client.download_artifacts(run.run_id, "metric_names.json", str(tmp_path))
    names = json.loads(Path(file).read_text(encoding="utf-8"))
    metrics = client.get_run(run.run_id).data.metrics
    assert {f"GET {SCRIPT}", OVERRIDE} <= set(names.values())
    assert {name.split("/", 1)[1].rpartition("/")[0] for name in metrics if name.startswith("endpoint/")} == set(names)


def test_the_password_of_the_database_is_told_to_nobody(server, tmp_path):
    run = log(server, tmp_path, look(1), "password")
    assert PASSWORD not in str(client_of(server.uri).get_run(run.run_id).to_dictionary())


@pytest.mark.long
@pytest.mark.parametrize(("endpoints", "longest_seconds"), [(500, 10), (5000, 30)])
def test_many_endpoints_are_logged_in_seconds_and_found_again(server, tmp_path, endpoints, longest_seconds):
    name, verdict = f"of-{endpoints}", look(1, sample.crowd(endpoints))
    began, used = time.monotonic(), processor_seconds(server)
    run = log(server, tmp_path, verdict, name)
    logged, used = time.monotonic() - began, processor_seconds(server) - used
    found = client_of(server.uri).search_runs([run.experiment_id], "tags.verdict = 'block'")
    searched = time.monotonic() - began - logged
    print(f"{endpoints} endpoints: {used:.1f} processor seconds, logged in {logged:.1f} s, found in {searched:.1f} s")  # noqa: T201 - what was measured
    assert len(found) == 1
    assert used < longest_seconds


def processor_seconds(server):
    """Of this process and the server, which take turns: alone on a machine it is the time that passes."""
    one = psutil.Process(server.process.pid)
    processes = [psutil.Process(), one, *one.children(recursive=True)]
    return sum(sum(process.cpu_times()[:2]) for process in processes)
