"""Tables of a launch by hour: an hour is replaced whole and never added to."""

import shutil
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Final

from darklaunch.storage.atomic import replacing
from darklaunch.window import Window

if TYPE_CHECKING:
    import pyarrow as pa

PART: Final = "part-0.parquet"
"""The one file of an hour, in the hour's folder."""

_FORM: Final = "%Y-%m-%dT%H"


def replace_hours(base: Path, window: Window, table: "pa.Table", order: Sequence[str]) -> None:
    """Replaces every hour of a window, so that writing it twice changes nothing.

    Args:
        base: the folder of the table, which holds ``bucket=YYYY-MM-DDTHH/part-0.parquet``.
        window: its hours are replaced; those without a row are emptied.
        table: rows with ``bucket``, the start of their hour.
        order: the columns that rows are sorted by.
    """
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    buckets = pc.strftime(table["bucket"].cast(pa.timestamp("us", "UTC")), format=_FORM)
    asked = (window.start.strftime(_FORM), window.end.strftime(_FORM))
    written = {name for name in pc.unique(buckets).to_pylist() if asked[0] <= name < asked[1]}
    # only hours that have rows, or had some: a window may be as long as it likes
    for hour in hours_in(base):
        name = hour.strftime(_FORM)
        if window.contains(hour) and name not in written:
            shutil.rmtree(base / f"bucket={name}")
    for name in sorted(written):
        rows = table.filter(pc.equal(buckets, name)).drop_columns(["bucket"])
        with replacing(base / f"bucket={name}" / PART) as fresh:
            pq.write_table(rows.sort_by([(column, "ascending") for column in order]), fresh)


def hour_folders(base: Path) -> list[Path]:
    """The folders of the hours that have rows, in order; each holds one ``part-0.parquet``."""
    return sorted(file.parent for file in base.glob(f"bucket=*/{PART}"))


def hours_in(base: Path) -> list[datetime]:
    """The hours that have rows, in order."""
    return [hour_of(folder) for folder in hour_folders(base)]


def hour_of(folder: Path) -> datetime:
    """The start of the hour that a folder is named after."""
    return datetime.strptime(folder.name.removeprefix("bucket="), _FORM).replace(tzinfo=timezone.utc)
