"""The move of a launch's state into tables, from the folders and files that it was kept in before."""

import shutil
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from darklaunch.storage import run_rows
from darklaunch.storage.atomic import folders_in, read_json
from darklaunch.storage.state import LaunchState, StateTable, is_committed, state_folder
from darklaunch.window import HOUR, Window, parse_moment

if TYPE_CHECKING:
    import pyarrow as pa

_FORM: Final = "bucket=%Y-%m-%dT%H"
_ORDERS: Final = {StateTable.EVIDENCE: "endpoint", StateTable.LATENCY: "endpoint", StateTable.PANEL: "unit"}


def needs_migration(launch: Path) -> bool:
    """Says whether a launch has state in its earlier form alone."""
    return not is_committed(launch) and any((launch / name).exists() for name in ("runs", "evidence", "noise"))


def migrate(launch: Path) -> None:
    """Moves the state of a launch into tables; what breaks off is done again.

    Args:
        launch: its folder, which nobody else changes meanwhile.

    Raises:
        OutsideError: the tables can't be written.
    """
    state = LaunchState(folder=state_folder(launch))
    for table, first_column in _ORDERS.items():
        rows = _rows(launch / table.value)
        if rows is not None:
            hours = rows["bucket"].unique().to_pylist()
            state = state.with_hours(table, Window(start=min(hours), end=max(hours) + HOUR), rows, (first_column,))
    for table, documents in _documents(launch).items():
        state = state.with_documents(table, documents)
    for run in folders_in(launch / "runs"):
        row = _row(run)
        if row is not None:
            run_rows.add_run(state.folder, run.name, row)
    state.commit()
    for name in ("evidence", "latency", "panel", "noise"):
        shutil.rmtree(launch / name, ignore_errors=True)
    (launch / "lost_files.json").unlink(missing_ok=True)


def _rows(folder: Path) -> "pa.Table | None":
    import pyarrow as pa
    import pyarrow.parquet as pq

    parts = []
    for file in sorted(folder.glob("bucket=*/part-0.parquet")):
        rows = pq.ParquetFile(file).read()
        hour = datetime.strptime(file.parent.name, _FORM).replace(tzinfo=timezone.utc)
        parts.append(rows.append_column("bucket", pa.array([hour] * rows.num_rows, pa.timestamp("us", "UTC"))))
    return pa.concat_tables(parts) if parts else None


def _documents(launch: Path) -> dict[StateTable, dict[str, Any]]:
    noise = {file.stem: read_json(file) for file in sorted((launch / "noise").rglob("*.json"))}
    thresholds = {file.stem: read_json(file) for file in (launch / "latency").glob("thresholds.json")}
    lost: dict[str, Any] = {}
    if (launch / "lost_files.json").exists():
        lost = {each["file"]: {"hour": each["hour"]} for each in read_json(launch / "lost_files.json")["lost"]}
    return {StateTable.NOISE: noise, StateTable.THRESHOLDS: thresholds, StateTable.LOST_FILES: lost}


def _row(run: Path) -> run_rows.RunRow | None:
    """What the verdict of a run says of it; None: it can't be read, so that it is no run."""
    try:
        verdict = read_json(run / "verdict.json")
        window = Window(start=parse_moment(verdict["window"]["from"]), end=parse_moment(verdict["window"]["to"]))
        finished = datetime.fromtimestamp((run / "verdict.json").stat().st_mtime, timezone.utc)
        look, word = int(verdict["look"]), str(verdict["verdict"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return run_rows.RunRow(window=window, look=look, verdict=word, finished_at=finished)
