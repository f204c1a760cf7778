"""Differing paths and causes of two runs: those that came, those that went, and those that stayed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from darklaunch.runs.differences import LISTED, is_cut

Key = tuple[str, str, str]
"""Endpoint, path and kind of a difference."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turnover:
    """What is only in the later run, only in the earlier one, and in both; each the most frequent first."""

    new: tuple[Mapping[str, Any], ...]
    gone: tuple[Mapping[str, Any], ...]
    persistent: tuple[Mapping[str, Any], ...]

    def as_dict(self) -> dict[str, Any]:
        """The same as data."""
        return {name: list(getattr(self, name)) for name in ("new", "gone", "persistent")}


def paths(before: Mapping[str, Any], after: Mapping[str, Any]) -> Turnover:
    """Sorts the differing paths that no rule ignores; shares are of the compared requests of each run's window.

    Args:
        before: the `verdict.json` of one run.
        after: of the other.

    Returns:
        Dicts with endpoint, path, kind, severity, and requests and share ``before`` and ``after``; those on one side
        only have a ``note`` where being absent from the other does not mean that there was no such difference.
    """
    counted = [_counted(run, lambda rule: rule is None) for run in (before, after)]
    ignored = [_counted(run, lambda rule: rule is not None) for run in (before, after)]
    seen = [{entry["endpoint"] for entry in run["endpoints"]} for run in (before, after)]
    cut = [{entry["endpoint"] for entry in run["endpoints"] if is_cut(entry)} for run in (before, after)]

    def told(key: Key, side: int) -> dict[str, Any]:
        """A path of one side, and why it may be missing from the other."""
        other = 1 - side
        rule = ignored[other].get(key, {}).get("ignored_by")
        note = None
        if rule is not None:
            note = f"ignored by {rule}"
        elif key[0] not in seen[other]:
            note = "endpoint not seen"
        elif key[0] in cut[other]:
            note = f"the other run names only {LISTED} here"
        return _told(key, *(found.get(key) for found in counted)) | {"note": note}

    both = counted[0].keys() & counted[1].keys()
    return Turnover(
        new=_by_share([told(key, 1) for key in counted[1].keys() - both]),
        gone=_by_share([told(key, 0) for key in counted[0].keys() - both]),
        persistent=_by_share([_told(key, counted[0][key], counted[1][key]) for key in both]),
    )


def _counted(run: Mapping[str, Any], wanted: Callable[[object], bool]) -> dict[Key, dict[str, Any]]:
    found: dict[Key, dict[str, Any]] = {}
    for entry in run["endpoints"]:
        for one in entry["differences"]:
            if wanted(one["ignored_by"]):
                key = (entry["endpoint"], one["path"], one["kind"])
                # one path and kind can stand there twice, with values of different severity
                known = found.setdefault(key, {**one, "requests": 0, "share": 0.0})
                known["requests"] += one["requests"]
                known["share"] += one["share"]
    return found


def _told(key: Key, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> dict[str, Any]:
    one = after or before or {}
    return {
        **dict(zip(("endpoint", "path", "kind"), key, strict=True)),
        "severity": one.get("severity"),
        **_sides(before, after),
    }


def _sides(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> dict[str, Any]:
    return {
        side: None if one is None else {"requests": one["requests"], "share": one["share"]}
        for side, one in (("before", before), ("after", after))
    }


def causes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Turnover:
    """Sorts the causes by their ids; both runs must have looked for causes.

    Args:
        before: the `verdict.json` of one run.
        after: of the other.
    """
    found = [{cause["id"]: cause for cause in run["causes"]} for run in (before, after)]
    both = found[0].keys() & found[1].keys()
    return Turnover(
        new=_by_share([_cause(None, found[1][name]) for name in found[1].keys() - both]),
        gone=_by_share([_cause(found[0][name], None) for name in found[0].keys() - both]),
        persistent=_by_share([_cause(found[0][name], found[1][name]) for name in both]),
    )


def _cause(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> dict[str, Any]:
    cause = after or before or {}
    first = cause["paths"][0]
    return {
        "id": cause["id"],
        "endpoint": cause["endpoint"],
        "path": first["path"],
        "kind": first["kind"],
        "paths": len(cause["paths"]) + cause["paths_beyond"],
        "severity": cause["severity"],
        **_sides(before, after),
    }


def _by_share(found: list[dict[str, Any]]) -> tuple[Mapping[str, Any], ...]:
    def order(one: Mapping[str, Any]) -> tuple[float, str, str, str]:
        side = one["after"] or one["before"]
        return -side["share"], one["endpoint"], one["path"], one["kind"]

    return tuple(sorted(found, key=order))
