"""Rules that accept causes, as YAML to paste or as JSON, with what each settles and with the paths that are left."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from darklaunch.cli.causes.rule_entry import as_block, entry_of, finding
from darklaunch.diff.rules.actions import Ignore
from darklaunch.publish import formatting
from darklaunch.runs.acceptance import AcceptedCause
from darklaunch.text.escape import printable_ascii
from darklaunch.text.numbers import count, rate
from darklaunch.triage.acceptance.proposing import AcceptingRule, RefusedPath
from darklaunch.triage.acceptance.seen import Hidden, NoValue, SeenValue

_LONGEST = 60


def configurable(accepted: AcceptedCause) -> AcceptedCause:
    """The same with those rules alone that a configuration can hold; the others are refused."""
    findings = [(each, finding(each.rule)) for each in accepted.acceptance.rules]
    refused = tuple(RefusedPath(path=each.rule.path, why=against) for each, against in findings if against is not None)
    acceptance = replace(
        accepted.acceptance,
        rules=tuple(each for each, against in findings if against is None),
        refused=(*accepted.acceptance.refused, *refused),
    )
    return replace(accepted, acceptance=acceptance)


def entries_of(accepted: AcceptedCause) -> list[dict[str, Any]]:
    """The rules as entries of the configuration."""
    return [entry_of(each.rule) for each in accepted.acceptance.rules]


def headline(accepted: AcceptedCause) -> str:
    """The cause in a line of printable ASCII."""
    cause = accepted.cause
    first, endpoints = cause.paths[0], max(1, len(cause.endpoints))
    more = formatting.and_more_paths(cause.path_count - 1)
    where = f"{endpoints:,} endpoints" if endpoints > 1 else cause.endpoint
    systematic = ", systematic" if cause.systematic else ""
    kind = first.kind.value.replace("_", " ")
    return printable_ascii(
        f"cause {cause.id}: {first.path} {kind}{more} in {count(cause.requests)} requests ({rate(cause.share)}) of "
        f"{where}{systematic}"
    )


def lines_of(accepted: AcceptedCause) -> Iterator[str]:
    """The rules as lines of a block sequence, each below what it settles; strings of strangers stay data."""
    yield f"# {headline(accepted)}"
    for each in accepted.acceptance.rules:
        yield f"# {printable_ascii(_settled(each))}"
        if isinstance(each.rule.action, Ignore) and each.rule.path == "$.body":
            yield "# this hides every change of the whole body"
        yield as_block([entry_of(each.rule)]).rstrip("\n")
    for path in accepted.acceptance.refused:
        yield f"# left: {printable_ascii(f'{path.path}: {path.why}')}"


def as_json(accepted: AcceptedCause) -> dict[str, Any]:
    """The same as data."""
    return {
        "cause": accepted.cause.id,
        "rules": entries_of(accepted),
        "settled": [each.requests for each in accepted.acceptance.rules],
        "left": [{"path": path.path, "why": path.why} for path in accepted.acceptance.refused],
    }


def _settled(accepting: AcceptingRule) -> str:
    first = accepting.seen[0]
    kinds = sorted({each.kind.value.replace("_", " ") for each in accepting.seen})
    others = f" and {count(len(accepting.seen) - 1)} more" if len(accepting.seen) > 1 else ""
    return (
        f"settles {' and '.join(kinds)} in {count(accepting.requests)} requests: "
        f"{_shown(first.production)} -> {_shown(first.shadow)}{others}"
    )


def _shown(value: SeenValue) -> str:
    match value:
        case NoValue():
            return "none"
        case Hidden():
            return f"some {value.value}"
        case _:
            text = str(value)
            return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
