"""The files of a run besides its tables: the facts of its window, its verdict, and the pages for people."""

from collections.abc import Sequence, Set
from pathlib import Path

from darklaunch.errors import UsageError
from darklaunch.publish.export.format import Format
from darklaunch.publish.export.render import render
from darklaunch.publish.look import Look
from darklaunch.publish.report.json import facts_json, read_facts, read_verdict, verdict_json
from darklaunch.publish.report.run import RunReport
from darklaunch.publish.report.window import ComparedWindow
from darklaunch.publish.tables import write_scores
from darklaunch.storage.atomic import read_json, replacing, write_json
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
    """Writes the files for people that are asked for, and removes the others; ``verdict.json`` is always there."""
    for form in Format:
        if form is Format.JSON:
            continue
        if form.value in formats:
            export_file(folder, report, form, earlier)
        else:
            (folder / form.file).unlink(missing_ok=True)


def export_file(folder: Path, report: RunReport, form: Format, earlier: Sequence[Look] = ()) -> Path:
    """Writes the file of one format and returns its path.

    Args:
        folder: where.
        report: the run's.
        form: the format.
        earlier: the looks at the launch before this one.
    """
    path = folder / form.file
    with replacing(path) as fresh:
        fresh.write_bytes(render(report, form, earlier))
    return path
