"""Bad input: the right exit code, and a line that says what was found, what was wanted and what to do."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from darklaunch.cli.main import main
from tests.whole_runs.runs import newest, run, verdict
from tests.worlds import pairs, row, write_log


@pytest.fixture
def log(tmp_path):
    return write_log(tmp_path / "log", pairs(60))


def error_lines(capsys):
    lines = capsys.readouterr().err.strip().splitlines()
    return [line for line in lines if line.startswith("darklaunch: ")]


def test_a_wrong_path_is_a_usage_error(tmp_path, capsys):
    assert run(tmp_path / "nowhere", tmp_path / "out") == 2
    (line,) = error_lines(capsys)
    assert "nowhere" in line
    assert not (tmp_path / "out").exists()


def test_an_empty_window_stops_the_run(log, tmp_path, capsys):
    assert run(log, tmp_path / "out", "--from", "2026-04-01", "--to", "2026-04-02") == 3
    (line,) = error_lines(capsys)
    assert "no rows between" in line


def test_a_window_that_is_no_window_is_a_usage_error(log, tmp_path, capsys):
    for window in (
        ["--from", "2026-03-02"],
        ["--from", "x", "--to", "y"],
        ["--from", "2026-03-02T00:30", "--to", "2026-03-03"],
    ):
        assert run(log, tmp_path / "out", *window) == 2
    assert len(error_lines(capsys)) == 3


def test_unknown_keys_and_wrong_values_are_named_at_once(tmp_path, capsys):
    conf = tmp_path / "conf.yaml"
    conf.write_text("scoring:\n  alpha: 2\n  tolerted_excess: 0.1\n")
    assert main(["run", "--conf", str(conf), "--out", str(tmp_path / "out")]) == 2
    lines = error_lines(capsys)
    assert len(lines) == 2
    assert any("conf.yaml:2" in line and "alpha" in line for line in lines)
    assert any("conf.yaml:3" in line and "tolerated_excess" in line for line in lines)


def test_a_corrupt_file_is_named_and_set_apart_and_the_rest_judged(log, tmp_path):
    good = next(log.rglob("arm=shadow/*.parquet"))
    (good.parent / "part-1.parquet").write_bytes(good.read_bytes()[:-100])
    assert run(log, tmp_path / "out") == 0
    report = verdict(tmp_path / "out")
    assert [file["file"] for file in report["contract"]["corrupt_files"]] != []
    assert "part-1.parquet" in report["contract"]["corrupt_files"][0]["file"]
    assert report["funnel"]["paired"] == 60


def test_a_file_with_broken_pages_is_set_apart_too(log, tmp_path):
    good = next(log.rglob("arm=shadow/*.parquet"))
    raw = bytearray(good.read_bytes())
    raw[4 : len(raw) // 2] = bytes(len(raw) // 2 - 4)
    (good.parent / "part-1.parquet").write_bytes(raw)
    assert run(log, tmp_path / "out") == 0
    report = verdict(tmp_path / "out")
    assert "part-1.parquet" in report["contract"]["corrupt_files"][0]["file"]
    assert report["funnel"]["paired"] == 60


def test_policy_may_ask_to_stop_at_a_corrupt_file(log, tmp_path, capsys):
    good = next(log.rglob("arm=shadow/*.parquet"))
    (good.parent / "part-1.parquet").write_bytes(b"PAR1")
    assert run(log, tmp_path / "out", "-o", "captures.on_corrupt_file=fail") == 3
    assert "part-1.parquet" in error_lines(capsys)[0]


@pytest.mark.parametrize("change", ["missing", "wrong type"])
def test_a_column_that_is_missing_or_of_a_wrong_type_stops_the_run(log, tmp_path, capsys, change):
    file = next(log.rglob("arm=shadow/*.parquet"))
    table = pq.ParquetFile(file).read()
    at = table.schema.get_field_index("status")
    table = table.remove_column(at)
    if change == "wrong type":
        table = table.append_column("status", pa.array(["200"] * table.num_rows))
    pq.write_table(table, file)
    assert run(log, tmp_path / "out") == 3
    assert "status" in error_lines(capsys)[0]


def test_only_one_arm_stops_the_run(tmp_path, capsys):
    log = write_log(tmp_path / "log", [row(f"r{n}", "production", body={}) for n in range(5)])
    assert run(log, tmp_path / "out") == 3
    assert "shadow" in error_lines(capsys)[0]


def test_too_many_broken_rows_stop_the_run_and_say_why(tmp_path, capsys):
    broken = [row("x", "shadow", sample_rate=7.0) for _ in range(30)]
    log = write_log(tmp_path / "log", [*pairs(60), *broken])
    assert run(log, tmp_path / "out") == 3
    assert any("bad_sample_rate" in line for line in error_lines(capsys))


def test_a_row_sampled_too_rarely_is_set_apart_and_counted(tmp_path):
    log = write_log(tmp_path / "log", [*pairs(400), *pairs(1, prefix="rare", sample_rate=0.00005)])
    assert run(log, tmp_path / "out") == 0
    report = verdict(tmp_path / "out")
    assert report["fleet"]["pairs"] == 400
    assert {(each["arm"], each["reason"]) for each in report["quarantine"]} == {
        ("production", "sample_rate_below_minimum"),
        ("shadow", "sample_rate_below_minimum"),
    }


def test_results_are_safe_when_mlflow_is_unreachable_and_publish_completes_them(log, tmp_path, capsys):
    out = tmp_path / "out"
    unreachable = ["-o", "publish.mlflow.tracking_uri=http://127.0.0.1:9"]
    assert run(log, out, *unreachable) == 4
    assert "darklaunch publish" in error_lines(capsys)[0]
    assert (newest(out) / "report.html").exists()
    before = (newest(out) / "verdict.json").read_bytes()
    assert run(log, out, command="publish") == 0
    assert (newest(out) / "verdict.json").read_bytes() == before
    assert (out / "mlflow.db").exists()


def test_an_expired_rule_stops_the_run(log, tmp_path, capsys):
    conf = tmp_path / "conf.yaml"
    conf.write_text("rules: [{path: $.body.a, ignore: true, why: x, expires: 2020-01-01}]\n")
    assert run(log, tmp_path / "out", "--conf", str(conf)) == 2
    assert "expired" in error_lines(capsys)[0]


def test_stages_need_what_the_one_before_left(tmp_path, capsys):
    assert run(tmp_path, tmp_path / "out", command="score") == 2
    assert "darklaunch compare" in error_lines(capsys)[0]
