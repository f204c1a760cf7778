import ast
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from tests.publish import sample
from tests.runs.run_folder import write_run

pytestmark = pytest.mark.slow

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))


def _named(path: Path) -> str:
    return path.name


def test_there_are_notebooks():
    assert NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=_named)
def test_a_notebook_is_kept_without_output_and_defines_no_function(path):
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    assert [cell for cell in cells if cell.outputs or cell.execution_count] == []
    nodes = [node for cell in cells for node in ast.walk(ast.parse(cell.source))]
    assert not [node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)]


def test_opening_a_run_shows_the_verdict_two_figures_and_the_differences(tmp_path, monkeypatch):
    endpoint = "GET /items/{id}"
    write_run(tmp_path / "out")
    lib = Path(__file__).parents[2] / "lib"
    monkeypatch.setenv("DARKLAUNCH_OUT", str(tmp_path / "out"))
    monkeypatch.setenv("PYTHONPATH", str(lib))
    path = next(path for path in NOTEBOOKS if path.name == "open_a_run.ipynb")
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    ).execute()
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert {output.output_type for output in outputs} == {"execute_result"}
    shown = [output.data for output in outputs]
    assert sum("image/png" in data for data in shown) == 2
    assert "checkout-v2: block" in shown[0]["text/html"]
    assert endpoint in shown[1]["text/html"]
    assert "$.body.total.amount" in shown[-1]["text/html"]
    assert not any(sample.SCRIPT in data.get("text/html", "") for data in shown)
