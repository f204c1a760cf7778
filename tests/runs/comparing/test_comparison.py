import copy

import pytest

import darklaunch
from darklaunch.errors import UsageError
from tests.publish import sample
from tests.runs.run_folder import write_run

ORDERS = "POST /orders"


def _later():
    """The sample after a fix: orders are promoted, their cause is gone, and one endpoint is new."""
    made = copy.deepcopy(sample.full())
    orders = next(each for each in made["endpoints"] if each["endpoint"] == ORDERS)
    orders |= {"verdict": "promote", "excess": 0.0, "excess_low": -0.001, "excess_high": 0.0004, "differences": []}
    made["endpoints"].append({**copy.deepcopy(orders), "endpoint": f"GET /{sample.SCRIPT}", "verdict": "hold"})
    made["causes"] = made["causes"][1:]
    return made


@pytest.fixture
def comparison(tmp_path):
    write_run(tmp_path / "before")
    write_run(tmp_path / "after", _later())
    return darklaunch.open_run(tmp_path / "before").compare(tmp_path / "after")


def test_endpoints_whose_verdict_changed_come_first_with_the_numbers_of_both_runs(comparison):
    table = comparison.endpoints
    assert list(table["changed"])[:3] == [True, True, False]
    orders = table.set_index("endpoint").loc[ORDERS]
    assert (orders["verdict_before"], orders["verdict_after"]) == ("block", "promote")
    before = next(each for each in sample.full()["endpoints"] if each["endpoint"] == ORDERS)
    assert (orders["excess_high_before"], orders["excess_high_after"]) == (before["excess_high"], 0.0004)


def test_an_endpoint_that_one_run_has_not_seen_has_no_numbers_there(comparison):
    new = comparison.endpoints.set_index("endpoint").loc[f"GET /{sample.SCRIPT}"]
    assert [str(new[name]) for name in ("verdict_before", "pairs_before", "excess_before")] == ["<NA>"] * 3
    assert new["verdict_after"] == "hold"


def test_causes_and_paths_say_what_is_new_fixed_and_persistent(comparison):
    assert comparison.is_one_launch
    assert list(comparison.causes["state"]) == ["persistent", "persistent", "fixed"]
    fixed = comparison.causes.iloc[-1]
    assert (fixed["endpoint"], fixed["requests_before"], str(fixed["requests_after"])) == (ORDERS, 390, "<NA>")
    fixed_paths = comparison.paths[comparison.paths["state"] == "fixed"]
    assert set(fixed_paths["endpoint"]) == {ORDERS}


def test_a_run_may_be_given_instead_of_its_place(comparison, tmp_path):
    before, after = (darklaunch.open_run(tmp_path / name) for name in ("before", "after"))
    assert before.compare(after) == comparison


def test_both_intervals_are_drawn_and_verdicts_shown_with_markup_as_text(comparison):
    figure = comparison.plot_excess()
    assert figure._repr_png_().startswith(b"\x89PNG")
    assert len(figure.axes[0].get_yticklabels()) == 1 + len(comparison.endpoints)
    shown = comparison._repr_html_()
    assert "verdict changed at 2 of 7 endpoints" in shown
    assert "<script" not in shown
    assert "&lt;script&gt;" in shown


def test_runs_without_causes_are_told_from_runs_without_any(tmp_path):
    older = sample.full()
    del older["causes"]
    write_run(tmp_path / "older", older)
    run = darklaunch.open_run(tmp_path / "older")
    assert "causes:" not in run.compare(run)._repr_html_()
    with pytest.raises(UsageError, match=r"causes: found a run without any in verdict\.json"):
        _ = run.compare(run).causes
