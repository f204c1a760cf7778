"""The importer of Envoy's HTTP tap."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Final

from darklaunch.capture.arm import Arm
from darklaunch.capture.importers.account import Account
from darklaunch.capture.importers.envoy.messages import body_of, headers_of, read_wrapper, received_us_of
from darklaunch.capture.importers.envoy.streams import OpenStreams, TappedExchange, TappedMessage
from darklaunch.capture.importers.http_message import split_target
from darklaunch.capture.importers.json_objects import objects_at
from darklaunch.capture.importers.options import (
    ImportedRow,
    ImportOptions,
    UnreadableRecordError,
    header_value,
    moment_of,
    redacted,
)
from darklaunch.capture.importers.source import BrokenSourceError, SourceFile
from darklaunch.capture.writing.exchange import Exchange, Headers

_OBJECT: Final = re.compile(rb'\{\s{0,100}"(?:http|socket)_(?:buffered_trace|streamed_trace_segment)"\s{0,100}:')
_PORT: Final = re.compile(r":[0-9]{1,5}$")
_ID_HEADER: Final = "x-request-id"
_MS_US: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class TapOptions:
    """The choices that only taps have.

    Attributes:
        shadow_suffix: of the host, by which Envoy marks mirrored requests; empty: it doesn't.
        time_header: the response header that tells the time, such as ``date``, where the tap recorded none.
    """

    shadow_suffix: str = "-shadow"
    time_header: str | None = None


class TapImporter:
    """Reads buffered traces and streamed segments, in files that hold one object or many, delimited or not."""

    def __init__(self, options: ImportOptions, tap: TapOptions, account: Account) -> None:
        self._options, self._tap, self._account = options, tap, account

    def rows(self, pieces: Iterable[bytes], source: SourceFile) -> Iterator[ImportedRow]:
        """The rows of one file; a stream doesn't go on in the next.

        Raises:
            BrokenSourceError: the pieces end in it.
        """
        streams = OpenStreams()
        broken: BrokenSourceError | None = None
        objects = objects_at(pieces, _OBJECT, self._account.pass_over)
        while True:
            try:
                offset, raw = next(objects)
            except StopIteration:
                break
            except BrokenSourceError as error:
                broken = error
                streams.doubt()
                break
            yield from self._object(raw, offset, streams)
        for each in streams.rest():
            yield from self._exchange(each, source.name)
        if broken is not None:
            raise broken

    def rest(self) -> Iterator[ImportedRow]:
        """The rows that wait for the end of the last file: none."""
        yield from ()

    def _object(self, raw: bytes, offset: int, streams: OpenStreams) -> Iterator[ImportedRow]:
        try:
            wrapper = read_wrapper(raw)
            if wrapper.http_buffered_trace is not None:
                trace = wrapper.http_buffered_trace
                if trace.request is None:
                    raise UnreadableRecordError("a response without a request")
                request, response = (
                    None
                    if message is None
                    else TappedMessage.of(
                        headers_of(message.headers),
                        headers_of(message.trailers or []),
                        body_of(message.body),
                        received_us_of(message.headers_received_time),
                    )
                    for message in (trace.request, trace.response)
                )
                if request is not None:
                    yield self._row(TappedExchange(offset=offset, request=request, response=response))
            elif wrapper.http_streamed_trace_segment is not None:
                for over in streams.take(wrapper.http_streamed_trace_segment, offset):
                    yield from self._exchange(over, self._account.file)
            else:
                raise UnreadableRecordError("it is no trace of HTTP")
        except ValueError as error:
            # a segment that can't be read may have been a piece of any stream
            streams.doubt()
            self._account.pass_over(str(error), offset)

    def _exchange(self, exchange: TappedExchange, file: str) -> Iterator[ImportedRow]:
        try:
            yield self._row(exchange)
        except ValueError as error:
            self._account.pass_over(str(error), exchange.offset, file=file)

    def _row(self, tapped: TappedExchange) -> ImportedRow:
        request, response, options = tapped.request, tapped.response, self._options
        if response is None:
            raise UnreadableRecordError("a request without a response")
        method, target, host = (header_value(request.headers, name) for name in (":method", ":path", ":authority"))
        status = header_value(response.headers, ":status") or ""
        if not method or not target or not (status.isascii() and status.isdigit() and len(status) == 3):  # noqa: PLR2004
            raise UnreadableRecordError("it has no :method, :path or :status")
        named = header_value(request.headers, options.id_header or _ID_HEADER)
        if named is None:
            raise UnreadableRecordError(f"the request has no {options.id_header or _ID_HEADER} header")
        arm, host = self._arm_of(host if host is not None else header_value(request.headers, "host"))
        path, query = split_target(target)
        request_headers = _plain_headers(request.headers, host)
        if request.truncated:
            self._account.keep_without("request_body")
        exchange = Exchange(
            request_id=named.strip(),
            captured_at=moment_of(self._received_us(request, response)),
            method=method,
            path=path,
            query=query,
            endpoint=options.routes.name_of(path),
            request_headers=redacted(request_headers),
            request_body=None if request.truncated else request.body,
            status=int(status),
            response_headers=redacted(_plain_headers(response.headers, None)),
            body=response.body,
            body_truncated=response.truncated,
            latency_ms=self._latency_ms(request, response),
            sample_rate=options.sample_rate,
            unit_id=options.unit_id(request_headers),
            release=options.release,
        )
        return arm, exchange

    def _arm_of(self, host: str | None) -> tuple[Arm, str | None]:
        """The arm that a host belongs to, and the host as production's requests have it."""
        suffix, arm = self._tap.shadow_suffix, self._options.arm
        if host is None or not suffix:
            return arm, host
        port = _PORT.search(host)
        name = host[: port.start()] if port else host
        if not name.endswith(suffix):
            return arm, host
        own = name.removesuffix(suffix) + (port[0] if port else "")
        # requests to the baseline are mirrored as well
        return (Arm.SHADOW if arm is Arm.PRODUCTION else arm), own

    def _received_us(self, request: TappedMessage, response: TappedMessage) -> int:
        if request.received_us is not None:
            return request.received_us
        header = self._tap.time_header
        if header is None:
            raise UnreadableRecordError(
                "it has no time: set record_headers_received_time in the tap's output_config, or give --time-header"
            )
        try:
            moment = parsedate_to_datetime(header_value(response.headers, header) or "")
        except (ValueError, TypeError, IndexError, OverflowError):
            raise UnreadableRecordError(f"the response has no time in {header}") from None
        return int(moment.timestamp()) * 1_000_000

    def _latency_ms(self, request: TappedMessage, response: TappedMessage) -> float | None:
        """The time to the first header of the response, which is all that a tap knows."""
        if request.received_us is None or response.received_us is None or response.received_us < request.received_us:
            self._account.keep_without("latency_ms")
            return None
        return (response.received_us - request.received_us) / _MS_US


def _plain_headers(headers: Headers, host: str | None) -> Headers:
    """Headers without HTTP/2's pseudo-headers; the authority is the host."""
    plain = tuple((name, value) for name, value in headers if not name.startswith(":") and name.lower() != "host")
    return plain if host is None else (("host", host), *plain)
