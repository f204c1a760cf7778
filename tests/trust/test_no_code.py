"""Nothing that is read can be run: no evaluation, no unpickling, no shell, no YAML that makes objects."""

import ast
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2] / "lib" / "darklaunch"
MODULES = sorted(HOUSE.rglob("*.py"))
BUILTINS = {"eval", "exec", "compile", "__import__"}
METHODS = {
    ("os", "system"),
    ("os", "popen"),
    ("pickle", "load"),
    ("pickle", "loads"),
    ("marshal", "loads"),
    ("shelve", "open"),
    ("yaml", "load"),
    ("yaml", "unsafe_load"),
    ("yaml", "full_load"),
}
# what Spark's own workers hand to each other
EXPECTED = {("engine/spark.py", "pickle.loads"), ("engine/worker.py", "pickle.loads")}


def calls(module):
    for node in ast.walk(ast.parse(module.read_text())):
        if not isinstance(node, ast.Call):
            continue
        match node.func:
            case ast.Name(id=name) if name in BUILTINS:
                yield name
            case ast.Attribute(value=ast.Name(id=owner), attr=name) if (owner, name) in METHODS:
                yield f"{owner}.{name}"
        if any(keyword.arg == "shell" for keyword in node.keywords):
            yield "shell"


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(HOUSE)))
def test_no_module_runs_what_it_reads(module):
    found = {(str(module.relative_to(HOUSE)), call) for call in calls(module)}
    assert found <= EXPECTED
