"""The importer of GoReplay files."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from darklaunch.capture.arm import Arm
from darklaunch.capture.importers.account import Account
from darklaunch.capture.importers.gor.pending import PendingRequests, WaitingRequest
from darklaunch.capture.importers.gor.records import GorRecord, MessageKind, read_records
from darklaunch.capture.importers.http_message import ResponseMessage, parse_request, parse_response
from darklaunch.capture.importers.options import ImportedRow, ImportOptions, moment_of, redacted
from darklaunch.capture.importers.source import SourceFile
from darklaunch.capture.writing.exchange import Exchange, Headers

_COPY_BUFFER_BYTES: Final = 5 << 20
"""GoReplay cuts messages at this length (``--copy-buffer-size``) without a word."""

_ENDING: Final = re.compile(r"(\.gz|\.zst|\.gor)+$")
_PART: Final = re.compile(r"[_-]?\d{8,}|_\d+$")
_US_NS: Final = 1_000
_MS_NS: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class GorOptions:
    """The choices that only GoReplay files have.

    Attributes:
        replayed_arm: that replayed responses are of.
        replayed_release: of that arm; None: not known.
    """

    replayed_arm: Arm = Arm.SHADOW
    replayed_release: str | None = None


class GorImporter:
    """Joins requests with their original and replayed responses, file after file of a recording.

    Files whose names differ only in a chunk's number or a date are one recording: a response may lie in the next.
    """

    def __init__(self, options: ImportOptions, gor: GorOptions, account: Account) -> None:
        self._options, self._gor, self._account = options, gor, account
        self._pending = PendingRequests(self._pass_over_unclaimed)
        self._recording: str | None = None

    def rows(self, pieces: Iterable[bytes], source: SourceFile) -> Iterator[ImportedRow]:
        """The rows of one file, and those that its records complete.

        Raises:
            BrokenSourceError: the pieces end in it.
        """
        recording = recording_of(source.name)
        if recording != self._recording:
            self._close()
            self._recording = recording
        for record in read_records(pieces, source.name, self._account.pass_over):
            try:
                yield from self._take(record)
            except ValueError as error:  # noqa: PERF203 - one bad record never ends an import
                self._account.pass_over(str(error), record.offset)

    def rest(self) -> Iterator[ImportedRow]:
        """The rows that wait for the end of the last file: none."""
        self._close()
        yield from ()

    def _take(self, record: GorRecord) -> Iterator[ImportedRow]:
        if record.kind is not MessageKind.REQUEST:
            waiting = self._pending.match(record)
            if waiting is not None:
                yield self._answer(waiting, record)
            return
        moment_of(record.at_ns // _US_NS)
        # what was read of the message is all that is needed of it
        waiting = WaitingRequest(record=replace(record, message=b""), request=parse_request(record.message))
        for response in self._pending.add(waiting):
            try:
                if self._pending.match(response) is waiting:
                    yield self._answer(waiting, response)
            except ValueError as error:  # noqa: PERF203 - the same holds for an early response
                self._account.pass_over(str(error), response.offset, file=response.file)
        for each in self._pending.closed():
            self._count_unanswered(each)

    def _answer(self, waiting: WaitingRequest, record: GorRecord) -> ImportedRow:
        try:
            row = self._row(waiting, record)
        except ValueError:
            # a sound copy may follow
            waiting.unreadable.add(record.kind)
            raise
        self._pending.answer(waiting, record.kind)
        return row

    def _row(self, waiting: WaitingRequest, record: GorRecord) -> ImportedRow:
        request, options = waiting.request, self._options
        replayed = record.kind is MessageKind.REPLAYED
        response = _parse_response(record.message, request.method)
        latency_ns = record.latency_ns if replayed else _original_latency_ns(waiting.record, record)
        if latency_ns is None or latency_ns < 0:
            self._account.keep_without("latency_ms")
            latency_ns = None
        if request.body is None:
            self._account.keep_without("request_body")
        exchange = Exchange(
            request_id=self._request_id(waiting, request.headers),
            captured_at=moment_of((record if replayed else waiting.record).at_ns // _US_NS),
            method=request.method,
            path=request.path,
            query=request.query,
            endpoint=options.routes.name_of(request.path),
            request_headers=redacted(request.headers),
            request_body=request.body,
            status=response.status,
            response_headers=redacted(response.headers),
            body=response.body,
            body_truncated=response.truncated,
            latency_ms=None if latency_ns is None else latency_ns / _MS_NS,
            sample_rate=options.sample_rate,
            unit_id=options.unit_id(request.headers),
            release=self._gor.replayed_release if replayed else options.release,
        )
        return (self._gor.replayed_arm if replayed else options.arm), exchange

    def _request_id(self, waiting: WaitingRequest, headers: Headers) -> str:
        # the id alone comes again; with the request's own time it is the same wherever this request is recorded
        return self._options.named_id(headers) or f"{waiting.record.identity}.{waiting.record.at_ns}"

    def _close(self) -> None:
        for each in self._pending.rest():
            self._count_unanswered(each)

    def _count_unanswered(self, waiting: WaitingRequest) -> None:
        record = waiting.record
        if MessageKind.RESPONSE not in waiting.answered | waiting.unreadable:
            self._account.pass_over("a request without an original response", record.offset, file=record.file)

    def _pass_over_unclaimed(self, response: GorRecord) -> None:
        reason = f"a {response.kind.value} without a request"
        self._account.pass_over(reason, response.offset, file=response.file)


def recording_of(file: str) -> str:
    """The name that the files of one recording share."""
    return _PART.sub("", _ENDING.sub("", file))


def _parse_response(message: bytes, method: str) -> ResponseMessage:
    response = parse_response(message, method)
    names = {name.lower() for name, _ in response.headers}
    if names & {"content-length", "transfer-encoding"} or len(message) < _COPY_BUFFER_BYTES:
        return response
    # nothing tells where its body ends, so that nobody knows whether it was cut
    return ResponseMessage(status=response.status, headers=response.headers, body=response.body, truncated=True)


def _original_latency_ns(request: GorRecord, response: GorRecord) -> int | None:
    """From the request's begin to the last byte of the original response.

    Up to 1.1 the latency of a request is -1, or missing, and that of a response is the server's; from 1.2 on each is
    the time that the message itself took.
    """
    if response.latency_ns is None:
        return None
    if request.latency_ns is None or request.latency_ns < 0:
        return response.latency_ns
    return response.at_ns + response.latency_ns - request.at_ns
