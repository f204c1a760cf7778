"""The engine without Spark: buckets in processes of this machine."""

import multiprocessing
import os
import pickle
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from itertools import chain
from typing import TypeVar

from darklaunch.capture.location import LogLocation
from darklaunch.engine.tasks import BucketTask
from darklaunch.engine.work import Work
from darklaunch.engine.worker import Orders, Unreadable, do_task
from darklaunch.errors import OutsideError

Part = TypeVar("Part")


def run_in_processes(
    work: Work[Part], store: LogLocation, tasks: Sequence[BucketTask], *, processes: int | None = None
) -> Iterator[Part | Unreadable]:
    """Does work on every bucket.

    Args:
        work: what to do.
        store: where the log lies.
        tasks: the buckets, the largest first.
        processes: how many at once; None: one for each processor; 1: this one.

    Yields:
        What each bucket comes to, or each part of it.

    Raises:
        OutsideError: a process was killed.
    """
    many = min(processes or os.cpu_count() or 1, len(tasks))
    do = partial(do_task, pickle.dumps(Orders(work, store)))
    if many <= 1:
        yield from chain.from_iterable(map(do, tasks))
        return
    # not fork: a driver has threads, which a forked child would find stopped in the middle of anything
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["darklaunch.engine.worker"])
    try:
        with ProcessPoolExecutor(many, mp_context=context) as pool:
            yield from chain.from_iterable(pool.map(do, tasks))
    except BrokenProcessPool as error:
        raise OutsideError(
            "engine: a worker process was killed, most likely for want of memory; give the machine more, or use Spark"
        ) from error
