"""Notebooks executed in this process: what the kernel would do, without the seconds that it takes to start."""

import ast
from pathlib import Path
from typing import Any

import nbformat


def code_cells(path: Path) -> list[str]:
    return [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]


def shown_by(path: Path) -> list[Any]:
    """Executes the cells in order; what the last line of each would show, None where it shows nothing."""
    names: dict[str, Any] = {"__name__": "__main__"}
    return [_executed(source, f"{path.name}[{number}]", names) for number, source in enumerate(code_cells(path))]


def _executed(source: str, name: str, names: dict[str, Any]) -> Any:
    module = ast.parse(source, name)
    last = module.body.pop() if module.body and isinstance(module.body[-1], ast.Expr) else None
    exec(compile(module, name, "exec"), names)  # noqa: S102 - cells of this project
    return None if last is None else eval(compile(ast.Expression(last.value), name, "eval"), names)  # noqa: S307 - likewise
