"""A comparison of two runs as pandas tables; undefined numbers are ``<NA>``."""

from collections.abc import Callable, Sequence
from typing import Final

import pandas as pd

from darklaunch.publish.report.endpoint import EndpointReport
from darklaunch.runs.pages.changes import BothSides
from darklaunch.runs.turnover import CauseChange, Frequency, PathChange, Turnover
from darklaunch.text.undefined import number_or_none

_NUMBERS: Final = ("confidence", "excess", "excess_low", "excess_high")
_FREQUENCIES: Final = {
    **dict.fromkeys(("requests_before", "requests_after"), "Int64"),
    **dict.fromkeys(("share_before", "share_after"), "Float64"),
}
_TEXTS: Final = ("state", "endpoint", "path", "kind", "severity")
_CAUSES: Final = {"state": "string", "id": "string", "earlier_id": "string", "endpoints": "Int64", "paths": "Int64"}


def sides_frame(sides: Sequence[BothSides]) -> pd.DataFrame:
    """One row an endpoint, in their order: its verdict and numbers in both runs."""
    runs = (("before", [each.before for each in sides]), ("after", [each.after for each in sides]))
    columns: dict[str, pd.Series] = {"endpoint": pd.Series([each.name for each in sides], dtype="string")}
    for when, reports in runs:
        verdicts = [None if each is None else each.verdict.value for each in reports]
        columns[f"verdict_{when}"] = pd.Series(verdicts, dtype="string")
    columns["changed"] = pd.Series([each.changed for each in sides], dtype="boolean")
    for when, reports in runs:
        columns[f"pairs_{when}"] = pd.Series([None if each is None else each.pairs for each in reports], dtype="Int64")
    for name in _NUMBERS:
        for when, reports in runs:
            columns[f"{name}_{when}"] = pd.Series([_number(each, name) for each in reports], dtype="Float64")
    return pd.DataFrame(columns)


def causes_frame(turnover: Turnover[CauseChange]) -> pd.DataFrame:
    """One row a cause: new ones first, then persistent, then fixed ones, each the most frequent first."""
    return _frame(
        turnover,
        {**_CAUSES, **dict.fromkeys(_TEXTS, "string"), **_FREQUENCIES},
        lambda each: {"id": each.id, "earlier_id": each.earlier_id, "endpoints": each.endpoints, "paths": each.paths},
    )


def paths_frame(turnover: Turnover[PathChange]) -> pd.DataFrame:
    """One row a differing path, in the same order."""
    dtypes = {**dict.fromkeys(_TEXTS, "string"), **_FREQUENCIES, "note": "string"}
    return _frame(turnover, dtypes, lambda each: {"note": each.note})


def _frame(
    turnover: Turnover[CauseChange] | Turnover[PathChange],
    dtypes: dict[str, str],
    more: Callable[..., dict[str, object]],
) -> pd.DataFrame:
    states = (("new", turnover.new), ("persistent", turnover.persistent), ("fixed", turnover.gone))
    rows: list[dict[str, object]] = []
    for state, changes in states:
        for each in changes:
            named = {"state": state, "endpoint": each.endpoint, "path": each.path, "kind": each.kind.value}
            rows.append(
                {
                    **named,
                    "severity": each.severity.value,
                    **_frequency("before", each.before),
                    **_frequency("after", each.after),
                    **more(each),
                }
            )
    return pd.DataFrame({name: pd.Series([row[name] for row in rows], dtype=dtype) for name, dtype in dtypes.items()})


def _frequency(when: str, frequency: Frequency | None) -> dict[str, object]:
    requests, share = (None, None) if frequency is None else (frequency.requests, frequency.share)
    return {f"requests_{when}": requests, f"share_{when}": share}


def _number(report: EndpointReport | None, name: str) -> float | None:
    return None if report is None else number_or_none(getattr(report, name))
