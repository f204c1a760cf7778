"""The files of a run besides its tables: the facts of its window, its verdict, and the pages for people."""

from collections.abc import Callable, Sequence, Set
from functools import partial
from pathlib import Path

from darklaunch.errors import UsageError
from darklaunch.publish.html import render_html
from darklaunch.publish.look import Look
from darklaunch.publish.report.json import facts_json, read_facts, read_verdict, verdict_json
from darklaunch.publish.report.run import RunReport
from darklaunch.publish.report.window import ComparedWindow
from darklaunch.publish.tables import endpoints_csv, write_scores
from darklaunch.storage.atomic import read_json, write_json, write_text
from darklaunch.storage.run_folder import FACTS


def write_window(folder: Path, window: ComparedWindow) -> None:
    """Writes ``facts.json``."""
    write_json(folder / FACTS, facts_json(window))


def read_window(folder: Path, rules_digest: str) -> ComparedWindow:
    """Reads ``facts.json``.

    Raises:
        UsageError: the rules are no longer those that the comparison used.
    """
    window = read_facts(read_json(folder / FACTS))
    if window.report.launch.rules_digest != rules_digest:
        raise UsageError(
            "rules: found others than the comparison used; run `darklaunch compare` again, which restarts the evidence"
        )
    return window


def write_report(folder: Path, report: RunReport) -> None:
    """Writes ``verdict.json`` and ``scores.parquet``."""
    write_json(folder / "verdict.json", verdict_json(report))
    write_scores(folder / "scores.parquet", report)


def read_report(folder: Path) -> RunReport:
    """Reads ``verdict.json``."""
    return read_verdict(read_json(folder / "verdict.json"))


def render_report(folder: Path, report: RunReport, earlier: Sequence[Look], formats: Set[str]) -> None:
    """Writes the pages that are asked for, and removes the others."""
    rendered: dict[str, tuple[str, Callable[[RunReport], str]]] = {
        "html": ("report.html", partial(render_html, earlier=earlier)),
        "csv": ("endpoints.csv", endpoints_csv),
    }
    for form, (name, render) in rendered.items():
        if form in formats:
            write_text(folder / name, render(report))
        else:
            (folder / name).unlink(missing_ok=True)
