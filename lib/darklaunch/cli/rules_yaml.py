"""Proposed rules as YAML to paste, with the evidence of each and with what was refused."""

from collections.abc import Iterator, Sequence
from typing import Any

import yaml

from darklaunch.cli.causes import acceptance_yaml
from darklaunch.diff.difference import Kind
from darklaunch.noise.candidate import VolatilePath
from darklaunch.noise.proposal import Proposal
from darklaunch.publish import formatting
from darklaunch.runs.acceptance import AcceptedCause
from darklaunch.text.escape import printable_ascii
from darklaunch.text.numbers import rate
from darklaunch.triage.acceptance.patterns import shape_pattern


def rule_of(volatile: VolatilePath) -> dict[str, Any]:
    """A proposal as an entry of ``rules:``: a pattern where the shape is one, else the value or order is ignored."""
    if volatile.kind is Kind.REORDERED:
        return {"path": volatile.path, "unordered": True, "why": volatile.why, "endpoint": volatile.endpoint}
    pattern = shape_pattern(volatile.shape) if volatile.shape is not None else None
    action: dict[str, Any] = {"ignore": True} if pattern is None else {"pattern": pattern}
    return {"path": volatile.path, **action, "why": volatile.why, "endpoint": volatile.endpoint}


def as_yaml(proposal: Proposal, systematic: Sequence[AcceptedCause] = ()) -> str:
    """Writes proposals for the configuration; strings of strangers stay data, in comments too.

    Args:
        proposal: what the baseline arm speaks for.
        systematic: what accepts the systematic causes of a run.
    """
    return "".join(f"{line}\n" for line in _lines(proposal, systematic))


def as_json(proposal: Proposal, systematic: Sequence[AcceptedCause] = ()) -> dict[str, Any]:
    """The same as data."""
    accepting = [entry for accepted in systematic for entry in acceptance_yaml.entries_of(accepted)]
    return {
        "rules": [*(rule_of(volatile) for volatile in proposal.learned), *accepting],
        "systematic": [acceptance_yaml.as_json(accepted) for accepted in systematic],
        "learned": [volatile.as_dict() for volatile in proposal.learned],
        "refused": [volatile.as_dict() for volatile in proposal.refused],
        "refused_beyond": proposal.refused_beyond,
    }


def _lines(proposal: Proposal, systematic: Sequence[AcceptedCause]) -> Iterator[str]:
    has_rules = proposal.learned or any(accepted.acceptance.rules for accepted in systematic)
    yield "rules:" if has_rules else "rules: []  # no value is volatile enough to need one"
    for volatile in proposal.learned:
        shape = volatile.shape.description() if volatile.shape is not None else "elements in any order"
        yield _comment(f"{shape}; A/A rate at least {rate(volatile.aa_low)}; {_shadow(volatile)}")
        yield yaml.safe_dump([rule_of(volatile)], sort_keys=False, width=10_000).rstrip("\n")
    for accepted in systematic:
        yield from acceptance_yaml.lines_of(accepted)
    if proposal.refused:
        yield _comment("refused, so that the gate is not blinded:")
    for volatile in proposal.refused:
        yield _comment(
            f"  {volatile.endpoint} {volatile.path} ({volatile.kind.value}): {volatile.refused}; {volatile.why}"
        )
    if proposal.refused_beyond:
        yield _comment(f" {formatting.and_more_paths(proposal.refused_beyond)}")


def _shadow(volatile: VolatilePath) -> str:
    return f"shadow differs in {volatile.shadow_differs:,} of {volatile.aa_pairs:,} pairs"


def _comment(text: str) -> str:
    # a line break of any kind would end the comment, and what follows would be read as YAML
    return f"# {printable_ascii(text)}"
