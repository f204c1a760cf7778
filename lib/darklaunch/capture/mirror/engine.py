"""The mirror: takes answered requests, has copies sent, and has every arm's row written."""

import os
import threading
import time
from typing import Final

from darklaunch.capture.arm import Arm
from darklaunch.capture.location import open_store
from darklaunch.capture.mirror.budget import Budget
from darklaunch.capture.mirror.counts import Counting, MirrorCounts
from darklaunch.capture.mirror.endpoints import Endpoints
from darklaunch.capture.mirror.identity import MARK, REQUEST_ID, RequestIds, cookie, header
from darklaunch.capture.mirror.observation import Observation
from darklaunch.capture.mirror.sampling import Sampler
from darklaunch.capture.mirror.settings import MirrorSettings
from darklaunch.capture.mirror.worker_process import LOG, WorkerProcess
from darklaunch.capture.writing.exchange import Headers

_RESTART_SECONDS: Final = 30.0
_START_SECONDS: Final = 10.0


class Mirror:
    """The mirror of one process.

    ``observe`` and what it gives never wait and never raise: whatever goes wrong in here is counted, and no user sees
    it. Copies are sent and rows written by a process of their own, so that they take no turns with the answers to
    users; it starts with the first request at the latest, so that a server may fork before.
    """

    def __init__(self, settings: MirrorSettings, *, within: bool) -> None:
        """Checks that the log's folder can be opened.

        Args:
            settings: all that it is told.
            within: whether requests are observed inside of production's server.

        Raises:
            UsageError: it is no path or URI that can be opened.
        """
        self.settings = settings
        self._sampler = Sampler(settings.sampling)
        self._endpoints = Endpoints(settings)
        self._ids = RequestIds()
        self._within = within
        self._budget = Budget(settings.limits.memory_bytes // 2)
        self._counting = Counting()
        self._lock = threading.Lock()
        self._worker: WorkerProcess | None = None
        self._closed = False
        open_store(settings.out)

    @property
    def counts(self) -> MirrorCounts:
        """What was done so far; the worker tells its part twice a second and at the end."""
        whole = Counting()
        whole.include(self._counting.so_far())
        worker = self._worker
        if worker is not None:
            whole.include(worker.counts())
        return whole.so_far()

    def start(self) -> None:
        """Has the worker started before the first request, which would compete with it for the processor.

        Returns when it is ready; after some seconds also when it is not.
        """
        if self._sampler.highest > 0 and (worker := self._started()) is not None:
            worker.wait(_START_SECONDS)

    def observe(self, method: str, path: str, query: str | None, headers: Headers) -> Observation | None:
        """Begins to observe a request, unless it is certain that it will not be sampled.

        Args:
            method: as it came.
            path: raw, percent-encoded.
            query: raw, without ``?``.
            headers: as they came.
        """
        try:
            return self._observe(method, path, query, headers)
        except Exception as error:  # a fault of the mirror must not fail the request
            self.complain(error)
            return None

    def complain(self, error: Exception) -> None:
        """Counts a fault of the recorder."""
        self._counting.add("failures")
        if self._counting.so_far().failures == 1:
            LOG.error("a fault of the recorder, of which users see nothing: %s", type(error).__name__, exc_info=error)

    def close(self) -> None:
        """Ends: copies that are on their way get a while, what waits is written, files appear. May be called twice."""
        with self._lock:
            self._closed, closed = True, self._closed
            worker = self._worker
        if not closed and worker is not None and worker.process_id == os.getpid():
            worker.close()

    def _observe(self, method: str, path: str, query: str | None, headers: Headers) -> Observation | None:
        if self._closed or self._sampler.highest <= 0 or header(headers, MARK) is not None:
            return None
        if not self._endpoints.might_be_mirrored(method):
            self._counting.add("unsafe")
            return None
        request_id = self._ids.assign(header(headers, REQUEST_ID))
        unit = self._unit(headers)
        key = unit if unit is not None and self.settings.sampling.by_unit else request_id
        draw = self._sampler.draw(key, time.time())
        if draw >= self._sampler.highest:
            return None
        values = ((name, header(headers, of)) for name, of in self.settings.attributes)
        return Observation(
            request=(method, path, query, headers),
            ids=(request_id, None if unit is None else self._sampler.hidden(unit), draw),
            attributes=tuple((name, value) for name, value in values if value is not None),
            route=self._endpoints.route(path),
            budget=self._budget,
            body_bytes=self.settings.limits.body_bytes,
            within=self._within,
            submit=self._submit,
        )

    def _unit(self, headers: Headers) -> str | None:
        if self.settings.unit_header is not None:
            return header(headers, self.settings.unit_header.lower()) or None
        if self.settings.unit_cookie is not None:
            return cookie(headers, self.settings.unit_cookie) or None
        return None

    def _submit(self, observation: Observation) -> None:
        try:
            if not self._endpoints.may_be_mirrored(observation.method, observation.route):
                self._counting.add("unsafe")
            elif observation.draw < (rate := self._rate(observation)):
                self._counting.add("sampled")
                if self._hand_over(observation, rate):
                    return
                for arm in (Arm.PRODUCTION, *self.settings.copies):
                    self._counting.add("lost", arm)
        except Exception as error:  # as in observe
            self.complain(error)
        observation.release()

    def _hand_over(self, observation: Observation, rate: float) -> bool:
        worker = None if observation.overflowed else self._started()
        if worker is None:
            return False
        worker.take(observation.result(rate), observation.release)
        return True

    def _rate(self, observation: Observation) -> float:
        return self._sampler.rate(None if observation.route is None else f"{observation.method} {observation.route}")

    def _started(self) -> WorkerProcess | None:
        worker = self._worker
        if worker is None or worker.process_id != os.getpid() or worker.broken_at is not None:
            with self._lock:
                worker = self._worker = self._replaced(self._worker)
        return worker if worker is not None and worker.broken_at is None and not self._closed else None

    def _replaced(self, worker: WorkerProcess | None) -> WorkerProcess | None:
        if self._closed or (worker is not None and not self._is_over(worker)):
            return worker
        if worker is not None and worker.process_id == os.getpid():
            self._counting.include(worker.counts())
        return WorkerProcess(self.settings)

    @staticmethod
    def _is_over(worker: WorkerProcess) -> bool:
        if worker.process_id != os.getpid():
            return True
        return worker.broken_at is not None and time.monotonic() - worker.broken_at > _RESTART_SECONDS
