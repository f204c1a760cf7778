"""The index page of all runs under ``--out``, gathered and written."""

import os
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Final

from darklaunch.publish.export.format import Format
from darklaunch.publish.index import IndexedLaunch, IndexedRun, render_index
from darklaunch.runs.catalog import RunSummary, past_runs

INDEX: Final = "index.html"

_ATTEMPTS: Final = 3


def write_index(out: Path) -> Path:
    """Writes the index in one step, again where a run was finished meanwhile, and returns its path.

    Args:
        out: what ``--out`` names.
    """
    for _ in range(_ATTEMPTS):
        runs, skipped = past_runs(out)
        _replace(out / INDEX, render_index(_launches(out, runs), len(skipped)))
        if len(runs) + len(skipped) == len(_folders(out)):
            break
    return out / INDEX


def _launches(out: Path, runs: tuple[RunSummary, ...]) -> tuple[IndexedLaunch, ...]:
    by_launch = groupby(runs, key=lambda run: run.head.launch.key)
    launches = [
        IndexedLaunch(runs=tuple(_indexed(out, run) for run in reversed(list(group)))) for _, group in by_launch
    ]
    return tuple(reversed(launches))


def _indexed(out: Path, run: RunSummary) -> IndexedRun:
    return IndexedRun(
        head=run.head,
        tally=run.tally,
        folder=run.folder.relative_to(out).as_posix(),
        files=tuple(_files(run.folder)),
    )


def _files(folder: Path) -> Iterator[Format]:
    names = {entry.name for entry in os.scandir(folder)}
    return (form for form in Format if form.file in names)


def _folders(out: Path) -> list[Path]:
    return [path for path in out.glob("launches/*/runs/[!.]*") if path.is_dir()]


def _replace(path: Path, text: str) -> None:
    """Puts the text in the place of the file; runs that end together must not write the same file meanwhile."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
