"""A run by its folder, its moment, or its MLflow run id."""

from pathlib import Path

import pytest

from darklaunch.errors import UsageError
from darklaunch.runs.named_run import named_run
from tests.publish import sample
from tests.publish.looks import verdict_of, write_look
from tests.runs.run_folder import write_run

RUN_ID = "0123456789abcdef" * 2


@pytest.mark.parametrize("asked", ["20260507", "20260507T000000Z", "checkout-v2-2.13.0-2.14.0-9f31/20260507T000000Z"])
def test_by_its_moment(tmp_path, asked):
    folder = write_look(tmp_path, verdict_of(6))
    write_look(tmp_path, verdict_of(7))
    found = named_run(tmp_path, asked)
    assert found.folder == folder
    assert found.report.look == 6


def test_by_its_folder_and_by_another_out(tmp_path):
    folder = write_look(tmp_path / "one", verdict_of(6))
    assert named_run(tmp_path / "two", str(folder)).folder == folder
    assert named_run(tmp_path / "two", str(tmp_path / "one")).folder == folder
    assert named_run(tmp_path / "one", "latest").folder == folder


def test_a_run_id_without_a_database_is_refused_and_makes_none(tmp_path, monkeypatch):
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    with pytest.raises(UsageError, match=f"found the MLflow run id {RUN_ID} and no database"):
        named_run(tmp_path, RUN_ID)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("asked", ["x" * 5000, "a\0b", "", "2027"])
def test_what_names_no_run_is_refused(tmp_path, asked):
    write_look(tmp_path, verdict_of(6))
    write_look(tmp_path, verdict_of(7))
    with pytest.raises(UsageError, match="RUN: found"):
        named_run(tmp_path, asked)


@pytest.mark.slow
def test_by_its_mlflow_run_id_with_and_without_its_folder(tmp_path, monkeypatch):
    from darklaunch.publish.mlflow.client import default_tracking_uri
    from darklaunch.publish.mlflow.run import log_run

    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    folder = write_run(tmp_path)
    report = sample.report(sample.full())
    logged = log_run(folder, report, tracking_uri=default_tracking_uri(tmp_path), experiment="x")
    assert named_run(tmp_path, logged.run_id).folder == folder
    Path(folder).rename(tmp_path / "moved")
    found = named_run(tmp_path, logged.run_id)
    assert found.folder is None
    assert found.report == report
