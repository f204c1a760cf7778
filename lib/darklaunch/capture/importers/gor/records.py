"""The records of a GoReplay file, as its ``protocol.go`` writes them."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

SEPARATOR: Final = "\n🐵🙈🙉\n".encode()
MOST_RECORD_BYTES: Final = 64 << 20
"""A longer record is passed over; GoReplay itself cuts messages at 5 MB unless told otherwise."""

_META: Final = re.compile(rb"([123]) ([!-~]{1,128}) ([0-9]{1,19})(?: (-?[0-9]{1,19}))?\r?\n")


class MessageKind(str, Enum):
    """The kinds of messages in a GoReplay file."""

    REQUEST = "request"
    RESPONSE = "response"
    REPLAYED = "replayed response"


_KINDS: Final = {b"1": MessageKind.REQUEST, b"2": MessageKind.RESPONSE, b"3": MessageKind.REPLAYED}


@dataclass(frozen=True, slots=True, kw_only=True)
class GorRecord:
    """One message.

    Attributes:
        kind: whose message it is.
        identity: shared by the messages of an exchange, and now and then by those of others.
        at_ns: when it began, Unix nanoseconds.
        latency_ns: what it means depends on the version and the kind; None: older versions don't write it.
        message: the bytes of HTTP.
        file: the name of the file that it lies in.
        offset: where it begins there, in bytes of what the file holds unpacked.
    """

    kind: MessageKind
    identity: str
    at_ns: int
    latency_ns: int | None
    message: bytes
    file: str
    offset: int


def read_records(pieces: Iterable[bytes], file: str, pass_over: Callable[[str, int], None]) -> Iterator[GorRecord]:
    """Reads the records of one file.

    Args:
        pieces: its unpacked bytes.
        file: its name.
        pass_over: told the reason and the offset of what is no record.

    Raises:
        BrokenSourceError: the pieces end in it; the records before it were given.
    """
    for offset, record in _split(pieces, pass_over):
        meta = _META.match(record)
        if meta is None:
            pass_over("its first line is not that of a GoReplay record", offset)
            continue
        yield GorRecord(
            kind=_KINDS[meta[1]],
            identity=meta[2].decode("ascii"),
            at_ns=int(meta[3]),
            latency_ns=None if meta[4] is None else int(meta[4]),
            message=record[meta.end() :],
            file=file,
            offset=offset,
        )


def _split(pieces: Iterable[bytes], pass_over: Callable[[str, int], None]) -> Iterator[tuple[int, bytes]]:
    """The bytes between separators with their offsets; of what is too long only the end is waited for."""
    buffer, start, searched, too_long = bytearray(), 0, 0, False
    for piece in pieces:
        buffer += piece
        begin = 0
        while (end := buffer.find(SEPARATOR, max(begin, searched))) >= 0:
            if not too_long:
                yield start + begin, bytes(buffer[begin:end])
            too_long, begin = False, end + len(SEPARATOR)
        if len(buffer) - begin > MOST_RECORD_BYTES:
            if not too_long:
                pass_over("the record is too long", start + begin)
            too_long, begin = True, len(buffer) - len(SEPARATOR)
        del buffer[:begin]
        start += begin
        searched = max(0, len(buffer) - len(SEPARATOR))
    if buffer and not too_long:
        pass_over("the file ends within the record", start)
