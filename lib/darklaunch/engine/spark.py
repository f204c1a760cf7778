"""The engine in Spark: buckets in its Python workers, by hour or, where hours are too large, behind a shuffle."""

import pickle
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Any, Final, TypeVar

import numpy as np
import pyarrow as pa
from pyspark.sql import SparkSession
from pyspark.sql import types as T

from darklaunch.capture.around import rows_around
from darklaunch.capture.files import CaptureFile
from darklaunch.capture.location import LogLocation
from darklaunch.capture.rows import UnreadableFileError, read_batches
from darklaunch.engine.reading import part_of, together
from darklaunch.engine.tasks import BucketTask
from darklaunch.engine.work import Bucket, Work
from darklaunch.engine.worker import Orders, Unreadable, do_task, opened

Part = TypeVar("Part")
Batches = Iterable[pa.RecordBatch]

_PART: Final = T.StructType([T.StructField("part", T.BinaryType(), nullable=False)])
_PARCEL: Final = T.StructType(
    [
        T.StructField("partition", T.IntegerType(), nullable=False),
        T.StructField("file", T.LongType(), nullable=False),
        T.StructField("unreadable", T.StringType()),
        T.StructField("rows", T.BinaryType(), nullable=False),
    ]
)
_COMPRESSED: Final = pa.ipc.IpcWriteOptions(compression="lz4", use_threads=False)
_READERS: Final = 4
"""Tasks that read files, for each partition that they are shuffled to."""

_PARCEL_BYTES: Final = 16 * 2**20
"""Decoded bytes of the rows that are sorted by partition at once."""


def run_by_hours(
    spark: SparkSession, work: Work[Part], store: LogLocation, shares: Sequence[Sequence[BucketTask]]
) -> Iterator[Part | Unreadable]:
    """Does work on every bucket, each share in a task of one Spark job.

    Args:
        spark: the session.
        work: what to do.
        store: where the log lies, which the workers read themselves.
        shares: the buckets, the largest first.

    Yields:
        What each bucket comes to.
    """
    if not shares:
        return
    orders, pickled = pickle.dumps(Orders(work, store)), [pickle.dumps(share) for share in shares]

    def do_numbers(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for number in batch.column(0).to_pylist():
                for task in pickle.loads(pickled[number]):
                    yield from map(_packed, do_task(orders, task))

    numbers = spark.range(0, len(shares), 1, len(shares))
    yield from _parts(numbers.mapInArrow(do_numbers, _PART).toArrow())


def run_behind_shuffle(
    spark: SparkSession, work: Work[Part], store: LogLocation, files: Sequence[CaptureFile], partitions: int
) -> Iterator[Part | Unreadable]:
    """Does work on buckets that Spark has brought together by request id.

    Spark is handed Arrow's own bytes of many rows at once: to turn every row into one of Spark's and back took as long
    as all else.

    Args:
        spark: the session.
        work: what to do.
        store: where the log lies, which the workers read themselves.
        files: of the window and its surroundings.
        partitions: how many buckets.

    Yields:
        What each bucket comes to.
    """
    orders, pickled = pickle.dumps(Orders(work, store)), [pickle.dumps(file) for file in files]

    def read_numbers(batches: Batches) -> Iterator[pa.RecordBatch]:
        given, _ = opened(orders)
        for batch in batches:
            for number in batch.column(0).to_pylist():
                yield from _parcels(given, number, pickle.loads(pickled[number]), partitions)

    # a task for each of many small files would take longer to start than to run
    numbers = spark.range(0, len(files), 1, min(len(files), _READERS * partitions))
    parcels = numbers.mapInArrow(read_numbers, _PARCEL).repartitionById(partitions, "partition")
    yield from _parts(parcels.mapInArrow(partial(_do_partition, orders, pickled), _PART).toArrow())


def _parcels(given: Orders[Any], number: int, file: CaptureFile, partitions: int) -> Iterator[pa.RecordBatch]:
    """The rows of a file by the partition of their request; of one that can't be decoded the reason, in the first."""
    try:
        for rows in read_batches(given.store, file, given.work.columns):
            around = rows_around(rows, file.arm, file.hour, given.work.selection)
            at_once = max(1, around.num_rows * _PARCEL_BYTES // max(1, around.nbytes))
            for start in range(0, around.num_rows, at_once):
                yield from _sorted(number, around.slice(start, at_once), partitions)
    except UnreadableFileError as error:
        yield _parcel(0, number, str(error), None)


def _sorted(number: int, rows: pa.Table, partitions: int) -> Iterator[pa.RecordBatch]:
    """Rows of a file as a parcel for each partition."""
    partition_of = part_of(rows["request_id"], partitions)
    rows = rows.take(pa.array(np.argsort(partition_of, kind="stable")))
    ends = np.cumsum(np.bincount(partition_of, minlength=partitions)).tolist()
    for partition, (first, end) in enumerate(zip([0, *ends], ends, strict=False)):
        if first < end:
            yield _parcel(partition, number, None, rows.slice(first, end - first))


def _parcel(partition: int, number: int, unreadable: str | None, rows: pa.Table | None) -> pa.RecordBatch:
    sink = pa.BufferOutputStream()
    if rows is not None:
        with pa.ipc.new_stream(sink, rows.schema, options=_COMPRESSED) as writer:
            writer.write_table(rows)
    buffer = sink.getvalue()
    columns = [
        pa.array([partition], pa.int32()),
        pa.array([number], pa.int64()),
        pa.array([unreadable], pa.string()),
        pa.BinaryArray.from_buffers(pa.binary(), 1, [None, pa.py_buffer(np.array([0, buffer.size], np.int32)), buffer]),
    ]
    return pa.RecordBatch.from_arrays(columns, names=_PARCEL.names)


def _do_partition(orders: bytes, files: Sequence[bytes], batches: Batches) -> Iterator[pa.RecordBatch]:
    from pyspark import TaskContext

    errors: list[UnreadableFileError] = []
    arms: dict[str, list[pa.Table]] = defaultdict(list)
    for batch in batches:
        numbers, reasons = batch.column("file").to_pylist(), batch.column("unreadable").to_pylist()
        for number, reason, rows in zip(numbers, reasons, batch.column("rows"), strict=True):
            file: CaptureFile = pickle.loads(files[number])
            if reason is None:
                arms[file.arm].append(pa.ipc.open_stream(rows.as_buffer()).read_all())
            else:
                errors.append(UnreadableFileError(file, reason))
    if errors:
        yield _packed(Unreadable(tuple(errors)))
    elif arms:
        context = TaskContext.get()
        name = f"shuffled-{context.partitionId() if context is not None else 0:05}"
        _, act = opened(orders)
        yield _packed(act(Bucket(name=name, arms=together(arms), closed=False)))


def _packed(part: object) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([pa.array([pickle.dumps(part)], pa.binary())], names=["part"])


def _parts(packed: pa.Table) -> Iterator[Any]:
    for part in packed["part"].to_pylist():
        yield pickle.loads(part)
