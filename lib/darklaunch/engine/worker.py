"""A worker: reads buckets and does the work on them; what it resolves of rules and endpoints it keeps between them."""

import pickle
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Generic, TypeVar

from darklaunch.capture.location import LogLocation
from darklaunch.capture.rows import UnreadableFileError
from darklaunch.engine.reading import BucketTooLargeError, UnreadableFilesError, halves, read_bucket
from darklaunch.engine.tasks import BucketTask
from darklaunch.engine.work import Bucket, Work

Part = TypeVar("Part")

_MOST_OPENED: Final = 4


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A bucket that could not be read: its files that can't be decoded, each with the reason."""

    errors: tuple[UnreadableFileError, ...]


@dataclass(frozen=True, slots=True)
class Orders(Generic[Part]):
    """The work, and where the log lies."""

    work: Work[Part]
    store: LogLocation


def do_task(orders: bytes, task: BucketTask) -> list[Any]:
    """Reads a bucket and does the work on it; one that is larger than its footers say is cut, and done part by part.

    Args:
        orders: pickled ``Orders``.
        task: the bucket.

    Returns:
        What the work comes to for each part, or ``Unreadable``.
    """
    given, act = opened(orders)
    try:
        arms = read_bucket(given.store, task, given.work.columns, given.work.selection)
    except UnreadableFilesError as error:
        return [Unreadable(error.errors)]
    except BucketTooLargeError:
        return [part for half in halves(task) for part in do_task(orders, half)]
    return [act(Bucket(name=task.name, arms=arms, closed=task.closed))]


@lru_cache(maxsize=_MOST_OPENED)
def opened(orders: bytes) -> tuple[Orders[Any], Callable[[Bucket], Any]]:
    """The orders, and the function of their work; made once, whatever the number of buckets."""
    given: Orders[Any] = pickle.loads(orders)
    return given, given.work.start()
