"""Rows of an id that are not of the same request, and ids that are spelt otherwise, were not seen."""

import pytest

from tests.whole_runs.runs import newest, run
from tests.whole_runs.tool_logs import COUNT, OTHER, judged, rows_of
from tests.worlds import pairs, write_log


def test_another_request_under_the_same_id_was_not_seen(tmp_path):
    report = judged(write_log(tmp_path / "log", rows_of(OTHER, every=150)), tmp_path / "out")
    assert report["funnel"]["other_request"] == COUNT // 150
    assert report["funnel"]["rows"]["other_request"] == {
        "production": COUNT // 150,
        "shadow": COUNT // 150,
        "baseline": 0,
    }
    (endpoint,) = report["endpoints"]
    assert (report["verdict"], endpoint["mismatches"]) == ("hold", 0)
    assert endpoint["completeness"] == pytest.approx(1 - 1 / 150)
    assert "names another method or path under the same id" in (newest(tmp_path / "out") / "report.html").read_text()


def test_equal_answers_to_another_request_count_for_nothing(tmp_path):
    # the bodies are those of production's own requests
    report = judged(write_log(tmp_path / "log", rows_of({"path": "/items/2"}, every=150)), tmp_path / "out")
    assert report["verdict"] == "hold"
    assert report["fleet"]["pairs"] == COUNT - COUNT // 150


@pytest.mark.parametrize("command", ["run", "validate"])
def test_many_other_requests_break_the_contract(tmp_path, capsys, command):
    log = write_log(tmp_path / "log", rows_of(OTHER, every=50))
    assert run(log, tmp_path / "out", command=command) == 3
    (line,) = (line for line in capsys.readouterr().err.splitlines() if line.startswith("darklaunch: "))
    assert "shadow: other request share: found 2.00 % of 4,200 rows, wanted at most 1.00 %" in line
    assert "contract.maximum_other_request_share" in line
    share = ["-o", "contract.maximum_other_request_share=0.02"]
    assert run(log, tmp_path / "out", *share, command=command) == 0


def shouted(rows):
    """The same rows, with the shadow's ids in capitals."""
    return [each | {"request_id": each["request_id"].upper()} if each["arm"] == "shadow" else each for each in rows]


def test_ids_of_another_case_are_not_paired_and_the_reasons_say_that_they_would_be(tmp_path):
    rows = shouted(rows_of())
    report = judged(write_log(tmp_path / "log", rows), tmp_path / "out")
    assert (report["verdict"], report["funnel"]["paired"]) == ("hold", 0)
    assert report["funnel"]["production_missing"] == report["funnel"]["shadow_missing"] == COUNT
    assert any(
        why.startswith("4,200 rows of the shadow without one of production would pair if the case")
        for why in report["reasons"]
    )


def test_ids_of_another_case_meet_in_an_hour_that_is_cut(tmp_path, monkeypatch):
    monkeypatch.setattr("darklaunch.engine.run.TASK_BYTES", 20_000)
    rows = shouted(pairs(300))
    assert judged(write_log(tmp_path / "log", rows), tmp_path / "out")["ids_of_another_case"] == 300
