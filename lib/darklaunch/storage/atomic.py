"""Folders and files that appear whole or not at all."""

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def replace_folder(fresh: Path, target: Path) -> None:
    """Puts a finished folder in the place of an older one."""
    target.parent.mkdir(parents=True, exist_ok=True)
    old = target.with_name(f".old-{target.name}")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    fresh.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def write_text(path: Path, text: str) -> None:
    """Writes a file in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.fresh")
    fresh.write_text(text, encoding="utf-8")
    os.replace(fresh, path)  # noqa: PTH105 - Path.replace says less about being atomic


def write_json(path: Path, value: Mapping[str, Any]) -> None:
    """Writes JSON for people and programs: the same value always gives the same bytes.

    Raises:
        ValueError: a number is NaN or infinite, which JSON can't hold.
    """
    write_text(path, json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def read_json(path: Path) -> dict[str, Any]:
    """Reads a JSON object."""
    value: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return value
