"""What an error of Spark says in one line, with what happened in a Python worker."""

import re
from typing import Final

from darklaunch.text.escape import printable

_PYTHON: Final = re.compile(r"^(?:\w+\.)*(\w*(?:Error|Exception|Exit))(?:: (.*))?$", re.MULTILINE)
_NAMING: Final = ("ModuleNotFoundError", "ImportError", "FileNotFoundError", "PermissionError", "OSError")
"""Errors whose words name modules and files; those of others may hold what strangers sent."""

_LONGEST: Final = 300


def reason_of(error: BaseException) -> str:
    """The first line of an error, and the error of a Python worker that is behind it."""
    text = str(error).strip()
    first = printable(text.splitlines()[0] if text else type(error).__name__)[:_LONGEST]
    behind = [match for match in _PYTHON.finditer(text) if not match[0].startswith(("org.", "java.", "py4j."))]
    if "Traceback (most recent call last)" not in text or not behind:
        return first
    name, words = behind[-1][1], behind[-1][2]
    met = f"{name}: {printable(words)[:_LONGEST]}" if words and name in _NAMING else name
    missing = "; give the workers the project and its packages (docs/cluster.md)" if name in _NAMING[:2] else ""
    return f"{first} A worker met {met}{missing}"
