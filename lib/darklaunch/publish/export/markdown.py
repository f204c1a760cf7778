"""The report as Markdown that fits a comment on a pull request: short, with the details folded."""

from collections.abc import Iterator, Sequence
from typing import Final

from darklaunch.decide.verdict import Verdict
from darklaunch.publish import formatting
from darklaunch.publish.export.headline import meaning, method, releases, span, tally_words
from darklaunch.publish.export.markdown_text import code, plain, table
from darklaunch.publish.report.endpoint import EndpointReport, ranked
from darklaunch.publish.report.run import RunReport
from darklaunch.publish.slice_text import slice_text
from darklaunch.text.numbers import count, rate
from darklaunch.text.undefined import Undefined
from darklaunch.triage.cause_report import CauseReport

MAXIMUM: Final = 60_000
"""Characters of the whole; a comment of GitHub holds 65,536."""

_REST: Final = 5_000
"""Room that is kept for each of the two last parts."""

_REASONS: Final = 5
_ENDPOINTS: Final = 10
_CAUSES: Final = 3
_MARKS: Final = {Verdict.BLOCK: "🛑", Verdict.HOLD: "⏸️", Verdict.PROMOTE: "✅"}
_HEADINGS: Final = (
    *("Verdict", "Endpoint", "Pairs", "Effective", "Differ", "Mismatch rate", "Excess", "Tolerated", "Latency"),
    *("Confidence", "Regression", "Still needed"),
)
_SHORT: Final = ("Verdict", "Endpoint", "Differ", "Excess", "Confidence", "Why")


def report_md(report: RunReport) -> str:
    """The whole report; lists that would not fit are cut, and say so."""
    lines = [*_top(report), *_fold("All endpoints", _all_endpoints(report))]
    causes = report.window.causes or ()
    if causes:
        lines += _fold(f"Causes ({len(causes):,})", _within(_cause_rows(causes), MAXIMUM - _size(lines) - 2 * _REST))
    lines += _fold("What is still needed", _within(_needed(report), MAXIMUM - _size(lines) - _REST))
    lines += _fold("How it was found", [*(f"- {plain(each)}" for each in method(report)), "", *_funnel(report)])
    return "\n".join(lines) + "\n"


def summary_md(report: RunReport) -> str:
    """The part that is not folded, for the summary of a build."""
    return "\n".join(_top(report)) + "\n"


def _top(report: RunReport) -> Iterator[str]:
    production, shadow = releases(report)
    exploratory = " (exploratory)" if report.exploratory else ""
    yield f"### {_MARKS[report.verdict]} {report.verdict.value.upper()}{exploratory}: {plain(report.launch.name)}"
    yield ""
    yield f"{plain(meaning(report))} Look {report.look}, {span(report)}, {code(production)} to {code(shadow)}."
    yield ""
    yield from (f"- {plain(reason)}" for reason in report.reasons[:_REASONS])
    if len(report.reasons) > _REASONS:
        yield f"- and {len(report.reasons) - _REASONS:,} more reasons, all in the report"
    yield ""
    fleet = report.fleet
    yield (
        f"**{tally_words(report)}** of {len(report.endpoints):,} endpoints; {count(fleet.pairs)} requests judged, "
        f"{count(fleet.mismatches)} differ, excess {formatting.bounds(fleet.excess_low, fleet.excess_high)}, "
        f"{rate(fleet.tolerated_excess)} tolerated, "
        f"confidence {_confidence(fleet.confidence)}."
    )
    yield ""
    yield from _attention(report)
    yield from _first_causes(report.window.causes or ())


def _attention(report: RunReport) -> Iterator[str]:
    """The endpoints that are not promoted, the worst first."""
    wanting = [each for each in ranked(report.endpoints) if each.verdict is not Verdict.PROMOTE]
    if not wanting:
        return
    yield from table(_SHORT, (_short(each) for each in wanting[:_ENDPOINTS]))
    if len(wanting) > _ENDPOINTS:
        yield ""
        yield f"and {len(wanting) - _ENDPOINTS:,} more endpoints that are not promoted"
    yield ""


def _short(report: EndpointReport) -> tuple[str, ...]:
    why = plain(report.reasons[0], longest=200) if report.reasons else "-"
    return (
        _verdict(report),
        code(report.name, longest=120),
        count(report.mismatches),
        formatting.bounds(report.excess_low, report.excess_high),
        _confidence(report.confidence),
        why,
    )


def _first_causes(causes: Sequence[CauseReport]) -> Iterator[str]:
    for number, cause in enumerate(causes[:_CAUSES], start=1):
        yield f"{number}. {_cause(cause)}"
    if causes:
        yield ""


def _cause(cause: CauseReport) -> str:
    first = cause.paths[0]
    more = formatting.and_more_paths(cause.path_count - 1)
    telling = f" {plain(slice_text(cause, cause.slices[0]).text)}." if cause.slices else ""
    return (
        f"{code(first.path, longest=120)}{more} {first.kind.value.replace('_', ' ')} at "
        f"{code(cause.endpoint, longest=120)}: {count(cause.requests)} requests, {rate(cause.share)} of those "
        f"compared there, about {count(cause.failures_a_day)} answers a day once promoted.{telling}"
    )


def _cause_rows(causes: Sequence[CauseReport]) -> list[str]:
    headings = ("Path", "Kind", "Severity", "Endpoint", "Requests", "Share", "Answers a day")
    return table(headings, (_cause_row(each) for each in causes), right=3)


def _cause_row(cause: CauseReport) -> tuple[str, ...]:
    first = cause.paths[0]
    return (
        code(first.path, longest=200),
        first.kind.value.replace("_", " "),
        cause.severity.value,
        code(cause.endpoint, longest=200),
        count(cause.requests),
        rate(cause.share),
        count(cause.failures_a_day),
    )


def _all_endpoints(report: RunReport) -> list[str]:
    entries = [report.fleet, *report.groups, *ranked(report.endpoints)]
    return _within(table(_HEADINGS, (_row(each) for each in entries), right=10), MAXIMUM // 2)


def _row(report: EndpointReport) -> tuple[str, ...]:
    mismatch_rate = formatting.formatted(report.match_rate, lambda value: rate(round(1 - value, 12))).text
    slowest = report.slowest
    return (
        _verdict(report),
        code(report.name, longest=200),
        count(report.pairs),
        count(report.effective_pairs),
        count(report.mismatches),
        mismatch_rate,
        formatting.bounds(report.excess_low, report.excess_high),
        rate(report.tolerated_excess),
        "-" if slowest is None else f"{slowest[1].ratio:.2f}x {slowest[0]}",
        _confidence(report.confidence),
        _confidence(report.regression_confidence),
        formatting.formatted(report.pairs_needed, formatting.needed).text,
    )


def _needed(report: RunReport) -> list[str]:
    held = [each for each in ranked(report.endpoints) if each.verdict is Verdict.HOLD]
    return [f"- {code(each.name, longest=200)}: {_wanting(each)}" for each in held] or ["Nothing is on hold."]


def _wanting(report: EndpointReport) -> str:
    match report.pairs_needed:
        case Undefined(reason=reason):
            needed = plain(reason or "no reason was recorded")
        case number if number <= 0:
            needed = "no more pairs for the evidence itself"
        case number:
            needed = f"about {formatting.needed(number)} effective pairs"
    return f"{needed}. {plain(' '.join(report.reasons))}"


def _funnel(report: RunReport) -> list[str]:
    boxes = ((box.meaning, count(number)) for box, number in report.window.funnel.requests.items() if number)
    return table(("Requests of the window", "Number"), ((plain(meaning), number) for meaning, number in boxes), right=1)


def _fold(title: str, lines: Sequence[str]) -> list[str]:
    # without the empty line what follows would be read as HTML
    return ["<details>", f"<summary>{title}</summary>", "", *lines, "", "</details>", ""]


def _within(lines: list[str], room: int) -> list[str]:
    """As many of the lines as fit."""
    used = 0
    for place, line in enumerate(lines):
        used += len(line) + 1
        if used > room:
            return [*lines[:place], "", f"and {len(lines) - place:,} more, all in the other formats"]
    return lines


def _size(lines: Sequence[str]) -> int:
    return sum(len(line) + 1 for line in lines)


def _verdict(report: EndpointReport) -> str:
    return f"{_MARKS[report.verdict]} {report.verdict.value}"


def _confidence(value: float | Undefined) -> str:
    return plain(formatting.formatted(value, formatting.confidence).text)
