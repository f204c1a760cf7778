"""The calibration table as text and as Markdown."""

from collections.abc import Iterable

from tests.calibration.row import Claim, Row

MARKDOWN_HEAD = "| | what is simulated | wanted of ours | ours | the usual way | verdict |\n|---|---|---|---|---|---|"


def as_lines(row: Row) -> list[str]:
    """A row as text: one line for the set-up and one for each claim."""
    lines = [f"{row.id:<4} {row.setup}  ({row.seconds:.1f} s)"]
    for one in row.claims:
        who = "usual" if one.rival else "ours"
        mark = "" if one.holds else f"   BROKEN: {one.low:.4g} to {one.high:.4g}"
        lines.append(f"     {who:<6} {one.name:<40} {told(one.found):>8}   {one.wanted}{mark}")
        if one.unmet:
            lines.append(f"            NOT REPRODUCED: {one.unmet}")
    return lines


def as_markdown(row: Row) -> str:
    """A row of the Markdown table under ``MARKDOWN_HEAD``."""
    ours = [one for one in row.claims if not one.rival]
    wanted = dict.fromkeys(one.wanted for one in ours)
    # one promise for all is said once
    promise = next(iter(wanted)) if len(wanted) == 1 else _joined((one, one.wanted) for one in ours)
    found = _joined((one, told(one.found)) for one in ours)
    usual = _joined((one, told(one.found)) for one in row.claims if one.rival)
    return f"| {row.id} | {row.setup} | {promise} | {found} | {usual} | {verdict(row)} |"


def verdict(row: Row) -> str:
    """``ok`` or ``broken``, and whether a figure of the design was not reproduced."""
    said = "broken" if row.broken else "ok"
    return f"{said}, a stated figure not reproduced" if row.unmet else said


def told(number: float) -> str:
    """A number for people: shares to three digits, days and tiny differences as they are."""
    return f"{number:.3f}" if 5e-4 <= abs(number) < 1.0 or number == 0.0 else f"{number:.4g}"


def _joined(said: Iterable[tuple[Claim, str]]) -> str:
    return "; ".join(f"{one.name} {words}" for one, words in said) or "-"
