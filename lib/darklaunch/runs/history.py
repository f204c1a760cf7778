"""The score of a launch over its looks."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from darklaunch.decide.verdict import Verdict
from darklaunch.publish.look import Look, Standing, fleet_look, look_of, standing_of
from darklaunch.runs import verdict_file
from darklaunch.storage.run_folder import finished_runs

if TYPE_CHECKING:
    import pandas as pd

_NUMBERS: Final = ("confidence", "regression_confidence", "excess", "excess_low", "excess_high")


def history(launch: Path, until: datetime, *, key: str | None = None, endpoints: bool = True) -> list[Look]:
    """Reads how a launch stood at its finished looks, the earliest first.

    A folder without a readable run is left out; so is a run of another launch, whose evidence is not comparable.

    Args:
        launch: the launch's folder.
        until: only looks whose window ends before it: those at which the present one looks back.
        key: the launch's key; None: the name of its folder.
        endpoints: read them as well; the fleet alone takes a twentieth of the time.
    """
    return [look for look, _ in _finished(launch, until, key or launch.name, endpoints=endpoints)]


def looks_before(launch: Path, until: datetime, *, key: str | None = None) -> list[Look]:
    """Reads the looks before a later one: of each the fleet, of the last its endpoints and causes too.

    Args:
        launch: the launch's folder.
        until: the end of the later look's window.
        key: the launch's key; None: the name of its folder.
    """
    finished = _finished(launch, until, key or launch.name, endpoints=False)
    looks = [look for look, _ in finished]
    if not finished:
        return []
    try:
        return [*looks[:-1], look_of(verdict_file.read_report(finished[-1][1]))]
    except verdict_file.NoRunError:
        return looks


def history_frame(looks: list[Look], endpoint: str | None) -> "pd.DataFrame":
    """One row a look: its end, number and verdict, and the numbers with nulls as ``<NA>``.

    Args:
        looks: in their order.
        endpoint: whose; None: the fleet's. Looks that have not seen it have no row.
    """
    import pandas as pd

    rows = [(look, look.fleet if endpoint is None else look.endpoints.get(endpoint)) for look in looks]
    seen = [(look, standing) for look, standing in rows if standing is not None]
    ends = [look.end for look, _ in seen]
    columns: dict[str, Any] = {
        "window_to": pd.Series(ends, dtype="datetime64[us, UTC]"),
        "look": pd.Series([look.look for look, _ in seen], dtype="Int64"),
        "verdict": pd.Series([standing.verdict.value for _, standing in seen], dtype="string"),
    }
    numbers = {name: pd.Series([getattr(standing, name) for _, standing in seen], dtype="Float64") for name in _NUMBERS}
    return pd.DataFrame({**columns, **numbers})


def _finished(launch: Path, until: datetime, key: str, *, endpoints: bool) -> list[tuple[Look, Path]]:
    """The looks with the folders of their runs, the earliest first."""
    looks = ((_look(folder, key, until, endpoints=endpoints), folder) for folder in finished_runs(launch))
    return sorted(((look, folder) for look, folder in looks if look is not None), key=lambda each: each[0].end)


def _look(folder: Path, key: str, until: datetime, *, endpoints: bool) -> Look | None:
    try:
        head = verdict_file.read_head_of(folder)
        if head.launch.key != key or head.span.end >= until:
            return None
        look = fleet_look(head)
        return replace(look, endpoints=_standings(folder)) if endpoints else look
    except verdict_file.NoRunError:
        return None


def _standings(folder: Path) -> dict[str, Standing]:
    """From `scores.parquet`, or else from `verdict.json`, which takes far longer."""
    try:
        columns = verdict_file.endpoint_columns(folder, ("endpoint", "verdict", *_NUMBERS))
        names, verdicts = columns.pop("endpoint"), columns.pop("verdict")
        rows = zip(*columns.values(), strict=True)
        return {
            name: Standing(verdict=Verdict(verdict), **dict(zip(columns, row, strict=True)))
            for name, verdict, row in zip(names, verdicts, rows, strict=True)
        }
    except (OSError, ValueError, KeyError):
        return {endpoint.name: standing_of(endpoint) for endpoint in verdict_file.read_report(folder).endpoints}
