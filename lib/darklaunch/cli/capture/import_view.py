"""The outcome of an import as plain text."""

from collections.abc import Iterator

from darklaunch.capture.importers.account import ImportReport
from darklaunch.text.credentials import without_credentials
from darklaunch.text.escape import printable

_MB = 1e6
_MOST_REASONS = 12


def import_text(report: ImportReport, out: str) -> str:
    """Writes what was imported and what was not; names of strangers are made visible."""
    return "\n".join(_lines(report, out)) + "\n"


def _lines(report: ImportReport, out: str) -> Iterator[str]:
    size, speed = report.size_bytes / _MB, report.size_bytes / _MB / max(report.seconds, 1e-9)
    plural = "s" * (len(report.files) != 1)
    yield (
        f"imported {len(report.files):,} {report.format} file{plural}, {size:,.1f} MB at {speed:,.1f} MB/s, "
        f"to {printable(without_credentials(out))}"
    )
    for arm, rows in report.rows.items():
        yield f"  {arm:<10} {rows:>12,} rows"
    for flaw, rows in report.flaws.items():
        yield f"  {'':<10} {rows:>12,} of them without {flaw}"
    if not report.passed_over:
        return
    yield f"passed over {sum(each.records for each in report.passed_over):,} records"
    for each in report.passed_over[:_MOST_REASONS]:
        yield f"  {each.records:>10,}  {each.reason}, such as {each.examples[0]}"
    if len(report.passed_over) > _MOST_REASONS:
        yield f"  and for {len(report.passed_over) - _MOST_REASONS:,} more reasons; --json tells all"
