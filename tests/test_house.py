"""The house itself: sizes, layers, documents."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "lib").rglob("*.py")) + sorted((ROOT / "jobs").rglob("*.py"))


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_modules_and_functions_stay_small(module):
    text = module.read_text()
    assert len(text.splitlines()) <= 250
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            assert node.end_lineno - node.lineno < 70, node.name


@pytest.mark.parametrize("package", sorted({module.parent for module in MODULES}), ids=lambda path: path.name)
def test_packages_stay_small(package):
    assert len([module for module in package.glob("*.py") if module.name != "__init__.py"]) <= 15


def test_the_readme_lists_the_house_in_the_order_of_its_imports():
    readme = (ROOT / "README.md").read_text()
    listed = re.findall(r"^    ([a-z_]+)(?:/|\.py) {3,}", readme, re.MULTILINE)
    house = ROOT / "lib" / "darklaunch"
    rooms = {path.stem for path in house.iterdir() if path.name not in {"__init__.py", "__pycache__"}}
    assert set(listed) == rooms
    contract = re.search(r"^layers = \[$(.*?)^\]$", (ROOT / "pyproject.toml").read_text(), re.MULTILINE | re.DOTALL)
    layers = re.findall(r'"(.+)"', contract[1])
    floors = {room: floor for floor, layer in enumerate(reversed(layers)) for room in re.findall(r"[a-z_]+", layer)}
    assert [floors[room] for room in listed] == sorted(floors.values())


def test_pure_stages_need_no_engine():
    engines = {"pyspark", "pandas", "mlflow", "great_expectations", "yaml", "jinja2"}
    code = (
        "import sys, darklaunch.diff.compare, darklaunch.decide.decision, darklaunch.score.endpoint_score;"
        f"print(sorted({engines!r} & set(sys.modules)))"
    )
    environment = {"PYTHONPATH": str(ROOT / "lib"), "PATH": ""}
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)  # noqa: S603
    assert process.stdout.strip() == "[]"


def test_the_top_level_is_closed():
    allowed = {"pyproject.toml", "README.md", "jobs", "lib", "notebooks", "tests", "conf"}
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S607
    top_level = {line.split("/")[0] for line in tracked.splitlines()}
    assert {name for name in top_level if not name.startswith(".")} <= allowed


def test_every_direct_dependency_is_pinned():
    pinned = {re.split(r"[=; ]", line)[0] for line in (ROOT / ".ci/constraints.txt").read_text().splitlines()}
    project = (ROOT / "pyproject.toml").read_text()
    wanted = re.findall(r'^    "([a-z0-9-]+)[><=~]', project, re.MULTILINE)
    assert len(wanted) > 20
    assert {name for name in wanted if name not in pinned} == set()


@pytest.mark.parametrize("file", sorted((ROOT / "conf").rglob("*.yaml")), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_of_the_configuration_is_one_section_named_as_its_file(file):
    assert list(yaml.safe_load(file.read_text())) == [file.stem]
