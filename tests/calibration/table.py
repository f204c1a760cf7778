"""The calibration table as text and as Markdown."""

from collections.abc import Iterable

from tests.calibration.row import Claim, Row

MARKDOWN_HEAD = "| | what is simulated | wanted of ours | ours | the usual way | verdict |\n|---|---|---|---|---|---|"


def as_lines(row: Row) -> list[str]:
    """A row as text: one line for the set-up and one for each claim."""
    lines = [f"{row.id:<4} {row.setup}  ({row.seconds:.1f} s)"]
    for claim in row.claims:
        method = "usual" if claim.rival else "ours"
        mark = "" if claim.holds else f"   BROKEN: {claim.low:.4g} to {claim.high:.4g}"
        number = format_number(claim.measured)
        lines.append(f"     {method:<6} {claim.name:<40} {number:>8}   {claim.wanted}{mark}")
        if claim.unmet:
            lines.append(f"            NOT REPRODUCED: {claim.unmet}")
    return lines


def as_markdown(row: Row) -> str:
    """A row of the Markdown table under ``MARKDOWN_HEAD``."""
    ours = [claim for claim in row.claims if not claim.rival]
    wanted = dict.fromkeys(claim.wanted for claim in ours)
    # a promise that all share stands there once
    promise = next(iter(wanted)) if len(wanted) == 1 else _joined((claim, claim.wanted) for claim in ours)
    measured = _joined((claim, format_number(claim.measured)) for claim in ours)
    usual = _joined((claim, format_number(claim.measured)) for claim in row.claims if claim.rival)
    return f"| {row.id} | {row.setup} | {promise} | {measured} | {usual} | {verdict(row)} |"


def verdict(row: Row) -> str:
    """``ok`` or ``broken``, and whether a figure of the design was not reproduced."""
    outcome = "broken" if row.broken else "ok"
    return f"{outcome}, a stated figure not reproduced" if row.unmet else outcome


def format_number(number: float) -> str:
    """A number for people: shares to three digits, days and tiny differences as they are."""
    return f"{number:.3f}" if 5e-4 <= abs(number) < 1.0 or number == 0.0 else f"{number:.4g}"


def _joined(values: Iterable[tuple[Claim, str]]) -> str:
    return "; ".join(f"{claim.name} {text}" for claim, text in values) or "-"
