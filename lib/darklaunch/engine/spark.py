"""The engine in Spark: buckets in its Python workers, by hour or, where hours are too large, behind a shuffle."""

import pickle
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Any, Final, TypeVar

import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import SparkSession
from pyspark.sql import types as T
from pyspark.sql.pandas.types import from_arrow_schema

from darklaunch.capture.around import rows_around
from darklaunch.capture.files import CaptureFile
from darklaunch.capture.location import LogLocation
from darklaunch.capture.rows import CAPTURE, UnreadableFileError, read_file
from darklaunch.engine.tasks import BucketTask
from darklaunch.engine.work import Bucket, Work
from darklaunch.engine.worker import Orders, Unreadable, do_task, opened

Part = TypeVar("Part")
Batches = Iterable[pa.RecordBatch]

_PART: Final = T.StructType([T.StructField("part", T.BinaryType(), nullable=False)])
_UNREADABLE: Final = "\0unreadable"
"""Stands for the arm of a row that says which file can't be decoded."""

_MARKS: Final = pa.schema([("arm", pa.string()), ("possible_time", pa.bool_()), ("in_window", pa.bool_())])


def run_by_hours(
    spark: SparkSession, work: Work[Part], store: LogLocation, tasks: Sequence[BucketTask]
) -> Iterator[Part | Unreadable]:
    """Does work on every bucket, each in a task of one Spark job.

    Args:
        spark: the session.
        work: what to do.
        store: where the log lies, which the workers read themselves.
        tasks: the buckets, the largest first.

    Yields:
        What each bucket comes to.
    """
    if not tasks:
        return
    orders, pickled = pickle.dumps(Orders(work, store)), [pickle.dumps(task) for task in tasks]

    def do_numbers(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for number in batch.column(0).to_pylist():
                yield _packed(do_task(orders, pickle.loads(pickled[number])))

    numbers = spark.range(0, len(tasks), 1, len(tasks))
    yield from _parts(numbers.mapInArrow(do_numbers, _PART).toArrow())


def run_behind_shuffle(
    spark: SparkSession, work: Work[Part], store: LogLocation, files: Sequence[CaptureFile], partitions: int
) -> Iterator[Part | Unreadable]:
    """Does work on buckets that Spark has brought together by request id.

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
    schema = pa.schema([*(CAPTURE.field(name) for name in work.columns), *_MARKS])

    def read_numbers(batches: Batches) -> Iterator[pa.RecordBatch]:
        given, _ = opened(orders)
        for batch in batches:
            for number in batch.column(0).to_pylist():
                file = pickle.loads(pickled[number])
                yield from _marked(given, file, number, schema).to_batches(max_chunksize=1000)

    numbers = spark.range(0, len(files), 1, len(files))
    rows = numbers.mapInArrow(read_numbers, from_arrow_schema(schema)).repartition(partitions, "request_id")
    yield from _parts(rows.mapInArrow(partial(_do_partition, orders, pickled), _PART).toArrow())


def _marked(given: Orders[Any], file: CaptureFile, number: int, schema: pa.Schema) -> pa.Table:
    """The rows of a file; of one that can't be decoded a single row, with its number and the reason."""
    try:
        rows = read_file(given.store, file, given.work.columns)
    except UnreadableFileError as error:
        facts = {"arm": _UNREADABLE, "path": str(number), "error": str(error)}
        return pa.Table.from_pylist([{**dict.fromkeys(schema.names), **facts}], schema=schema)
    return rows_around(rows, file.arm, file.hour, given.work.selection).select(schema.names).cast(schema)


def _do_partition(orders: bytes, files: Sequence[bytes], batches: Batches) -> Iterator[pa.RecordBatch]:
    from pyspark import TaskContext

    received = list(batches)
    if not received:
        return
    rows = _as_read(pa.Table.from_batches(received))
    arms = {arm: rows.filter(pc.equal(rows["arm"], arm)) for arm in pc.unique(rows["arm"]).to_pylist()}
    if _UNREADABLE in arms:
        facts = zip(arms[_UNREADABLE]["path"].to_pylist(), arms[_UNREADABLE]["error"].to_pylist(), strict=True)
        errors = (UnreadableFileError(pickle.loads(files[int(number)]), reason) for number, reason in facts)
        yield _packed(Unreadable(tuple(errors)))
        return
    context = TaskContext.get()
    name = f"shuffled-{context.partitionId() if context is not None else 0:05}"
    _, act = opened(orders)
    yield _packed(act(Bucket(name=name, arms=arms, closed=False)))


def _as_read(rows: pa.Table) -> pa.Table:
    """The rows in the types in which they were read; Spark knows fewer."""
    fields = [CAPTURE.field(name) if name in CAPTURE.names else _MARKS.field(name) for name in rows.column_names]
    typed = rows.cast(pa.schema(fields))
    return typed.set_column(typed.column_names.index("endpoint"), "endpoint", typed["endpoint"].dictionary_encode())


def _packed(part: object) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([pa.array([pickle.dumps(part)], pa.binary())], names=["part"])


def _parts(packed: pa.Table) -> Iterator[Any]:
    for part in packed["part"].to_pylist():
        yield pickle.loads(part)
