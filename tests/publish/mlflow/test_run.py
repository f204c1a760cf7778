import json
import math
import os
import sqlite3
import time
from copy import deepcopy
from pathlib import Path

import pytest

from darklaunch.errors import OutsideError, UsageError
from darklaunch.publish.mlflow.client import client_of, default_tracking_uri, outside, ping
from darklaunch.publish.mlflow.run import log_run
from darklaunch.publish.mlflow.values import METRICS
from darklaunch.runs.run import open_run
from darklaunch.text.credentials import without_credentials
from tests.publish import sample
from tests.publish.sample_scored import scored
from tests.runs.run_folder import write_run

pytestmark = pytest.mark.slow

EXPERIMENT = "checkout-v2"


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """One database for all tests: making its tables takes seconds."""
    return default_tracking_uri(tmp_path_factory.mktemp("a store"))


@pytest.fixture
def logged(store, tmp_path, request):
    """Logs verdicts of one run, each a launch of its own test."""

    def log(verdict=None, **launch):
        verdict = sample.full() if verdict is None else verdict
        verdict["launch"] |= {"key": request.node.name.replace("[", "-").replace("]", "")} | launch
        folder = tmp_path / "out/launches" / verdict["launch"]["key"] / "runs/20260508T000000Z"
        if not folder.exists():
            write_run(tmp_path / "out", verdict)
        return log_run(folder, sample.report(verdict), tracking_uri=store, experiment=EXPERIMENT)

    return log


def _data(store, run):
    return client_of(store).get_run(run.run_id).data


def test_a_database_whose_tables_are_not_all_made_is_not_there(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "link", full)
    uri = default_tracking_uri(tmp_path)
    with pytest.raises(OSError, match="No space left"):
        client_of(uri)
    assert not list(tmp_path.iterdir())
    monkeypatch.undo()
    assert client_of(uri).search_experiments()


def test_a_run_holds_settings_tags_numbers_and_files(store, logged):
    run = logged()
    data = _data(store, run)
    assert data.params == {"scoring.alpha": "0.05", "policy.minimum_days": "7", "launch.shadow_release": "null"}
    assert data.tags["darklaunch.verdict"] == "block"
    assert data.tags["darklaunch.window_to"] == "2026-05-08T00:00:00Z"
    assert data.metrics["fleet/regression_confidence"] == 0.9712
    assert data.metrics["endpoint/GET items/:id/confidence"] == 0.99999
    assert "fleet/pairs_needed" not in data.metrics
    files = {file.path for file in client_of(store).list_artifacts(run.run_id)}
    assert files == {"verdict.json", "report.html", "settings.json", "metric_names.json"}


def test_every_metric_is_a_number_of_verdict_json(store, logged):
    verdict = scored(sample.full())
    run = logged(deepcopy(verdict))
    file = client_of(store).download_artifacts(run.run_id, "metric_names.json")
    parts = {name: part for part, name in json.loads(Path(file).read_text(encoding="utf-8")).items()}
    entries = {f"endpoint/{parts[each['endpoint']]}": each for each in verdict["endpoints"]} | {
        "fleet": verdict["fleet"]
    }
    wanted = {f"{prefix}/{name}": entry[name] for prefix, entry in entries.items() for name in METRICS}
    data = _data(store, run)
    assert data.metrics == wanted
    launch = client_of(store).get_run(data.tags["mlflow.parentRunId"]).data.metrics
    assert launch == {name: wanted[name] for name in launch}
    assert len(launch) == 5 + len(verdict["endpoints"])


def test_time_and_step_are_those_of_the_look(store, logged):
    run = logged()
    (metric,) = client_of(store).get_metric_history(run.run_id, "fleet/confidence")
    assert (metric.step, metric.timestamp) == (7, 1_778_198_400_000)
    info = client_of(store).get_run(run.run_id).info
    assert (info.start_time, info.end_time, info.status) == (1_778_198_400_000, 1_778_198_400_000, "FINISHED")


def test_artifacts_lie_beside_the_database_and_not_in_the_working_directory(store, logged):
    uri = client_of(store).get_run(logged().run_id).info.artifact_uri
    assert uri.startswith((Path(store.removeprefix("sqlite:///")).parent / "mlartifacts").as_uri())


def test_the_same_look_twice_is_one_run_with_one_value_each(store, logged):
    first, second = logged(), logged()
    assert first == second
    assert len(client_of(store).get_metric_history(first.run_id, "fleet/pairs")) == 1
    assert _data(store, first).tags["darklaunch.settings_changed"] == "none"


def test_a_window_spelt_otherwise_is_the_same_look(logged):
    verdict = sample.full()
    verdict["window"] = {"from": "2026-05-07T00:00:00+00:00", "to": "2026-05-08T00:00:00+00:00"}
    assert logged().run_id == logged(verdict).run_id


def test_another_window_or_launch_is_another_run(logged):
    later = sample.full()
    later["window"]["to"] = "2026-05-09T00:00:00Z"
    assert len({logged().run_id, logged(later).run_id, logged(key="another").run_id}) == 3


@pytest.mark.parametrize("pairs", [5, 900_000])
def test_a_number_that_changed_is_shown_as_it_is_now(store, logged, pairs):
    logged()
    changed = sample.full()
    changed["fleet"]["pairs"] = pairs
    assert _data(store, logged(changed)).metrics["fleet/pairs"] == pairs


def test_a_number_that_became_null_is_not_shown_with_its_old_value(store, logged):
    logged()
    changed = sample.full()
    changed["fleet"]["match_rate"] = None
    assert math.isnan(_data(store, logged(changed)).metrics["fleet/match_rate"])
    assert _data(store, logged()).metrics["fleet/match_rate"] == sample.full()["fleet"]["match_rate"]


def test_a_changed_setting_is_said_in_a_tag_because_params_stay(store, logged):
    logged()
    changed = sample.full()
    changed["settings"] = {"scoring.alpha": "0.01", "policy.minimum_days": "7", "policy.maximum_noise": "0.1"}
    run = logged(changed)
    data = _data(store, run)
    assert (data.params["scoring.alpha"], data.params["policy.maximum_noise"]) == ("0.05", "0.1")
    changes = "scoring.alpha: 0.01; launch.shadow_release: (no longer set)"
    assert sorted(data.tags["darklaunch.settings_changed"].split("; ")) == sorted(changes.split("; "))
    assert json.loads(_settings(store, run)) == changed["settings"]


def _settings(store, run):
    return Path(client_of(store).download_artifacts(run.run_id, "settings.json")).read_text()


def test_more_numbers_than_mlflow_takes_at_once_all_arrive(store, logged):
    verdict = sample.crowd(150)
    metrics = _data(store, logged(verdict)).metrics
    expected = sum(entry["pairs_needed"] is not None for entry in verdict["endpoints"])
    assert sum(name.startswith("endpoint/") and name.endswith("/pairs") for name in metrics) == 156
    assert sum(name.startswith("endpoint/") and name.endswith("/pairs_needed") for name in metrics) == expected


def test_a_server_that_refuses_is_told_in_seconds_without_its_password(tmp_path):
    folder = write_run(tmp_path)
    started = time.monotonic()
    with pytest.raises(OutsideError) as caught:
        log_run(folder, sample.report(sample.full()), tracking_uri="http://me:secret@127.0.0.1:9", experiment="x")
    assert time.monotonic() - started < 20
    assert str(caught.value) == (
        "MLflow: http://127.0.0.1:9 could not be reached or refused: Connection refused; "
        f"the results are safe in {folder}; `darklaunch publish` completes it later"
    )


def test_a_database_that_cannot_be_opened_is_an_outside_error(tmp_path):
    folder = write_run(tmp_path)
    (tmp_path / "mlflow.db").write_text("this is no database, only a text that is long enough" * 20)
    with pytest.raises(OutsideError, match=r"^MLflow: sqlite:.*mlflow\.db could not be reached or refused: [^\n]*$"):
        log_run(folder, sample.report(sample.full()), tracking_uri=default_tracking_uri(tmp_path), experiment="x")


def test_a_full_database_is_told_by_its_own_word_and_not_by_what_was_about_to_be_done():
    from mlflow.exceptions import MlflowException
    from sqlalchemy.exc import OperationalError

    full = OperationalError("INSERT INTO metrics", {}, sqlite3.OperationalError("database or disk is full"))
    full.add_detail("raised as a result of Query-invoked autoflush")
    with (
        pytest.raises(
            OutsideError, match=r"^MLflow: sqlite:///x could .*refused: database or disk is full; all is safe$"
        ),
        outside("sqlite:///x", "all is safe"),
    ):
        raise MlflowException(str(full)) from full


def test_logging_says_nothing_on_the_streams(tmp_path, capfd):
    folder = write_run(tmp_path)
    log_run(folder, sample.report(sample.full()), tracking_uri=default_tracking_uri(tmp_path), experiment="x")
    assert tuple(capfd.readouterr()) == ("", "")


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("http://me:se@cret@host:5000/x", "http://host:5000/x"),
        ("postgresql://u:p@db/mlflow?password=x&ssl=1", "postgresql://db/mlflow"),
        ("sqlite:////tmp/a b/mlflow.db", "sqlite:////tmp/a b/mlflow.db"),
    ],
)
def test_credentials_are_taken_out_of_uris(text, clean):
    assert without_credentials(text) == clean


def test_a_run_id_opens_the_verdict_and_the_folder_while_it_is_there(store, logged):
    run = logged()
    opened = open_run(run.run_id, tracking_uri=store)
    assert opened.report.launch.name == "checkout-v2"
    assert len(opened.differences("POST /orders")) == 3


def test_without_its_folder_a_run_id_opens_the_verdict_alone(store, logged):
    run = logged()
    opened = open_run(run.run_id, tracking_uri=store)
    opened.folder.rename(opened.folder.with_name("moved"))
    opened = open_run(run.run_id, tracking_uri=store)
    assert opened.verdict == "block"
    with pytest.raises(UsageError, match=r"differences: found none, MLflow keeps the verdict only and .* is not here"):
        opened.differences()


def test_an_unknown_run_id_is_told(store):
    with pytest.raises(OutsideError, match="not found"):
        open_run("0123456789abcdef" * 2, tracking_uri=store)


def test_asking_for_an_answer_makes_no_database(tmp_path):
    assert ping(default_tracking_uri(tmp_path)).endswith("mlflow.db does not exist yet; the first run makes it")
    assert list(tmp_path.iterdir()) == []


def test_a_store_that_is_there_answers_and_one_that_is_not_is_an_outside_error(store):
    assert ping(store) == f"{store} answers"
    with pytest.raises(OutsideError, match=r"Connection refused; set publish\.mlflow\.tracking_uri"):
        ping("http://127.0.0.1:9")
