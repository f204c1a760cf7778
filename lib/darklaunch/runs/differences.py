"""The differing paths of a run beyond those that `verdict.json` names, from its table of differences."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

LISTED: Final = 20
"""`verdict.json` names at most so many differing paths of an endpoint, the most frequent ones."""

COMPLETE: Final = "differences_complete"
"""Set at an endpoint whose list was full and has been completed."""

_NAMES: Final = ("endpoint", "path", "kind", "severity")


def is_cut(entry: Mapping[str, Any]) -> bool:
    """Says whether an endpoint may have differing paths that count and that its entry does not name."""
    named = sum(one["ignored_by"] is None for one in entry["differences"])
    return named >= LISTED and not entry.get(COMPLETE, False)


def with_all_differences(verdict: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Names every differing path that no rule ignores, at endpoints where `verdict.json` may leave some out.

    Args:
        verdict: what `verdict.json` holds.
        folder: the run's, with its table of differences; without it the verdict stays as it is.
    """
    cut = [entry["endpoint"] for entry in verdict["endpoints"] if is_cut(entry)]
    counted = _counted(folder / "differences", cut) if cut else None
    if counted is None:
        return dict(verdict)
    return {
        **verdict,
        "endpoints": [
            _completed(entry, counted) if entry["endpoint"] in cut else entry for entry in verdict["endpoints"]
        ],
    }


def _counted(table: Path, endpoints: list[str]) -> Counter[tuple[str, ...]] | None:
    """Requests by endpoint, path, kind and severity, batch by batch: a table can be larger than memory."""
    import pyarrow as pa
    import pyarrow.dataset as ds

    found: Counter[tuple[str, ...]] = Counter()
    try:
        rows = ds.dataset(table)
        counts = ds.field("rule").is_null() & ds.field("endpoint").isin(endpoints)
        for batch in rows.to_batches(columns=list(_NAMES), filter=counts):
            sums = pa.Table.from_batches([batch]).group_by(list(_NAMES)).aggregate([([], "count_all")])
            for row in sums.to_pylist():
                found[tuple(row[name] for name in _NAMES)] += row["count_all"]
    except (OSError, ValueError, KeyError):
        return None
    return found


def _completed(entry: Mapping[str, Any], counted: Mapping[tuple[str, ...], int]) -> dict[str, Any]:
    known = max((one for one in entry["differences"] if one["ignored_by"] is None), key=lambda one: one["requests"])
    pairs = known["requests"] / known["share"]
    ignored = [one for one in entry["differences"] if one["ignored_by"] is not None]
    found = [
        {
            **dict(zip(_NAMES[1:], names, strict=True)),
            "requests": requests,
            "share": requests / pairs,
            "ignored_by": None,
        }
        for (endpoint, *names), requests in counted.items()
        if endpoint == entry["endpoint"]
    ]
    return {**entry, "differences": [*found, *ignored], COMPLETE: True}
