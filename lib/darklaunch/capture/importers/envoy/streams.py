"""Streams of an Envoy tap whose segments come one by one, in bounded memory."""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from darklaunch.capture.importers.envoy.messages import (
    StreamedSegment,
    TapHeaders,
    body_of,
    headers_of,
    received_us_of,
)
from darklaunch.capture.importers.options import UnreadableRecordError, header_value
from darklaunch.capture.writing.exchange import Headers

_MOST_BYTES: Final = 64 << 20
_MOST_STREAMS: Final = 20_000
_STREAM_BYTES: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class TappedMessage:
    """A request or a response.

    Attributes:
        headers: with HTTP/2's pseudo-headers, and the trailers behind.
        body: as received.
        truncated: some of it is lost.
        received_us: when its headers came, microseconds since 1970; None: not recorded.
    """

    headers: Headers
    body: bytes
    truncated: bool
    received_us: int | None

    @classmethod
    def of(
        cls, headers: Headers, trailers: Headers, body: tuple[bytes, bool], received_us: int | None
    ) -> "TappedMessage":
        """The message of its parts."""
        return cls(headers=(*headers, *trailers), body=body[0], truncated=body[1], received_us=received_us)


@dataclass(frozen=True, slots=True, kw_only=True)
class TappedExchange:
    """An exchange, and where the first of it stands in its file; without a response where none was recorded."""

    offset: int
    request: TappedMessage
    response: TappedMessage | None


@dataclass(slots=True, eq=False)
class _Message:
    headers: Headers
    received_us: int | None
    trailers: Headers = ()
    chunks: list[bytes] = field(default_factory=list)
    truncated: bool = False

    def finished(self, *, doubtful: bool) -> TappedMessage:
        body = b"".join(self.chunks)
        whole = header_value(self.headers, "content-length") == str(len(body))
        truncated = self.truncated or (doubtful and not whole)
        return TappedMessage.of(self.headers, self.trailers, (body, truncated), self.received_us)


@dataclass(slots=True, eq=False)
class _Stream:
    offset: int
    request: _Message
    response: _Message | None = None
    doubtful: bool = False
    size_bytes: int = _STREAM_BYTES

    def finished(self) -> TappedExchange:
        response = None if self.response is None else self.response.finished(doubtful=self.doubtful)
        return TappedExchange(
            offset=self.offset, request=self.request.finished(doubtful=self.doubtful), response=response
        )


class OpenStreams:
    """The streams of one file, of which nothing says that they have ended but the file's own end."""

    def __init__(self) -> None:
        self._streams: OrderedDict[str, _Stream] = OrderedDict()
        self._bytes = 0

    def take(self, segment: StreamedSegment, offset: int) -> Iterator[TappedExchange]:
        """Takes a segment in; gives the streams that are over now.

        Raises:
            UnreadableRecordError: it belongs to no open stream, or its body is broken.
        """
        trace = str(segment.trace_id)
        if segment.request_headers is not None:
            # an id may come again
            if trace in self._streams:
                yield self._close(trace)
            self._streams[trace] = _Stream(offset=offset, request=_message(segment.request_headers))
            self._bytes += _STREAM_BYTES
        else:
            self._go_on(trace, segment)
        self._streams.move_to_end(trace)
        while len(self._streams) > _MOST_STREAMS or (self._bytes > _MOST_BYTES and len(self._streams) > 1):
            oldest = next(iter(self._streams))
            # its end was not seen
            self._streams[oldest].doubtful = True
            yield self._close(oldest)

    def doubt(self) -> None:
        """Something was lost that may have been a piece of any stream: bodies that can't be proved whole are cut."""
        for stream in self._streams.values():
            stream.doubtful = True

    def rest(self) -> Iterator[TappedExchange]:
        """Closes all streams."""
        while self._streams:
            yield self._close(next(iter(self._streams)))

    def _go_on(self, trace: str, segment: StreamedSegment) -> None:
        stream = self._streams.get(trace)
        if stream is None:
            raise UnreadableRecordError("a segment of a stream whose begin is not there")
        if segment.response_headers is not None:
            stream.response = _message(segment.response_headers)
            return
        for message, chunk, trailers in (
            (stream.request, segment.request_body_chunk, segment.request_trailers),
            (stream.response, segment.response_body_chunk, segment.response_trailers),
        ):
            if chunk is None and trailers is None:
                continue
            if message is None:
                raise UnreadableRecordError("a segment of a response whose headers are not there")
            if chunk is not None:
                body, truncated = body_of(chunk)
                message.chunks.append(body)
                message.truncated |= truncated
                stream.size_bytes += len(body)
                self._bytes += len(body)
            if trailers is not None:
                message.trailers += headers_of(trailers.headers)
            return
        raise UnreadableRecordError("a segment without anything in it")

    def _close(self, trace: str) -> TappedExchange:
        stream = self._streams.pop(trace)
        self._bytes -= stream.size_bytes
        return stream.finished()


def _message(headers: TapHeaders) -> _Message:
    return _Message(headers=headers_of(headers.headers), received_us=received_us_of(headers.headers_received_time))
