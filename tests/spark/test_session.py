"""What a session is started with, wherever its driver runs."""

import sys
import zipfile

import pytest

from darklaunch.errors import UsageError
from darklaunch.spark import session
from darklaunch.spark.packing import packed_project


def test_a_submitted_job_keeps_the_addresses_and_memory_that_spark_submit_was_told(monkeypatch):
    monkeypatch.setenv("PYSPARK_GATEWAY_PORT", "1")
    settings = session._settings(session._where("local[*]"))
    assert [key for key in settings if not key.startswith("spark.sql.")] == []


@pytest.mark.parametrize("master", ["spark://host:7077", "yarn", "k8s://https://host"])
def test_a_driver_of_a_cluster_listens_where_workers_reach_it_and_sends_the_project(master):
    settings = session._settings(session._where(master))
    assert "spark.driver.host" not in settings
    assert settings["spark.submit.pyFiles"].endswith(".zip")


@pytest.mark.parametrize(("moves_rows", "compiles_little"), [(True, False), (False, True)])
def test_a_jvm_that_moves_no_rows_compiles_little(moves_rows, compiles_little):
    settings = session._settings(session._where("local[*]"), moves_rows=moves_rows)
    assert ("-XX:TieredStopAtLevel=1" in settings["spark.driver.extraJavaOptions"]) == compiles_little


def test_connect_without_its_packages_is_told_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "grpc", None)
    with pytest.raises(UsageError, match=r"grpc is missing; install `darklaunch\[connect\]`"):
        session.open_session("sc://host", {})


def test_the_packed_project_holds_its_modules_and_is_the_same_each_time():
    first = packed_project()
    names = zipfile.ZipFile(first).namelist()
    assert {"darklaunch/engine/spark.py", "darklaunch/publish/templates/report.typ"} <= set(names)
    assert not [name for name in names if name.endswith((".pyc", ".parquet"))]
    packed_project.cache_clear()
    assert first.read_bytes() == packed_project().read_bytes()
