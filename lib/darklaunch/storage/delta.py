"""Delta tables: changed in one step, or not at all."""

import json
import math
from collections.abc import Mapping, Sequence, Set
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from darklaunch.storage.table_errors import explained
from darklaunch.window import Window

if TYPE_CHECKING:
    import pyarrow as pa
    from deltalake import DeltaTable

_FORM: Final = "%Y-%m-%dT%H"
_UNSPLIT_BYTES: Final = 2**40
_READING: Final = (OSError, ValueError, KeyError, TypeError, NotImplementedError, OverflowError)
"""What the reading of a broken table raises beside Delta's own errors."""
_NO_STATISTICS: Final = {"delta.dataSkippingNumIndexedCols": "0"}


def replace_hours(
    path: Path, version: int | None, window: Window, rows: "pa.Table", order: Sequence[str]
) -> int | None:
    """Replaces every hour of a window, so that writing it twice changes nothing.

    Args:
        path: the table's folder.
        version: what counts of the table; None: nothing. What was written after it is taken back.
        window: its hours are replaced; those without a row are emptied.
        rows: with ``bucket``, the start of their hour; those of other hours are left out.
        order: the columns that rows are sorted by.

    Returns:
        The table's version with these rows; None: it still has none.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    buckets = pc.strftime(rows["bucket"].cast(pa.timestamp("us", "UTC")), format=_FORM)
    start, end = window.start.strftime(_FORM), window.end.strftime(_FORM)
    inside = pc.and_(pc.greater_equal(buckets, start), pc.less(buckets, end))
    place = rows.column_names.index("bucket")
    fresh = rows.set_column(place, "bucket", buckets).filter(inside)
    fresh = fresh.sort_by([(column, "ascending") for column in ("bucket", *order)])
    return _overwrite(path, version, fresh, f"bucket >= '{start}' AND bucket < '{end}'", partition_by=["bucket"])


def hour_files(path: Path, version: int | None) -> list[tuple[datetime, Path]]:
    """The files of a table by hour, one an hour, in order; they hold all columns but ``bucket``."""
    if version is None:
        return []
    import pyarrow as pa

    with explained(path, *_READING):
        actions = pa.table(_open(path, version).get_add_actions(flatten=True))
    hours = [
        datetime.strptime(name, _FORM).replace(tzinfo=timezone.utc) for name in actions["partition.bucket"].to_pylist()
    ]
    files = [path / unquote(file) for file in actions["path"].to_pylist()]
    return sorted(zip(hours, files, strict=True))


def replace_documents(path: Path, version: int | None, documents: Mapping[str, Mapping[str, Any]]) -> int | None:
    """Replaces all documents of a table: JSON objects by name.

    Args:
        path: the table's folder.
        version: what counts of the table; None: nothing. What was written after it is taken back.
        documents: by name.

    Returns:
        The table's version with these documents; None: it still has none.
    """
    import pyarrow as pa

    if documents == read_documents(path, version):
        return version
    values = [json.dumps(value, ensure_ascii=False, allow_nan=False) for value in documents.values()]
    rows = pa.table({"name": pa.array(documents, pa.string()), "value": pa.array(values, pa.string())})
    return _overwrite(path, version, rows, None)


def read_documents(path: Path, version: int | None) -> dict[str, Any]:
    """The documents of a table by name, in the order of their names."""
    rows = read_rows(path, version)
    with explained(path, *_READING):
        return {row["name"]: json.loads(row["value"]) for row in sorted(rows, key=lambda row: row["name"])}


def replace_row(path: Path, row: "pa.Table", name: str) -> None:
    """Puts a row in the place of the one with the same value in a column.

    Args:
        path: the table's folder.
        row: one row.
        name: the column that tells rows apart; its values are made of letters and digits.
    """
    key = row[name][0].as_py()
    if not key.isalnum():
        raise ValueError(f"{name}: found {key!r}, wanted letters and digits")
    _overwrite(path, newest_version(path), row, f"{name} = '{key}'")


def read_rows(path: Path, version: int | None) -> list[dict[str, Any]]:
    """The rows of a small table."""
    if version is None:
        return []
    import pyarrow as pa
    import pyarrow.parquet as pq

    with explained(path, *_READING):
        files = pa.table(_open(path, version).get_add_actions(flatten=True))["path"].to_pylist()
        return [row for file in files for row in pq.ParquetFile(path / unquote(file)).read().to_pylist()]


def remove_rows(path: Path, column: str, keys: Set[str]) -> None:
    """Removes the rows of a table with certain values in a column, in one step.

    Args:
        path: the table's folder.
        column: whose values are made of letters and digits.
        keys: the values.
    """
    table = _existing(path)
    if table is None or not keys:
        return
    if not all(key.isalnum() for key in keys):
        raise ValueError(f"{column}: found {sorted(keys)!r}, wanted letters and digits")
    listed = ", ".join(f"'{key}'" for key in sorted(keys))
    with explained(path):
        table.delete(f"{column} IN ({listed})")


def vacuum(path: Path, version: int | None, in_use: timedelta) -> int | None:
    """Removes files of a table that no version has needed for so long, but none of the version that counts.

    Args:
        path: the table's folder.
        version: what counts of the table; None: there is none, and nothing is done.
        in_use: a file that was needed since is kept, because somebody may have begun to read it then.

    Returns:
        The version that counts now: the same rows.
    """
    from deltalake import PostCommitHookProperties

    if version is None or not unneeded_files(path, version, in_use):
        return version
    # the vacuum is a change of the table by itself, after which the log of the version that counts must still be there
    hooks = PostCommitHookProperties(create_checkpoint=False, cleanup_expired_logs=False)
    with explained(path):
        table = _open(path, None)
        is_newest = table.version() == version
        table.vacuum(**_retention(version, in_use), dry_run=False, post_commithook_properties=hooks)
        return newest_version(path) if is_newest else version


def unneeded_files(path: Path, version: int | None, in_use: timedelta) -> list[Path]:
    """The files that ``vacuum`` would remove."""
    if version is None:
        return []
    with explained(path):
        names = _open(path, None).vacuum(**_retention(version, in_use), dry_run=True)
    return [file for file in (path / unquote(name) for name in names) if file.exists()]


def _retention(version: int, in_use: timedelta) -> dict[str, Any]:
    hours = math.ceil(in_use / timedelta(hours=1))
    # full: files that a killed command has left without saying so go too
    kept = {"retention_hours": hours, "enforce_retention_duration": False, "keep_versions": [version]}
    return {**kept, "full": True}


def newest_version(path: Path) -> int | None:
    """The version that a table has now; None: there is no such table."""
    table = _existing(path)
    return table.version() if table is not None else None


def _overwrite(
    path: Path, version: int | None, rows: "pa.Table", predicate: str | None, partition_by: list[str] | None = None
) -> int | None:
    from deltalake import write_deltalake

    with explained(path):
        table = _existing(path)
        if table is not None:
            _take_back(table, version)
        if not rows.num_rows:
            if table is None:
                return None
            table.delete(predicate)
            return table.version()
        if table is None:
            path.mkdir(parents=True, exist_ok=True)
        write_deltalake(
            str(path) if table is None else table,
            rows,
            mode="overwrite",
            predicate=predicate if table is not None else None,
            partition_by=partition_by,
            configuration=_NO_STATISTICS if table is None else None,
            target_file_size=_UNSPLIT_BYTES,
        )
        return _open(path, None).version()


def _take_back(table: "DeltaTable", version: int | None) -> None:
    """Takes back what a command that broke off has written after what counts."""
    if version is None:
        table.delete()
    elif table.version() != version:
        table.restore(version)


def _existing(path: Path) -> "DeltaTable | None":
    from deltalake import DeltaTable

    return _open(path, None) if (path / "_delta_log").is_dir() and DeltaTable.is_deltatable(str(path)) else None


def _open(path: Path, version: int | None) -> "DeltaTable":
    from deltalake import DeltaTable

    return DeltaTable(str(path), version=version)
