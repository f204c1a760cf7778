"""The choice of how a window is counted, from the footers of its files, and the run of a piece of work."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Final, TypeVar

from darklaunch.capture.choice import ChosenFiles
from darklaunch.capture.rows import UnreadableFileError
from darklaunch.capture.selection import Selection
from darklaunch.engine.processes import run_in_processes
from darklaunch.engine.reading import UnreadableFilesError
from darklaunch.engine.tasks import SMALL_BYTES, BucketTask, hourly_tasks, in_shares
from darklaunch.engine.work import Work
from darklaunch.engine.worker import Unreadable

if TYPE_CHECKING:
    from darklaunch.spark.session import Session

Part = TypeVar("Part")

NO_SPARK: Final = "none"
"""The master under which no Spark is started."""

TASK_BYTES: Final = 512 * 2**20
"""Decoded bytes of the rows that one task may hold."""

MOST_PARTS: Final = 8
"""An hour is cut into so many tasks, each of which reads all of it; a larger hour is shuffled, where Spark is."""

_PARTITION_BYTES: Final = 128 * 2**20


class Feeder(str, Enum):
    """A way to bring the rows of requests together."""

    HOURS = "hours"
    SHUFFLE = "shuffle"
    PROCESSES = "processes"


def choose_feeder(files: ChosenFiles, master: str) -> Feeder:
    """Chooses by the size of the largest hour.

    Args:
        files: of the window.
        master: Spark's; ``none`` for processes of this machine.
    """
    if master == NO_SPARK:
        return Feeder.PROCESSES
    largest = max(files.bytes_by_hour.values(), default=0)
    return Feeder.SHUFFLE if largest > MOST_PARTS * TASK_BYTES else Feeder.HOURS


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """The files of a window, and what counts their rows.

    Attributes:
        files: of the window and its surroundings.
        selection: the window.
        feeder: how rows come together.
        spark: opens the session, once it is needed.
        processes: how many at once without Spark; None: one for each processor.
    """

    files: ChosenFiles
    selection: Selection
    feeder: Feeder
    spark: Callable[[], "Session"]
    processes: int | None = None

    def tasks(self) -> Sequence[BucketTask]:
        """The buckets by hour, the largest first; none where Spark shuffles.

        Raises:
            UnreadableFileError: the ids of a file can't be decoded.
        """
        if self.feeder is not Feeder.PROCESSES:
            # Arrow reserves more memory than there is, and then no process can be forked for a JVM
            self.spark()
        if self.feeder is Feeder.SHUFFLE:
            return ()
        sizes = self.files.bytes_by_hour
        parts = {hour: max(1, -(-size // TASK_BYTES)) for hour, size in sizes.items()}
        tasks = hourly_tasks(self.files.store, self.files.good, self.selection, parts)
        return sorted(tasks, key=lambda task: (-_size(task, sizes), task.name))

    def run(self, work: Work[Part], tasks: Sequence[BucketTask]) -> list[Part]:
        """Does work on every bucket.

        Raises:
            UnreadableFilesError: files can't be decoded; all of these.
        """
        errors: list[UnreadableFileError] = []
        parts: list[Part] = []
        for part in self._parts(work, tasks):
            match part:
                case Unreadable(unreadable):
                    errors += unreadable
                case _:
                    parts.append(part)
        if errors:
            raise UnreadableFilesError(errors)
        return parts

    def _parts(self, work: Work[Part], tasks: Sequence[BucketTask]) -> Iterator[Part | Unreadable]:
        store = self.files.store
        match self.feeder:
            case Feeder.PROCESSES:
                small = sum(self.files.bytes_by_hour.values()) <= SMALL_BYTES
                return run_in_processes(work, store, tasks, processes=1 if small else self.processes)
            case Feeder.HOURS:
                # here: without Spark nothing of it is imported
                from darklaunch.engine.spark import run_by_hours

                sizes = self.files.bytes_by_hour
                shares = in_shares(tasks, [_size(task, sizes) for task in tasks])
                return run_by_hours(self.spark(), work, store, shares)
            case Feeder.SHUFFLE:
                from darklaunch.engine.spark import run_behind_shuffle

                partitions = 2 + sum(self.files.bytes_by_hour.values()) // _PARTITION_BYTES
                return run_behind_shuffle(self.spark(), work, store, self.files.good, partitions)


def _size(task: BucketTask, sizes: Mapping[datetime, int]) -> int:
    return sizes.get(task.files[0].hour, 0) // task.parts if task.files else 0
