"""Reading of a bucket: the rows of a task's files by arm, with the requests that cross hours brought together."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from darklaunch.capture.around import rows_around
from darklaunch.capture.files import CaptureFile
from darklaunch.capture.id_hash import hash_ids
from darklaunch.capture.location import LogLocation
from darklaunch.capture.rows import UnreadableFileError, read_file
from darklaunch.capture.selection import Selection
from darklaunch.engine.tasks import BucketTask


class UnreadableFilesError(Exception):
    """Files of a bucket that can't be decoded, each with the reason."""

    def __init__(self, errors: Sequence[UnreadableFileError]) -> None:
        super().__init__(list(errors))
        self.errors = tuple(errors)


def read_bucket(
    store: LogLocation, task: BucketTask, columns: Sequence[str], selection: Selection
) -> Mapping[str, pa.Table]:
    """Reads the rows of a bucket by the arm of their folder.

    Args:
        store: where the log lies.
        task: the bucket.
        columns: those of the log that are read.
        selection: the window.

    Raises:
        UnreadableFilesError: one or more of its files can't be decoded; all of these.
    """
    added = pa.array(task.added, pa.string())
    left_out = pa.array(task.left_out, pa.string())
    arms: dict[str, list[pa.Table]] = defaultdict(list)
    errors: list[UnreadableFileError] = []
    for file in (*task.files, *task.elsewhere):
        try:
            rows = read_file(store, file, columns)
        except UnreadableFileError as error:
            errors.append(error)
            continue
        arms[file.arm].append(rows_around(_asked(rows, file, task, added, left_out), file.arm, file.hour, selection))
    if errors:
        raise UnreadableFilesError(errors)
    return together(arms)


def together(arms: Mapping[str, Sequence[pa.Table]]) -> dict[str, pa.Table]:
    """The rows of each arm as one table, in which a word has one code."""
    return {arm: pa.concat_tables(tables).unify_dictionaries() for arm, tables in arms.items()}


def _asked(rows: pa.Table, file: CaptureFile, task: BucketTask, added: pa.Array, left_out: pa.Array) -> pa.Table:
    """The rows of a file that are the bucket's."""
    if file not in task.files:
        rows = rows.filter(pc.is_in(rows["request_id"], value_set=added))
    elif len(left_out):
        rows = rows.filter(pc.invert(pc.is_in(rows["request_id"], value_set=left_out)))
    if task.parts > 1:
        rows = rows.filter(pa.array(part_of(rows["request_id"], task.parts) == task.part))
    return rows


def part_of(request_ids: pa.ChunkedArray, parts: int) -> np.ndarray:
    """The part that each request belongs to, whatever the case of its id; rows without an id share one."""
    ids = pc.utf8_lower(pc.fill_null(request_ids, "")).cast(pa.binary()).to_pylist()
    return hash_ids(ids) % np.uint32(parts)
