"""What planted faults say of a rule set: the share that is still seen, in total and path by path."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from darklaunch.diff.rules.severity import Severity
from darklaunch.faults.kinds import Fault

COUNTS: Final = ("planted", "seen_without_rules", "seen_with_rules")


def summed_up(rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Sums up counts of planted faults.

    Args:
        rows: as ``spark.faults.planted`` counts them: endpoint, path, fault, ruled, hidden_by, planted,
            without_rules, with_rules; a row without a fault counts the responses of an endpoint.

    Returns:
        JSON-ready: ``outside`` the paths that rules settle by severity, ``inside`` them by ``presence_and_type`` and
        ``values``, and ``endpoints`` with ``paths``. Each has ``planted``, ``seen_without_rules``,
        ``seen_with_rules`` and their shares of ``planted``, null where nothing was planted; each path also
        ``hidden_by``, the faults that each rule hides.
    """
    found = sorted(rows, key=lambda row: tuple(str(row[name]) for name in ("endpoint", "path", "fault", "hidden_by")))
    faults = [row for row in found if row["fault"] is not None]
    outside, inside = ([row for row in faults if row["ruled"] is ruled] for ruled in (False, True))
    return {
        "outside": {
            severity.value: _total(row for row in outside if Fault(row["fault"]).severity is severity)
            for severity in Severity
        },
        "inside": {
            "presence_and_type": _total(row for row in inside if Fault(row["fault"]).presence_or_type),
            "values": _total(row for row in inside if not Fault(row["fault"]).presence_or_type),
        },
        "endpoints": [
            _endpoint(
                row["endpoint"], row["planted"], [fault for fault in faults if fault["endpoint"] == row["endpoint"]]
            )
            for row in found
            if row["fault"] is None
        ],
    }


def _total(rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    counts = dict.fromkeys(COUNTS, 0)
    for row in rows:
        for name, column in zip(COUNTS, ("planted", "without_rules", "with_rules"), strict=True):
            counts[name] += row[column]
    planted = counts["planted"]
    shares = {f"share_{name}": counts[name] / planted if planted else None for name in COUNTS[1:]}
    return {**counts, **shares}


def _endpoint(endpoint: str, responses: int, rows: list[Mapping[str, Any]]) -> dict[str, Any]:
    grouped: dict[tuple[str, str, bool], list[Mapping[str, Any]]] = {}
    for row in rows:
        grouped.setdefault((row["path"], row["fault"], row["ruled"]), []).append(row)
    return {
        "endpoint": endpoint,
        "responses": responses,
        "paths": [_path(*place, group) for place, group in sorted(grouped.items())],
    }


def _path(path: str, fault: str, ruled: bool, rows: list[Mapping[str, Any]]) -> dict[str, Any]:  # noqa: FBT001
    hidden: dict[str, int] = {}
    for row in rows:
        if row["hidden_by"] is not None:
            hidden[row["hidden_by"]] = hidden.get(row["hidden_by"], 0) + row["planted"]
    severity = Fault(fault).severity.value
    return {"path": path, "fault": fault, "severity": severity, "ruled": ruled, **_total(rows), "hidden_by": hidden}
