"""The newest run under ``--out``: the one that ``latest.json`` points at."""

from pathlib import Path
from typing import Final

from darklaunch.storage.atomic import read_json, restore

POINTER: Final = "latest.json"


def newest_run(out: Path) -> Path | None:
    """The folder of the run that was finished last; None where ``latest.json`` is missing or broken."""
    try:
        folder = out / str(read_json(out / POINTER)["run"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    restore(folder)
    return folder
