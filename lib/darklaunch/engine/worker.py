"""A worker: reads buckets and does the work on them; what it resolves of rules and endpoints it keeps between them."""

import pickle
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from darklaunch.capture.location import LogLocation
from darklaunch.capture.rows import UnreadableFileError
from darklaunch.engine.reading import UnreadableFilesError, read_bucket
from darklaunch.engine.tasks import BucketTask
from darklaunch.engine.work import Bucket, Work

Part = TypeVar("Part")

_started: dict[bytes, Callable[[Bucket], Any]] = {}
_MOST_STARTED: Final = 4


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A bucket that could not be read: its files that can't be decoded, each with the reason."""

    errors: tuple[UnreadableFileError, ...]


@dataclass(frozen=True, slots=True)
class Orders(Generic[Part]):
    """The work, and where the log lies."""

    work: Work[Part]
    store: LogLocation


def do_task(orders: bytes, task: BucketTask) -> Any:  # noqa: ANN401 - the part of the work that was pickled
    """Reads a bucket and does the work on it.

    Args:
        orders: pickled ``Orders``.
        task: the bucket.

    Returns:
        What the work comes to, or ``Unreadable``.
    """
    given: Orders[Any] = pickle.loads(orders)
    try:
        arms = read_bucket(given.store, task, given.work.columns, given.work.selection)
    except UnreadableFilesError as error:
        return Unreadable(error.errors)
    return started(orders)(Bucket(name=task.name, arms=arms, closed=task.closed))


def started(orders: bytes) -> Callable[[Bucket], Any]:
    """The work's function, made once."""
    if orders not in _started:
        if len(_started) >= _MOST_STARTED:
            _started.clear()
        given: Orders[Any] = pickle.loads(orders)
        _started[orders] = given.work.start()
    return _started[orders]
