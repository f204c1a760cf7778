"""The process that sends copies and writes rows, beside the one that serves users.

It reads frames from its standard input, first the settings and then answered requests, and ends when that ends: when
the other process closes it, or is killed. Its counts go to standard output, every now and then and at the end.
"""

import asyncio
import logging
import os
import signal
import sys
import time
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from datetime import datetime, timezone
from importlib.abc import MetaPathFinder
from types import ModuleType
from typing import Any, BinaryIO, Final

from darklaunch.capture.arm import Arm
from darklaunch.capture.mirror.answered import Answered, Response
from darklaunch.capture.mirror.budget import Budget
from darklaunch.capture.mirror.copying.copies import Copier
from darklaunch.capture.mirror.counts import Counting
from darklaunch.capture.mirror.frames import ANSWERED, LENGTH_BYTES, SETTINGS, framed, length_of, read_frame
from darklaunch.capture.mirror.redaction.redactor import Redactor
from darklaunch.capture.mirror.rows.request_rows import RequestRows
from darklaunch.capture.mirror.rows.writing_thread import LOG, WritingThread
from darklaunch.capture.mirror.settings import MirrorSettings
from darklaunch.capture.writing.writer import CaptureWriter
from darklaunch.storage.permissions import close_to_others

_WRITE_SECONDS: Final = 30.0
_REPORT_SECONDS: Final = 0.5
_OWN_BYTES: Final = 4096
_BEHIND_SECONDS: Final = 1.0


class Worker:
    """Sends copies and hands rows to the thread that writes them."""

    def __init__(self, settings: MirrorSettings, counting: Counting) -> None:
        limits = settings.limits
        self._settings, self._counting = settings, counting
        # the other half is that of the process that serves users
        self._budget = Budget(limits.memory_bytes // 2)
        self._redactor = Redactor(settings.redaction)
        writer = CaptureWriter(settings.out, rotate_bytes=limits.rotate_bytes, rotate_seconds=limits.rotate_seconds)
        self._writing = WritingThread(writer, counting)
        self._tasks: set[asyncio.Task[None]] = set()
        self._ready_seconds = time.monotonic()
        self._copiers = {
            arm: Copier(target, limits, self._budget, keep_host=settings.keep_host)
            for arm, target in settings.copies.items()
        }

    async def run(self, requests: BinaryIO, report: BinaryIO) -> None:
        """Works until the requests end, and then until what they left is written or its time is over."""
        self._writing.start()
        reporting = asyncio.ensure_future(self._report(report))
        stream = asyncio.StreamReader(limit=1 << 20)
        loop = asyncio.get_running_loop()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(stream), requests)
        try:
            while True:
                head = await stream.readexactly(LENGTH_BYTES)
                self._take(await stream.readexactly(length_of(head)))
        except asyncio.IncompleteReadError:
            pass
        await self._drain()
        written = await asyncio.to_thread(self._writing.close, _WRITE_SECONDS)
        if not written:
            LOG.error("rows lost: the capture log was not written within %d s after the end", _WRITE_SECONDS)
        reporting.cancel()

    def _take(self, payload: bytes) -> None:
        held_bytes = 2 * len(payload) + _OWN_BYTES
        if not self._budget.take(held_bytes):
            for arm in (Arm.PRODUCTION, *self._copiers):
                self._counting.add("lost", arm)
            return
        answered = ANSWERED.decode(payload)
        rows = RequestRows(answered, self._settings, self._redactor, self._budget, held_bytes=held_bytes)
        self._put(rows, Arm.PRODUCTION, answered.production, 0)
        behind_seconds = max(answered.production.age_seconds, self._writing.behind_seconds)
        # what came in while the worker started is older than that
        behind_seconds = min(behind_seconds, time.monotonic() - self._ready_seconds)
        for arm in self._copiers:
            if behind_seconds > _BEHIND_SECONDS:
                # a copy takes far longer than a row, and rows that wait are lost with the process
                self._put(rows, arm, Response(captured_at=datetime.now(timezone.utc), error="dropped"), 0)
            else:
                self._spawn(self._copy(arm, answered, rows))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _copy(self, arm: Arm, answered: Answered, rows: RequestRows) -> None:
        # what stands in the row where the copy is cancelled or something fails that nobody thought of
        response, held_bytes = Response(captured_at=answered.production.captured_at, error="dropped"), 0
        try:
            response, held_bytes = await self._copiers[arm].answer(answered)
        except Exception:  # a copy must not end the others
            self._counting.add("failures")
            LOG.exception("a copy failed in the recorder")
        finally:
            self._put(rows, arm, response, held_bytes)

    def _put(self, rows: RequestRows, arm: Arm, response: Response, held_bytes: int) -> None:
        self._writing.put(arm, response, rows.row, lambda: rows.release(held_bytes))

    async def _drain(self) -> None:
        if self._tasks:
            _, late = await asyncio.wait(set(self._tasks), timeout=self._settings.limits.drain_seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        for copier in self._copiers.values():
            await copier.close()

    async def _report(self, report: BinaryIO) -> None:
        # the first one says that the worker is ready
        while True:
            send_counts(report, self._counting)
            await asyncio.sleep(_REPORT_SECONDS)


def send_counts(report: BinaryIO, counting: Counting) -> None:
    """Sends the counts so far; nobody may be there any more to read them."""
    try:
        report.write(framed(counting.so_far()))
        report.flush()
    except OSError:
        pass


class _WithoutPandas(MetaPathFinder):
    """Finds no pandas: pyarrow would import all of it, to see whether a list of rows is one of its series."""

    def find_spec(self, fullname: str, _path: Sequence[str] | None, _target: ModuleType | None = None, /) -> None:
        """Finds nothing, and lets nobody else find pandas."""
        if fullname == "pandas":
            raise ModuleNotFoundError(fullname, name=fullname)


def main() -> None:
    """The process."""
    _stand_back()
    # the end of the input is the end; a terminal and a supervisor signal both processes
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    logging.basicConfig(level=logging.WARNING, format="darklaunch: %(message)s")
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    requests = open(0, "rb", buffering=0, closefd=False)  # noqa: SIM115 - lives as long as the process
    report = sys.stdout.buffer
    payload = read_frame(requests)
    if payload is None:
        return
    counting = Counting()
    asyncio.run(Worker(SETTINGS.decode(payload), counting).run(requests, report))
    send_counts(report, counting)


def _stand_back() -> None:
    """Has the worker cost the processes that serve users as little as can be, and nobody else read what it writes."""
    close_to_others()
    sys.meta_path.insert(0, _WithoutPandas())
    # where there is such a policy: its share of the processor stays, but it interrupts nobody
    with suppress(AttributeError, OSError):
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


if __name__ == "__main__":
    main()
