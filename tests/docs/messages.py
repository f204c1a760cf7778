"""The texts that the source can print, as far as they are written down: what is put into them is `…`."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

LIB = Path(__file__).parents[2] / "lib" / "darklaunch"


def texts_of_source() -> set[str]:
    return {text for module in LIB.rglob("*.py") for text in _texts(ast.parse(module.read_text()))}


def _texts(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        match node:
            case ast.JoinedStr(values=values):
                text = "".join(part.value if isinstance(part, ast.Constant) else "…" for part in values)
                yield re.sub("…+", "…", text)
            case ast.Constant(value=str(text)):
                yield text
