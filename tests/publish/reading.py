"""Verdicts to print in every format, and their numbers as people read them."""

from collections.abc import Callable
from typing import Any

from darklaunch.publish import formatting
from darklaunch.text.numbers import count, rate
from tests.publish import sample
from tests.publish.sample_scored import scored

NUMBERS = (
    "pairs", "units", "byte_equal", "mismatches", "baseline_mismatches", "effective_pairs", "match_rate", "noise",
    "completeness", "tolerated_excess", "excess", "excess_low", "excess_high", "level", "confidence",
    "regression_confidence", "pairs_needed",
)  # fmt: skip
WORDS = {"body": "responses", "lat_p50": "latency at p50", "lat_p95": "latency at p95"}
VERDICTS: dict[str, Callable[[], dict[str, Any]]] = {
    "full": sample.full,
    "smallest": sample.smallest,
    "nothing": sample.nothing,
    "crowd": lambda: sample.crowd(40),
    "scored": lambda: scored(sample.full()),
}


def listed(verdict, fleet="all endpoints"):
    """The fleet, every group and every endpoint with the name that it is shown by."""
    parts = {each["group"]: each for each in verdict.get("groups", ())}
    parts |= {each["endpoint"]: each for each in verdict["endpoints"]}
    return {formatting.visible(name): each for name, each in {fleet: verdict["fleet"], **parts}.items()}


def slowest(entry):
    """The judged quantile at which the shadow is slowest, with its ratio."""
    judged = {name: at["ratio"] for name, at in entry["latency"].items() if at.get("judged")}
    return max(((ratio, name) for name, ratio in judged.items() if ratio is not None), default=None)


def bounds(entry):
    if entry["excess_low"] is None:
        return "-"
    return f"{rate(entry['excess_low'])} to {rate(entry['excess_high'])}"


def needed(entry):
    return "-" if entry["pairs_needed"] is None else formatting.needed(entry["pairs_needed"])


def mismatch_rate(entry):
    return "-" if entry["match_rate"] is None else rate(round(1 - entry["match_rate"], 12))


def printed(entry):
    """The numbers of an endpoint as people read them in a line of a table."""
    return {
        "pairs": count(entry["pairs"]),
        "effective": count(entry["effective_pairs"]),
        "differ": count(entry["mismatches"]),
        "mismatch rate": mismatch_rate(entry),
        "excess": bounds(entry),
        "tolerated": rate(entry["tolerated_excess"]),
        "confidence": formatting.confidence(entry["confidence"]),
        "regression": formatting.confidence(entry["regression_confidence"]),
        "needed": needed(entry),
    }


def latency(entry):
    at = slowest(entry)
    return "-" if at is None else f"{at[0]:.2f}x {at[1]}"


def deciding(entry):
    """The words of the dimension that the verdict turns on; nothing where it is promoted."""
    if entry["verdict"] == "promote" or not entry.get("dimensions"):
        return ""
    limiting = next(each for each in entry["dimensions"] if each["limiting"])
    if entry["verdict"] == "block":
        limiting = max(entry["dimensions"], key=lambda each: each["regression_confidence"])
    return WORDS[limiting["dimension"]]
