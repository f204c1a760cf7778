"""Copies of requests to one arm."""

import asyncio
import time
from datetime import datetime, timezone

import httpx

from darklaunch.capture.mirror.answered import Answered, Response
from darklaunch.capture.mirror.budget import Budget
from darklaunch.capture.mirror.copying.breaker import Breaker
from darklaunch.capture.mirror.copying.http import RETRIED, Instance
from darklaunch.capture.mirror.hops import of_raw
from darklaunch.capture.mirror.identity import MARK
from darklaunch.capture.mirror.settings import Limits, Target

_MARK = ((MARK, "shadow"),)


class Copier:
    """Sends copies to one arm, within its limits; lives in one event loop."""

    def __init__(self, target: Target, limits: Limits, budget: Budget, *, keep_host: bool) -> None:
        self._limits, self._budget = limits, budget
        self._instance = Instance(
            target.url, connections=limits.copies_at_once, seconds=limits.copy_seconds, keep_host=keep_host
        )
        self._breaker = Breaker(limits.breaker_failures, limits.breaker_seconds, time.monotonic)
        self._places = asyncio.Semaphore(limits.copies_at_once)
        self._unfinished = 0

    async def answer(self, answered: Answered) -> tuple[Response, int]:
        """Sends a copy and waits for its answer.

        Returns:
            The answer, and how many bytes it holds of the budget.
        """
        now = datetime.now(timezone.utc)
        full = self._unfinished >= self._limits.waiting_copies + self._limits.copies_at_once
        if answered.body is None or full:
            return Response(captured_at=now, error="dropped"), 0
        self._unfinished += 1
        try:
            async with self._places:
                # asked here, and not before the wait: a shadow that fell ill meanwhile gets no more
                if not self._breaker.lets_through():
                    return Response(captured_at=now, error="dropped"), 0
                return await self._limited(answered)
        finally:
            self._unfinished -= 1

    async def close(self) -> None:
        """Closes the connections."""
        await self._instance.close()

    async def _limited(self, answered: Answered) -> tuple[Response, int]:
        now = datetime.now(timezone.utc)
        collected = _Collected(self._budget, self._limits.body_bytes)
        started = time.perf_counter()
        try:
            status, headers = await asyncio.wait_for(self._attempts(answered, collected), self._limits.copy_seconds)
        except (httpx.TimeoutException, asyncio.TimeoutError):
            error = "timeout"
        except (httpx.ConnectError, httpx.ReadError, httpx.WriteError, httpx.CloseError):
            error = "connection"
        except httpx.RemoteProtocolError as failure:
            error = "connection" if "disconnect" in str(failure) or "closed" in str(failure) else "protocol"
        except BaseException:
            collected.forget()
            raise
        else:
            self._breaker.succeeded()
            latency_ms = (time.perf_counter() - started) * 1000
            if collected.overflowed:
                collected.forget()
                return Response(captured_at=now, error="dropped"), 0
            response = Response(
                captured_at=now,
                status=status,
                headers=of_raw(headers),
                body=b"".join(collected.parts),
                truncated=collected.truncated,
                latency_ms=latency_ms,
            )
            return response, collected.held_bytes
        collected.forget()
        self._breaker.failed()
        return Response(captured_at=now, error=error, latency_ms=(time.perf_counter() - started) * 1000), 0

    async def _attempts(self, answered: Answered, collected: "_Collected") -> tuple[int, list[tuple[bytes, bytes]]]:
        try:
            return await self._exchange(answered, collected)
        except RETRIED:
            # the connection may have been about to be closed when the copy went out; a sick shadow fails twice
            collected.forget()
            return await self._exchange(answered, collected)

    async def _exchange(self, answered: Answered, collected: "_Collected") -> tuple[int, list[tuple[bytes, bytes]]]:
        target = answered.path if answered.query is None else f"{answered.path}?{answered.query}"
        response = await self._instance.send(answered.method, target, answered.headers, answered.body or b"", _MARK)
        try:
            async for part in response.aiter_raw():
                if not collected.add(part):
                    break
        finally:
            await response.aclose()
        return response.status_code, response.headers.raw


class _Collected:
    """The body of an answer, as far as the limits let it grow."""

    def __init__(self, budget: Budget, most_bytes: int) -> None:
        self.parts: list[bytes] = []
        self.held_bytes = 0
        self.truncated = False
        self.overflowed = False
        self._budget, self._most_bytes = budget, most_bytes

    def add(self, part: bytes) -> bool:
        """Takes a part in; False: no more is wanted."""
        room = self._most_bytes - self.held_bytes
        if len(part) > room:
            part, self.truncated = part[:room], True
        if not self._budget.take(len(part)):
            self.overflowed = True
            return False
        self.held_bytes += len(part)
        self.parts.append(part)
        return not self.truncated

    def forget(self) -> None:
        """Gives everything back."""
        self._budget.give(self.held_bytes)
        self.parts, self.held_bytes, self.truncated, self.overflowed = [], 0, False, False
