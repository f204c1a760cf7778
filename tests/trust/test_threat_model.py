"""The threat model: each of its entries names tests that exist."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "lib" / "darklaunch" / "docs" / "threat-model.md").read_text(encoding="utf-8")
ENTRIES = [line for line in PAGE.partition("## What is closed")[2].splitlines() if line.startswith("| ")]
ENTRIES = [line for line in ENTRIES if not line.startswith(("| threat |", "| --- |"))]


def test_there_are_entries():
    assert len(ENTRIES) > 30


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.split("|")[1].strip())
def test_an_entry_names_tests_that_exist(entry):
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", entry)
    assert named
    for file, name in named:
        tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
        assert name in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}, (file, name)
