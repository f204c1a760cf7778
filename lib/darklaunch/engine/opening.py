"""The opening of a window: its files chosen, the way chosen in which they are counted, and rows read back by id."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from darklaunch.capture.arm import Arm
from darklaunch.capture.choice import choose_files
from darklaunch.capture.files import CaptureFile, CaptureLog
from darklaunch.capture.rows import CAPTURE
from darklaunch.capture.selection import Selection
from darklaunch.engine.run import Engine, Feeder, choose_feeder
from darklaunch.engine.tasks import BucketTask, read_good_rows
from darklaunch.triage.encoded_pairs import PairsPart

if TYPE_CHECKING:
    from darklaunch.spark.session import Session


def open_engine(
    log: CaptureLog,
    selection: Selection,
    *,
    unreadable: Mapping[str, str],
    refuse_corrupt: bool,
    master: str,
    spark: Callable[[bool], "Session"],
) -> Engine:
    """Chooses the files of a window, and how they are counted.

    Args:
        log: what ``list_log`` returned.
        selection: the window.
        unreadable: places of files that could not be decoded, with the reasons.
        refuse_corrupt: whether a file that can't be read stops the run.
        master: Spark's; ``none`` for processes of this machine.
        spark: opens the session once it is needed; told whether Spark itself moves rows.

    Raises:
        ContractError: the window has no file that can be read.
    """
    files = choose_files(log, selection, unreadable, refuse_corrupt=refuse_corrupt)
    feeder = choose_feeder(files, master)
    return Engine(files=files, selection=selection, feeder=feeder, spark=partial(spark, feeder is Feeder.SHUFFLE))


def pair_parts(engine: Engine, tasks: Sequence[BucketTask], pairs: Path) -> list[PairsPart]:
    """The ways back from a window's pairs to the captured requests behind them.

    Args:
        engine: of the window.
        tasks: its buckets; none where Spark shuffled.
        pairs: the folder of its table of pairs.
    """
    if not tasks:
        files = sorted(pairs.glob("part-*.parquet"))
        return [_part(engine, files, engine.files.good)] if files else []
    # a task that was cut has written more than one part
    written = {task: sorted(pairs.glob(f"part-{task.name}.*")) for task in sorted(tasks, key=lambda task: task.name)}
    return [_part(engine, files, (*task.files, *task.elsewhere)) for task, files in written.items() if files]


def _part(engine: Engine, pairs: Sequence[Path], captured: Sequence[CaptureFile]) -> PairsPart:
    def read(columns: Sequence[str]) -> pa.Table:
        return pa.concat_tables([pq.ParquetFile(file).read(columns=list(columns)) for file in pairs])

    return PairsPart(pairs=read, production_rows=partial(_production_rows, engine, captured))


def _production_rows(
    engine: Engine, files: Sequence[CaptureFile], request_ids: pa.Array, columns: Sequence[str]
) -> pa.Table:
    """The good production rows of some requests that lie in the window, of some files."""
    tables = [pa.schema([CAPTURE.field(name) for name in columns]).empty_table()]
    for file in files:
        if file.arm == Arm.PRODUCTION.value:
            rows = read_good_rows(engine.files.store, file, columns, request_ids, engine.selection)
            tables.append(rows.filter(rows["in_window"]).select(list(columns)).cast(tables[0].schema))
    return pa.concat_tables(tables)
