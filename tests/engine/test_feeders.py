"""The same log by hours, behind a shuffle and in processes, as one window and as several: the same verdict."""

import datetime as dt
import json
import os
import random
import signal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from darklaunch.capture.inventory import list_log
from darklaunch.capture.selection import Selection
from darklaunch.engine import run as engine_run
from darklaunch.engine.opening import open_engine
from darklaunch.engine.run import Feeder
from tests.whole_runs.runs import newest, run
from tests.worlds import row, write_log

LENIENT = ["-o", "noise.learn=true", "-o", "noise.learning_hours=4"]
LENIENT += ["-o", "contract.maximum_quarantined_share=0.2", "-o", "contract.maximum_duplicate_share=1"]
HOURS = 4


def world(seed=5, count=400):
    """Requests with sessions, noise, broken rows, late answers, copies in other hours and requests that cross hours."""
    chance = random.Random(seed)
    rows = []
    for n in range(count):
        at = chance.uniform(0, HOURS * 3600 - 1)
        common = {
            "endpoint": f"/e{n % 3}",
            "unit_id": f"u{chance.randrange(50)}",
            "sample_rate": chance.choice([1.0, 0.3]),
        }
        for arm in ("production", "shadow", "baseline"):
            if chance.random() < 0.03:
                continue
            own = {"at": min(at + (chance.choice([0.1, 5, 300, 900]) if arm != "production" else 0), HOURS * 3600 - 1)}
            body = {"n": n, "trace": f"{chance.getrandbits(128):032x}", "price": 10 + (arm == "shadow" and n % 29 == 0)}
            own |= {"latency_ms": chance.lognormvariate(3, 0.4), "body": body}
            if chance.random() < 0.02:
                own |= {"status": None, "error": "timeout", "body": None}
            if chance.random() < 0.02:
                own |= {"sample_rate": 9.0}
            rows.append(row(f"r{n}", arm, **{**common, **own}))
            if chance.random() < 0.04:
                later = min(own["at"] + chance.choice([0, 30, 4000]), HOURS * 3600 - 1)
                rows.append(row(f"r{n}", arm, **{**common, **own, "at": later}))
    return rows


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    return write_log(tmp_path_factory.mktemp("log"), world())


def verdict_of(log, out, *more):
    assert run(log, out, *LENIENT, *more) == 0
    written = json.loads((newest(out) / "verdict.json").read_text())
    written["settings"] = None
    return json.dumps(written).replace(str(log), "LOG")


def tables_of(out):
    """The rows of the tables, whatever files they lie in."""
    tables = {}
    for name in ("pairs", "differences"):
        files = sorted((newest(out) / name).glob("*.parquet"))
        rows = pa.concat_tables([pq.ParquetFile(file).read() for file in files]).to_pylist()
        tables[name] = sorted(rows, key=repr)
    return tables


@pytest.fixture(scope="module")
def by_processes(log, tmp_path_factory):
    out = tmp_path_factory.mktemp("processes")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("darklaunch.engine.run.SMALL_BYTES", 0)
        return verdict_of(log, out), tables_of(out)


@pytest.mark.spark
@pytest.mark.usefixtures("spark")
@pytest.mark.parametrize("feeder", [Feeder.HOURS, Feeder.SHUFFLE])
def test_spark_comes_to_the_verdict_and_the_tables_of_processes(log, by_processes, feeder, tmp_path, monkeypatch):
    monkeypatch.setattr("darklaunch.engine.opening.choose_feeder", lambda _files, _master: feeder)
    assert verdict_of(log, tmp_path, "--master", "local[2]") == by_processes[0]
    assert tables_of(tmp_path) == by_processes[1]


@pytest.mark.parametrize(("most_parts", "moves_rows"), [(8, False), (0, True)])
def test_spark_is_told_whether_it_moves_the_rows_itself(log, most_parts, moves_rows, monkeypatch):
    monkeypatch.setattr(engine_run, "MOST_PARTS", most_parts)
    openings = []
    listed = list_log(str(log))
    engine = open_engine(
        listed,
        Selection(window=listed.window, max_pair_gap=dt.timedelta(minutes=10)),
        unreadable={},
        refuse_corrupt=False,
        master="local[2]",
        spark=openings.append,
    )
    engine.tasks()
    assert openings == [moves_rows]


def test_an_hour_that_is_too_large_is_cut_and_comes_to_the_same(log, by_processes, tmp_path, monkeypatch):
    monkeypatch.setattr(engine_run, "TASK_BYTES", 20_000)
    assert verdict_of(log, tmp_path) == by_processes[0]
    assert tables_of(tmp_path) == by_processes[1]


def test_rows_and_files_in_any_order_come_to_the_same(by_processes, tmp_path):
    rows = world()
    random.Random(1).shuffle(rows)
    other = write_log(tmp_path / "log", rows)
    for n, file in enumerate(sorted(other.rglob("*.parquet"))):
        table = pq.ParquetFile(file).read()
        half = table.num_rows // 2
        pq.write_table(table.slice(half), file.with_name(f"a{n}.parquet"))
        pq.write_table(table.slice(0, half), file)
    assert verdict_of(other, tmp_path / "out").replace("a0.parquet", "") == by_processes[0]


@pytest.mark.spark
def test_the_number_of_spark_jobs_is_fixed(spark, tmp_path):
    def jobs(name, **shape):
        tracker = spark.sparkContext.statusTracker()
        before = len(tracker.getJobIdsForGroup())
        folder = write_log(tmp_path / name, world(**shape))
        verdict_of(folder, tmp_path / f"{name}-out", "--master", "local[2]")
        return len(tracker.getJobIdsForGroup()) - before

    assert jobs("few", count=60) == jobs("many", count=600)


def test_files_that_can_not_be_decoded_are_set_apart_and_the_rest_is_judged(tmp_path):
    folder = write_log(tmp_path / "log", world())
    (file, *_) = sorted(folder.rglob("arm=shadow/*.parquet"))
    raw = bytearray(file.read_bytes())
    raw[8:200] = random.Random(3).randbytes(192)
    file.write_bytes(raw)
    assert run(folder, tmp_path / "out", *LENIENT) == 0
    written = json.loads((newest(tmp_path / "out") / "verdict.json").read_text())
    (corrupt,) = written["contract"]["corrupt_files"]
    assert corrupt["reason"] == "its pages can't be decoded"
    assert written["funnel"]["shadow_missing"] > 50


def test_four_windows_of_an_hour_come_to_what_one_of_four_hours_does(log, tmp_path):
    whole = json.loads(verdict_of(log, tmp_path / "whole"))
    for hour in range(HOURS):
        start = dt.datetime(2026, 3, 2, hour, tzinfo=dt.timezone.utc)
        window = ["--from", start.isoformat(), "--to", (start + dt.timedelta(hours=1)).isoformat()]
        hourly = verdict_of(log, tmp_path / "hourly", *window)
    names = ("pairs", "units", "mismatches", "baseline_mismatches", "excess", "excess_low", "excess_high", "confidence")
    ours, theirs = (
        {each["endpoint"]: [each[name] for name in names] for each in verdict["endpoints"]}
        for verdict in (whole, json.loads(hourly))
    )
    assert ours == theirs


def test_a_worker_that_is_killed_is_told_in_a_line(log, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("darklaunch.engine.processes.do_task", kill_itself)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    monkeypatch.setattr("darklaunch.engine.run.SMALL_BYTES", 0)
    assert run(log, tmp_path, *LENIENT) == 4
    assert "a worker process was killed" in capsys.readouterr().err


def kill_itself(*_arguments):
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_file_whose_request_headers_alone_are_broken_is_set_apart(tmp_path):
    rows = [{**each, "request_headers": [("x-a", f"{n}")]} for n, each in enumerate(world())]
    folder = write_log(tmp_path / "log", rows)
    (file, *_) = sorted(folder.rglob("arm=production/*.parquet"))
    group = pq.ParquetFile(file).metadata.row_group(0)
    columns = [group.column(n) for n in range(group.num_columns)]
    values = next(column for column in columns if column.path_in_schema.startswith("request_headers"))
    raw = bytearray(file.read_bytes())
    start = values.dictionary_page_offset or values.data_page_offset
    raw[start : start + 40] = random.Random(3).randbytes(40)
    file.write_bytes(raw)
    assert run(folder, tmp_path / "out", *LENIENT) == 0
    written = json.loads((newest(tmp_path / "out") / "verdict.json").read_text())
    assert [each["reason"] for each in written["contract"]["corrupt_files"]] == ["its pages can't be decoded"]
