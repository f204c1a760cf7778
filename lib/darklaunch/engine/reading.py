"""Reading of a bucket: the rows of a task's files by arm, with the requests that cross hours brought together."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from darklaunch.capture.around import rows_around
from darklaunch.capture.id_hash import hash_ids
from darklaunch.capture.location import LogLocation
from darklaunch.capture.rows import UnreadableFileError, read_batches
from darklaunch.capture.selection import Selection
from darklaunch.engine.tasks import BucketTask

MOST_BYTES: Final = 2**30
"""Decoded bytes of a bucket's rows that are held at once: twice what a task should hold by the footers."""


class BucketTooLargeError(Exception):
    """A bucket whose rows take far more memory than the footers say: Parquet stores a body that repeats once."""


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
        BucketTooLargeError: its rows take more than ``MOST_BYTES``, and can be cut.
    """
    added = pa.array(task.added, pa.string())
    left_out = pa.array(task.left_out, pa.string())
    asked = [(file, partial(_without, left_out)) for file in task.files]
    asked += [(file, partial(_only, added)) for file in task.elsewhere]
    arms: dict[str, list[pa.Table]] = defaultdict(list)
    errors: list[UnreadableFileError] = []
    held_bytes = 0
    for file, chosen in asked:
        batches = read_batches(store, file, columns)
        try:
            for rows in batches:
                arms[file.arm].append(rows_around(_of_part(chosen(rows), task), file.arm, file.hour, selection))
                held_bytes += arms[file.arm][-1].nbytes
                if held_bytes > MOST_BYTES and not errors and _can_be_cut(arms):
                    raise BucketTooLargeError
        except UnreadableFileError as error:
            errors.append(error)
    if errors:
        raise UnreadableFilesError(errors)
    return together(arms)


def together(arms: Mapping[str, Sequence[pa.Table]]) -> dict[str, pa.Table]:
    """The rows of each arm as one table, in which a word has one code."""
    return {arm: pa.concat_tables(tables).unify_dictionaries() for arm, tables in arms.items()}


def _only(request_ids: pa.Array, rows: pa.Table) -> pa.Table:
    return rows.filter(pc.is_in(rows["request_id"], value_set=request_ids))


def _without(request_ids: pa.Array, rows: pa.Table) -> pa.Table:
    return rows.filter(pc.invert(pc.is_in(rows["request_id"], value_set=request_ids))) if len(request_ids) else rows


def _of_part(rows: pa.Table, task: BucketTask) -> pa.Table:
    if task.parts == 1:
        return rows
    return rows.filter(pa.array(part_of(rows["request_id"], task.parts) == task.part))


def halves(task: BucketTask) -> Iterator[BucketTask]:
    """A task cut in two by request id."""
    for half in (0, 1):
        part = task.part + half * task.parts
        yield replace(task, name=f"{task.name}.{half}", part=part, parts=2 * task.parts)


def _can_be_cut(arms: Mapping[str, Sequence[pa.Table]]) -> bool:
    """Whether there is more than one request."""
    ids = pa.chunked_array(
        [chunk for tables in arms.values() for table in tables for chunk in table["request_id"].chunks]
    )
    return len(pc.unique(pc.utf8_lower(ids))) > 1


def part_of(request_ids: pa.ChunkedArray, parts: int) -> np.ndarray:
    """The part that each request belongs to, whatever the case of its id; rows without an id share one."""
    ids = pc.utf8_lower(pc.fill_null(request_ids, "")).cast(pa.binary()).to_pylist()
    return hash_ids(ids) % np.uint32(parts)
