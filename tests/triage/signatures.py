"""Signatures as they are counted, by the names of their paths."""

import zlib

from darklaunch.triage.cause import Element, Signature

ITEMS = "GET /items/{id}"


def element(path, kind="value_changed", severity="medium"):
    return Element(path if path.startswith("$") else f"$.body.{path}", kind, severity)


def signature(*elements, requests=100, endpoint=ITEMS, answered=0, noisy=0, **changes):
    made = [each if isinstance(each, Element) else element(each) for each in elements]
    facts = {
        "endpoint": endpoint,
        "keys": {zlib.crc32(repr([endpoint, made]).encode()): requests},
        "elements": dict.fromkeys(made, requests),
        "requests": requests,
        "weight": float(requests),
        "answered": answered,
        "noisy": noisy,
        "first_hour": 493_000,
        "last_hour": 493_005,
    }
    return Signature(**{**facts, **changes})


def names(cause):
    """The paths of a cause without what they have in common."""
    return sorted({each.path.removeprefix("$.body.") for each in cause.elements})
