"""The house itself: sizes, layers, documents."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "lib").rglob("*.py")) + sorted((ROOT / "jobs").glob("*.py"))


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_modules_and_functions_stay_small(module):
    text = module.read_text()
    assert len(text.splitlines()) <= 250
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            assert node.end_lineno - node.lineno < 70, node.name


def test_the_core_needs_no_engine():
    engines = {"pyspark", "pandas", "mlflow", "great_expectations", "yaml", "jinja2"}
    code = (
        "import sys, darklaunch.diff.compare, darklaunch.decide.decision, darklaunch.score.endpoint_score;"
        f"print(sorted({engines!r} & set(sys.modules)))"
    )
    environment = {"PYTHONPATH": str(ROOT / "lib"), "PATH": ""}
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)  # noqa: S603
    assert told.stdout.strip() == "[]"


def test_the_top_level_is_closed():
    allowed = {"pyproject.toml", "README.md", "jobs", "lib", "notebooks", "tests", "conf"}
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S607
    found = {line.split("/")[0] for line in tracked.splitlines()}
    assert {name for name in found if not name.startswith(".")} <= allowed


def test_every_direct_dependency_is_pinned():
    pinned = {re.split(r"[=; ]", line)[0] for line in (ROOT / ".ci/constraints.txt").read_text().splitlines()}
    project = (ROOT / "pyproject.toml").read_text()
    wanted = re.findall(r'^    "([a-z0-9-]+)[><=~]', project, re.MULTILINE)
    assert len(wanted) > 20
    assert {name for name in wanted if name not in pinned} == set()


def test_the_configuration_is_yaml_that_people_can_read():
    for file in sorted((ROOT / "conf").rglob("*.yaml")):
        assert yaml.safe_load(file.read_text()) is not None, file
