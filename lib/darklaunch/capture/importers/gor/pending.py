"""Requests of a GoReplay recording that wait for their responses, in bounded memory."""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from darklaunch.capture.importers.gor.records import GorRecord, MessageKind
from darklaunch.capture.importers.http_message import RequestMessage
from darklaunch.capture.importers.options import UnreadableRecordError

_WAITING_BYTES: Final = 96 << 20
_REQUEST_BYTES: Final = 2_000
_LONGEST_WAIT_NS: Final = 600 * 1_000_000_000
_REMEMBERED: Final = 200_000
_BOTH: Final = frozenset({MessageKind.RESPONSE, MessageKind.REPLAYED})
_EARLY_BYTES: Final = 16 << 20


@dataclass(slots=True, eq=False)
class WaitingRequest:
    """A request, the kinds of responses that it has had, and those that could not be read."""

    record: GorRecord
    request: RequestMessage
    answered: set[MessageKind] = field(default_factory=set)
    unreadable: set[MessageKind] = field(default_factory=set)

    @property
    def size_bytes(self) -> int:
        """About how much memory it takes."""
        body = len(self.request.body or b"")
        return _REQUEST_BYTES + body + sum(len(name) + len(value) for name, value in self.request.headers)


class PendingRequests:
    """The requests that may still get a response, the oldest first.

    An id may come again: it was made of addresses and ports. A response belongs to the last request of its id before
    it, and where several are open, only if it came closer to that one than the one before; otherwise to none.
    """

    def __init__(self, unclaimed: Callable[[GorRecord], None]) -> None:
        """Begins with none; ``unclaimed`` is told of responses whose request never came."""
        self._unclaimed = unclaimed
        self._open: dict[str, list[WaitingRequest]] = {}
        self._queue: OrderedDict[int, WaitingRequest] = OrderedDict()
        self._bytes = 0
        self._known: OrderedDict[str, None] = OrderedDict()
        self._early: OrderedDict[str, list[GorRecord]] = OrderedDict()
        self._early_bytes = 0
        self._newest_ns = (0, 0)

    def add(self, waiting: WaitingRequest) -> list[GorRecord]:
        """Lets a request wait; returns the responses that came before it.

        Raises:
            UnreadableRecordError: the same request waits already.
        """
        identity = waiting.record.identity
        if any(each.record.at_ns == waiting.record.at_ns for each in self._open.get(identity, ())):
            raise UnreadableRecordError("a request that was recorded twice")
        self._open.setdefault(identity, []).append(waiting)
        self._queue[id(waiting)] = waiting
        self._bytes += waiting.size_bytes
        self._newest_ns = (self._newest_ns[1], waiting.record.at_ns)
        self._known[identity] = None
        self._known.move_to_end(identity)
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        early = self._early.pop(identity, [])
        self._early_bytes -= sum(len(each.message) for each in early)
        return early

    def match(self, response: GorRecord) -> WaitingRequest | None:
        """The request of a response, which is not answered by that; None: it may come yet.

        Raises:
            UnreadableRecordError: there is none, or it can't be told which.
        """
        waiting = [each for each in self._open.get(response.identity, ()) if response.kind not in each.answered]
        before = sorted(
            (each for each in waiting if each.record.at_ns <= response.at_ns), key=lambda each: each.record.at_ns
        )
        if not before:
            if response.identity in self._known:
                raise UnreadableRecordError(f"a {response.kind.value} without an open request of its id")
            self._wait_for_request(response)
            return None
        last = before[-1]
        if len(before) > 1:
            gap = last.record.at_ns - before[-2].record.at_ns
            if response.at_ns - last.record.at_ns >= gap:
                raise UnreadableRecordError(f"a {response.kind.value} whose id several open requests share")
        return last

    def answer(self, waiting: WaitingRequest, kind: MessageKind) -> None:
        """Notes that a request has a response; one that has both waits no longer."""
        waiting.answered.add(kind)
        if waiting.answered >= _BOTH and id(waiting) in self._queue:
            self._let_go(waiting)

    def closed(self) -> Iterator[WaitingRequest]:
        """Lets the requests go that waited too long, or for which memory is short, the oldest first."""
        # one request with a broken time must not end the waiting of all others
        now_ns = min(self._newest_ns)
        while self._queue and self._is_over(next(iter(self._queue.values())), now_ns):
            yield self._let_go(next(iter(self._queue.values())))

    def rest(self) -> Iterator[WaitingRequest]:
        """Lets all requests go, and forgets their ids and the responses that came before them."""
        while self._queue:
            yield self._let_go(next(iter(self._queue.values())))
        self._known.clear()
        self._forget_early(down_to_bytes=-1)

    def _wait_for_request(self, response: GorRecord) -> None:
        self._early.setdefault(response.identity, []).append(response)
        self._early_bytes += len(response.message)
        self._forget_early(down_to_bytes=_EARLY_BYTES)

    def _forget_early(self, *, down_to_bytes: int) -> None:
        while self._early and self._early_bytes > down_to_bytes:
            _, responses = self._early.popitem(last=False)
            for each in responses:
                self._early_bytes -= len(each.message)
                self._unclaimed(each)

    def _is_over(self, waiting: WaitingRequest, now_ns: int) -> bool:
        return self._bytes > _WAITING_BYTES or now_ns - waiting.record.at_ns > _LONGEST_WAIT_NS

    def _let_go(self, waiting: WaitingRequest) -> WaitingRequest:
        del self._queue[id(waiting)]
        self._bytes -= waiting.size_bytes
        identity = waiting.record.identity
        others = [each for each in self._open[identity] if each is not waiting]
        if others:
            self._open[identity] = others
        else:
            del self._open[identity]
        return waiting
