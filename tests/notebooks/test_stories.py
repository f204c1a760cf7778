"""Each notebook answers its question on the demo's log; in a kernel of its own where DARKLAUNCH_LONG is set."""

import os
import resource
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from tests.docs.demo_run import CAPTURES
from tests.notebooks.cells import shown_by

pytestmark = pytest.mark.slow

FOLDER = Path(__file__).parents[2] / "notebooks"
NAMES = sorted(path.stem for path in FOLDER.glob("*.ipynb"))


@pytest.fixture
def surroundings(demo_run, monkeypatch, tmp_path):
    """A folder of its own, darklaunch on the path, and the demo's log and run where notebooks look for them."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("DARKLAUNCH_CAPTURES", str(CAPTURES))
    monkeypatch.setenv("DARKLAUNCH_OUT", str(demo_run / "out"))
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)


@pytest.fixture
def shown(surroundings):  # noqa: ARG001 - what cells find around them
    """Executes a notebook by its name."""
    import matplotlib as mpl
    from matplotlib import pyplot

    mpl.use("agg")
    yield lambda name: shown_by(FOLDER / f"{name}.ipynb")
    pyplot.close("all")


def test_a_run_is_read_from_its_verdict_to_its_paths(shown):
    run, endpoints, *figures, paths = shown("open_a_run")
    assert run.verdict == endpoints["verdict"].iloc[0] == "block"
    assert len(figures) == 2
    assert paths["requests"].is_monotonic_decreasing


def test_one_pair_is_traced_from_the_cause_to_what_still_counts(shown):
    causes, differences, rows, everything, noise, counting = shown("one_pair_by_hand")
    assert causes["path"].iloc[0] == "$.body.columns"
    assert set(rows.index) == {"production", "shadow", "baseline"}
    bodies = differences[differences["path"].str.startswith("$.body")]
    assert {each.path for each in everything} == set(bodies["path"])
    assert [each.path for each in noise] == ["$.body.query_ms"]
    assert {each.path for each in everything} - {each.path for each in counting} == {"$.body.query_ms"}


def test_rules_that_the_noise_proposes_settle_values_and_nothing_more(shown):
    _, seen, figure, learned, rules, counts = shown("rules_from_the_noise")
    assert figure is None
    assert seen["share"].max() == 1.0
    assert set(learned["path"]) == {"$.body.query_ms", "$.body[*].now"}
    assert len(rules) == 2
    assert [bool(found) for found in counts["counts"]] == [False, True, True, True]


def test_the_promise_is_kept_where_the_usual_interval_breaks_it(shown):
    _, ever, *_, days = shown("are_the_intervals_honest")
    assert ever["darklaunch"].max() <= 0.05
    assert ever["an exact interval for one look"].max() > 0.1
    assert days["promoted within 30 days"].tolist() == pytest.approx([1.0, 1.0, 0.0], abs=0.05)


def test_launches_are_compared_by_their_runs_in_mlflow(shown, two_launches, monkeypatch):
    monkeypatch.setenv("DARKLAUNCH_OUT", str(two_launches / "out"))
    looks, second, comparison, causes, figure, moved = shown("compare_launches")
    assert looks["launch"].nunique() == 2
    assert second.report == comparison.after
    assert not comparison.is_one_launch
    assert "fixed" in set(causes["state"])
    assert figure._repr_png_().startswith(b"\x89PNG")
    assert moved["verdict_before"].tolist() != moved["verdict_after"].tolist()


def test_a_plan_says_what_a_claim_costs_and_how_long_it_takes(shown):
    _, needed, plan, _, choices = shown("plan_a_launch")
    assert needed["0 mismatches"].is_monotonic_decreasing
    assert len(plan) == len(choices) == 8
    assert (choices.diff(axis=1).iloc[:, 1:] <= 0).all().all()


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.usefixtures("surroundings")
def test_a_notebook_runs_in_a_kernel_within_a_minute_of_computing_without_a_warning(name, two_launches, monkeypatch):
    monkeypatch.setenv("DARKLAUNCH_OUT", str(two_launches / "out"))
    monkeypatch.setenv("PYTHONPATH", str(FOLDER.parent / "lib"))
    monkeypatch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    notebook = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    NotebookClient(notebook, timeout=600, kernel_name="python3").execute()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 60
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    warned = [output.text for output in outputs if output.output_type == "stream" and output.name == "stderr"]
    # MLflow's progress bar asks for ipywidgets
    assert [text for text in warned if "TqdmWarning" not in text] == []
    if folder := os.environ.get("DARKLAUNCH_NOTEBOOKS"):
        nbformat.write(notebook, Path(folder) / f"{name}.ipynb")
