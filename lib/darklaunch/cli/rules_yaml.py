"""Proposed rules as YAML to paste, with the evidence of each and with what was refused."""

from collections.abc import Iterator
from typing import Any, Final

import yaml

from darklaunch.diff.difference import Kind
from darklaunch.diff.values.character_class import MAXIMUM_INSPECTED, CharacterClass
from darklaunch.diff.values.shape import Shape
from darklaunch.noise.candidate import VolatilePath
from darklaunch.noise.proposal import Proposal
from darklaunch.text.escape import printable_ascii
from darklaunch.text.numbers import rate

_UUID: Final = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_CLASSES: Final = {
    CharacterClass.DIGITS: "0-9",
    CharacterClass.LOWER_HEX: "a-f",
    CharacterClass.LOWER: "g-z",
    CharacterClass.UPPER_HEX: "A-F",
    CharacterClass.UPPER: "G-Z",
    CharacterClass.BASE64: "+/=",
    CharacterClass.URL_SAFE: "_.~-",
}


def rule_of(volatile: VolatilePath) -> dict[str, Any]:
    """A proposal as an entry of ``rules:``: a pattern where the shape is one, else the value or order is ignored."""
    if volatile.kind is Kind.REORDERED:
        return {"path": volatile.path, "unordered": True, "why": volatile.why, "endpoint": volatile.endpoint}
    pattern = _pattern(volatile.shape) if volatile.shape is not None else None
    action: dict[str, Any] = {"ignore": True} if pattern is None else {"pattern": pattern}
    return {"path": volatile.path, **action, "why": volatile.why, "endpoint": volatile.endpoint}


def as_yaml(proposal: Proposal) -> str:
    """Writes proposals for the configuration; strings of strangers stay data, in comments too."""
    return "".join(f"{line}\n" for line in _lines(proposal))


def as_json(proposal: Proposal) -> dict[str, Any]:
    """The same as data."""
    return {
        "rules": [rule_of(volatile) for volatile in proposal.learned],
        "learned": [volatile.as_dict() for volatile in proposal.learned],
        "refused": [volatile.as_dict() for volatile in proposal.refused],
        "refused_beyond": proposal.refused_beyond,
    }


def _lines(proposal: Proposal) -> Iterator[str]:
    yield "rules:" if proposal.learned else "rules: []  # no value is volatile enough to need one"
    for volatile in proposal.learned:
        shape = volatile.shape.description() if volatile.shape is not None else "elements in any order"
        yield _comment(f"{shape}; A/A rate at least {rate(volatile.aa_low)}; {_shadow(volatile)}")
        yield yaml.safe_dump([rule_of(volatile)], sort_keys=False, width=10_000).rstrip("\n")
    if proposal.refused:
        yield _comment("refused, so that the gate is not blinded:")
    for volatile in proposal.refused:
        yield _comment(
            f"  {volatile.endpoint} {volatile.path} ({volatile.kind.value}): {volatile.refused}; {volatile.why}"
        )
    if proposal.refused_beyond:
        yield _comment(f"  and {proposal.refused_beyond:,} more paths")


def _shadow(volatile: VolatilePath) -> str:
    return f"shadow differs in {volatile.shadow_differs:,} of {volatile.aa_pairs:,} pairs"


def _comment(text: str) -> str:
    # a line break of any kind would end the comment, and what follows would be read as YAML
    return f"# {printable_ascii(text)}"


def _pattern(shape: Shape) -> str | None:
    if shape.kind == "uuid":
        return _UUID
    if shape.kind != "token" or shape.characters & CharacterClass.SIGNS or shape.longest is None:
        return None
    members = "".join(members for characters, members in _CLASSES.items() if characters & shape.characters)
    if not members:
        return None
    if shape.longest == MAXIMUM_INSPECTED:
        return f"[{members}]{{{shape.shortest},}}"
    return f"[{members}]{{{','.join(dict.fromkeys((str(shape.shortest), str(shape.longest))))}}}"
