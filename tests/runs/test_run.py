import json

import pytest

import darklaunch
from darklaunch.errors import UsageError
from darklaunch.runs.run import open_run
from tests.publish import sample
from tests.runs.run_folder import DIFFERENCES, write_run


@pytest.fixture
def out(tmp_path):
    write_run(tmp_path / "out")
    return tmp_path / "out"


def test_out_and_the_folder_of_a_run_open_the_same_run(out):
    newest = open_run(out)
    assert newest.folder is not None
    assert open_run(str(newest.folder)).report == newest.report == sample.report(sample.full())
    assert darklaunch.open_run is open_run


def test_a_run_tells_verdict_reasons_and_fleet(out):
    run = open_run(out)
    assert (run.verdict, len(run.reasons), run.fleet.pairs) == ("block", 2, 268_020)


def test_the_endpoints_are_a_table_of_the_same_numbers_worst_first(out):
    table = open_run(out).endpoints
    assert list(table["verdict"]) == ["block", "hold", "hold", "hold", "promote", "promote"]
    by_name = {entry["endpoint"]: entry for entry in sample.full()["endpoints"]}
    for row in table.to_dict("records"):
        entry = by_name[row["endpoint"]]
        assert all(row[name] == entry[name] for name in ("pairs", "excess_low", "confidence", "mismatches"))


def test_a_null_is_absent_in_the_table_and_not_nan(out):
    table = open_run(out).endpoints.set_index("endpoint")
    assert str(table.loc["POST /orders", "pairs_needed"]) == "<NA>"
    assert not [name for name in table.columns if name.endswith("_reason")]


def test_a_run_without_endpoints_has_an_empty_table(tmp_path):
    write_run(tmp_path, sample.nothing())
    table = open_run(tmp_path).endpoints
    assert len(table) == 0
    assert {"endpoint", "verdict", "pairs", "confidence"} <= set(table.columns)


def test_when_the_evidence_is_to_be_expected_is_a_moment_in_the_table(tmp_path):
    made = sample.full()
    made["fleet"] |= {"expected": None, "expected_reason": "blocked"}
    made["endpoints"][0] |= {"expected": "2026-05-20T10:30+00:00"}
    write_run(tmp_path, made)
    expected = open_run(tmp_path).endpoints.set_index("endpoint")["expected"]
    assert str(expected[made["endpoints"][0]["endpoint"]]) == "2026-05-20 10:30:00+00:00"
    assert str(expected[made["endpoints"][1]["endpoint"]]) == "NaT"


def test_differences_are_those_of_the_endpoint_asked_for(out):
    run = open_run(out)
    assert len(run.differences()) == len(DIFFERENCES)
    assert list(run.differences("POST /orders")["request_id"]) == ["r-2", "r-3", "r-3"]
    assert len(run.differences(endpoint="GET /health")) == 0
    assert len(run.pairs("GET /health")) == 200


def test_spark_is_asked_for_the_same_table(out):
    asked = []

    class Reading:
        def parquet(self, path):
            asked.append(path)
            return "a DataFrame"

    class Session:
        read = Reading()

    run = open_run(out)
    assert run.differences_spark(Session()) == "a DataFrame"
    assert asked == [str(run.folder / "differences")]


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ("GET /item/{id}", "wanted one of 6 endpoints; did you mean 'GET /items/{id}'?"),
        ("\x1b[31mzzz", r"found '\\x1b[31mzzz', wanted one of 6 endpoints; `run.endpoints` lists them"),
    ],
)
def test_an_unknown_endpoint_is_refused_with_a_hint(out, asked, message):
    for ask in (open_run(out).differences, open_run(out).pairs, open_run(out).plot_latency):
        with pytest.raises(UsageError) as caught:
            ask(asked)
        assert message in str(caught.value)


def test_places_that_hold_no_run_are_refused(tmp_path):
    with pytest.raises(UsageError, match=r"found no folder '.*nowhere', wanted a folder that"):
        open_run(tmp_path / "nowhere")
    with pytest.raises(UsageError, match=r"found neither latest\.json nor verdict\.json in"):
        open_run(tmp_path)


def test_a_run_id_without_a_server_is_refused(monkeypatch):
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    with pytest.raises(UsageError, match="no server to ask; give tracking_uri or set MLFLOW_TRACKING_URI"):
        open_run("0123456789abcdef" * 2)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"run": "gone"}', '{"run": "'])
def test_a_broken_pointer_is_refused(tmp_path, text):
    (tmp_path / "latest.json").write_text(text)
    with pytest.raises(UsageError, match=r"latest\.json"):
        open_run(tmp_path)


@pytest.mark.parametrize("text", ["", "[]", "{}", json.dumps({"schema_version": 2})])
def test_a_verdict_that_cannot_be_read_is_refused(tmp_path, text):
    (tmp_path / "verdict.json").write_text(text)
    with pytest.raises(UsageError, match=r"verdict\.json"):
        open_run(tmp_path)


def test_an_endpoint_without_latencies_cannot_be_drawn(out):
    with pytest.raises(UsageError, match="found no compared request with latencies at"):
        open_run(out).plot_latency(sample.OVERRIDE)


def test_markup_from_traffic_stays_text_in_a_notebook(tmp_path):
    verdict = sample.full()
    verdict["reasons"] = [sample.SCRIPT, "x\u202ey"]
    write_run(tmp_path, verdict)
    shown = open_run(tmp_path)._repr_html_()
    assert "<script" not in shown
    assert "&lt;script&gt;" in shown
    assert "\\u202e" in shown


def test_the_causes_are_a_table_in_their_order(out):
    table = open_run(out).causes
    assert list(table["requests"]) == [390, 1, 18]
    first = table.iloc[0]
    assert (first["endpoint"], first["path"], first["kind"]) == ("POST /orders", "$.body.total.amount", "type_changed")
    assert (first["paths"], first["severity"], first["example"]) == (3, "high", "r-2")
    assert first["slice"].startswith("98.2 % of them at POST /orders came from 2026-05-07 02:00 UTC")
    assert str(table.loc[1, "noise_share"]) == str(table.loc[2, "slice"]) == "<NA>"


def test_a_run_without_causes_has_an_empty_table_and_an_older_one_says_what_to_do(tmp_path):
    write_run(tmp_path / "none", sample.smallest())
    assert len(open_run(tmp_path / "none").causes) == 0
    older = sample.full()
    del older["causes"]
    write_run(tmp_path / "older", older)
    with pytest.raises(UsageError, match=r"causes: found none in verdict\.json"):
        _ = open_run(tmp_path / "older").causes
