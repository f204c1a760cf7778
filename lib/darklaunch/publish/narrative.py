"""A verdict told in sentences: what was compared, what was found, and what follows.

A product manager is to understand them and a statistician to find nothing wrong: a bound and a confidence are said
to mislead in at most so many launches of such a kind, and never to be the probability that a release is fine.
Strings from traffic stay as they are; who prints the sentences makes them visible.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from darklaunch.publish import formatting
from darklaunch.publish.claims import ALWAYS, RESPECTS, RUNGS, confidence, rarely
from darklaunch.publish.formatting import rate

_FOLLOWS: Final = {
    "promote": "So {it} may be promoted.",
    "hold": "So {it} is on hold, neither promoted nor blocked.",
    "block": "So {it} is blocked: this release should not be promoted.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A verdict in three parts, each of one sentence or more."""

    compared: tuple[str, ...]
    found: tuple[str, ...]
    follows: tuple[str, ...]

    def __post_init__(self) -> None:
        if not (self.compared and self.found and self.follows):
            raise ValueError("a verdict is told with what was compared, what was found and what follows")


def name_of(entry: Mapping[str, Any]) -> str:
    """What an entry of `verdict.json` is called: an endpoint, a group of them, or all of them."""
    return str(entry.get("endpoint") or entry.get("group") or "all endpoints")


def told(entry: Mapping[str, Any]) -> Told:
    """Tells the verdict on one endpoint, on a group, or on the fleet.

    Args:
        entry: what `verdict.json` says of it; runs that were made before dimensions were scored will do.
    """
    return Told(compared=tuple(_compared(entry)), found=tuple(_found(entry)), follows=tuple(_follows(entry)))


def line(entry: Mapping[str, Any]) -> str:
    """Tells an entry in one line, without its verdict and its name: bounds, confidence, and the first reason."""
    low, high = entry["excess_low"], entry["excess_high"]
    bounds = "no excess" if low is None or high is None else f"excess {rate(low)} to {rate(high)}"
    sure = formatting.shown(entry, "confidence", formatting.confidence).text
    first = f" {entry['reasons'][0]}" if entry["reasons"] else ""
    return f"{bounds}, confidence {sure}, {_many(entry['pairs'], 'pair')}.{first}"


def _compared(entry: Mapping[str, Any]) -> Iterator[str]:
    pairs = entry["pairs"]
    if not pairs:
        yield f"{_capital(name_of(entry))}: so far no request was answered by both production and shadow."
        return
    yield (
        f"{_capital(name_of(entry))}: {_many(pairs, 'request')} that production and shadow both answered "
        f"{'was' if pairs == 1 else 'were'} compared since the launch began."
    )
    units, effective = entry.get("units"), entry.get("effective_pairs")
    if units is not None and effective is not None:
        yield (
            f"All requests of one user or session within an hour count as one unit: {_many(units, 'unit')}, which, "
            f"weighted by how they were sampled, amount to {formatting.count(effective)} effective pairs."
        )


def _found(entry: Mapping[str, Any]) -> Iterator[str]:
    if not entry["pairs"]:
        yield "Without a pair there is no rate of mismatches, and no bound on it."
        return
    mismatches, pairs = entry["mismatches"], entry["pairs"]
    differ = "differs" if mismatches == 1 else "differ"
    yield f"{formatting.count(mismatches)} of them ({rate(mismatches / pairs)}) {differ} after the rules."
    noise = entry.get("noise")
    if noise is not None:
        yield (
            f"A second instance of production differs from production in {rate(noise)} of the requests that it "
            "answered too; that is noise, and it is subtracted request by request."
        )
    else:
        yield "There is no second instance of production to tell noise by, so every mismatch counts."
    yield from _excess(entry)
    yield from _limiting(entry)
    yield confidence(entry, "confidence")
    if entry["regression_confidence"]:
        yield confidence(entry, "regression_confidence")


def _excess(entry: Mapping[str, Any]) -> Iterator[str]:
    excess, low, high = (entry[name] for name in ("excess", "excess_low", "excess_high"))
    if excess is None or low is None or high is None:
        reason = formatting.shown({**entry, "excess": None}, "excess", rate).reason
        yield f"How much the release adds can't be said: {reason}."
        return
    yield (
        f"What the release adds, the excess, is averaged over units an estimated {rate(excess)} of requests: "
        f"at least {rate(low)} and at most {rate(high)}; {rate(entry['tolerated_excess'])} is "
        "tolerated."
    )
    if "level" in entry:
        yield f"Each of these two bounds is wrong {rarely(entry['level'])}, {ALWAYS}."


def _limiting(entry: Mapping[str, Any]) -> Iterator[str]:
    """What limits the confidence, where it is not the responses, whose figures have been told."""
    for one in entry.get("dimensions", ()):
        low, high = one["excess_low"], one["excess_high"]
        if not one["limiting"] or one["dimension"] == "body" or low is None or high is None:
            continue
        what = "are slower than their limit" if one["dimension"] in RUNGS else "fail on the shadow"
        yield (
            f"The least evidence is that of {RESPECTS.get(one['dimension'], one['dimension'])}: at least "
            f"{rate(low)} and at most {rate(high)} of a unit's requests {what}, beyond those of "
            f"production; {rate(one['tolerated_excess'])} is tolerated."
        )


def _follows(entry: Mapping[str, Any]) -> Iterator[str]:
    fleet = "endpoint" not in entry and "group" not in entry
    it = "the release as a whole" if fleet else "this group" if "group" in entry else "this endpoint"
    yield _FOLLOWS[entry["verdict"]].format(it=it)
    yield from (str(reason) for reason in entry["reasons"])
    if entry["verdict"] == "hold":
        yield _needed(entry)


def _needed(entry: Mapping[str, Any]) -> str:
    value = entry.get("pairs_needed")
    if value is None:
        return f"How many more pairs are needed can't be said: {entry.get('pairs_needed_reason', 'no reason given')}."
    if value <= 0:
        return "No more pairs are needed for the evidence itself."
    limited = [one["dimension"] for one in entry.get("dimensions", ()) if one["limiting"]]
    kind = "like those so far" if limited and limited[0] in RUNGS else "without a difference"
    return f"Still needed: about {formatting.needed(value)} effective pairs {kind}."


def _many(number: float, thing: str) -> str:
    return f"{formatting.count(number)} {thing}{'' if number == 1 else 's'}"


def _capital(text: str) -> str:
    return "All endpoints together" if text == "all endpoints" else text
