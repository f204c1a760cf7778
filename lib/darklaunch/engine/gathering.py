"""The gathering of what workers have written: whole parts of one attempt alone, and all of them."""

from pathlib import Path
from typing import Final

import pyarrow.parquet as pq

from darklaunch.errors import OutsideError

_TABLES: Final = ("pairs", "differences")


def gather_parts(attempt: Path, folder: Path, pairs: int) -> None:
    """Moves the parts that workers have written into the folder of a window.

    A worker that Spark has given up may still write, but only where nobody looks any more.

    Args:
        attempt: the folder that the workers were given.
        folder: of the window.
        pairs: rows that they say they have written to the table of pairs.

    Raises:
        OutsideError: they have written them where this process can't see them.
    """
    for table in _TABLES:
        parts = sorted((attempt / table).glob("part-*.parquet"))
        for part in parts:
            (folder / table).mkdir(parents=True, exist_ok=True)
            part.rename(folder / table / part.name)
    seen = sum(pq.read_metadata(file).num_rows for file in (folder / "pairs").glob("part-*.parquet"))
    if seen != pairs:
        raise OutsideError(
            f"--out: found {seen:,} of the {pairs:,} rows that Spark's workers have written, wanted all of them; give "
            "a folder that lies on a file system which this machine and all workers share, under the same path"
        )
