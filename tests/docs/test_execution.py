"""Every command and snippet of the pages is executed; in shells of their own where DARKLAUNCH_LONG is set."""

import os
import sys
from pathlib import Path

import pytest

import darklaunch
from darklaunch import docs
from tests.docs.blocks import ROOT, blocks_of, execute, execute_for_real
from tests.docs.scratch import prepare

pytestmark = pytest.mark.slow

RULES = ((ROOT / "README.md").read_text(), docs.page("rules"))
PAGES = [name for name in docs.PAGES if any(block.kind in {"sh", "python"} for block in blocks_of(docs.page(name)))]


@pytest.mark.parametrize("name", [name for name in PAGES if name != "captures"])
def test_what_a_page_says_to_type_can_be_typed(name, demo_run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    prepare(tmp_path, demo_run, name)
    for block in blocks_of(docs.page(name)):
        if block.kind in {"sh", "python"}:
            execute(block)


def test_what_the_readme_says_of_notebooks_and_rules_holds(demo_run, tmp_path, monkeypatch):
    monkeypatch.chdir(demo_run)
    [snippet] = [block for block in blocks_of((ROOT / "README.md").read_text()) if block.kind == "python"]
    execute(snippet)
    rules = [block.text for text in RULES for block in blocks_of(text) if block.text.startswith("rules:")]
    assert len(rules) == 2
    for text in rules:
        (tmp_path / "conf.yaml").write_text(text)
        assert len(darklaunch.Rules.read(tmp_path / "conf.yaml")) == 1


@pytest.mark.long
@pytest.mark.parametrize("name", PAGES)
def test_what_a_page_says_to_type_can_be_typed_into_a_shell(name, demo_run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "lib"))
    prepare(tmp_path, demo_run, name)
    for block in blocks_of(docs.page(name)):
        if block.kind in {"sh", "python"}:
            execute_for_real(block)


def test_importing_what_the_captures_page_says_makes_logs_with_both_arms(demo_run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    prepare(tmp_path, demo_run, "captures")
    for block in blocks_of(docs.page("captures")):
        if block.kind in {"sh", "python"}:
            execute(block)
    for log in ("captures", "nginx", "frame"):
        arms = {path.parent.name for path in (tmp_path / log).rglob("*.parquet")}
        assert arms == {"arm=production", "arm=shadow"}
