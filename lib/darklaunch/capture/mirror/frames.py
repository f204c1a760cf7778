"""Frames between the process that serves users and the one that sends copies and writes rows."""

import struct
from typing import BinaryIO, Final

import msgspec

from darklaunch.capture.mirror.answered import Answered
from darklaunch.capture.mirror.counts import MirrorCounts
from darklaunch.capture.mirror.settings import MirrorSettings

_LENGTH: Final = struct.Struct(">I")
LENGTH_BYTES: Final = _LENGTH.size

ENCODER: Final = msgspec.msgpack.Encoder()
ANSWERED: Final = msgspec.msgpack.Decoder(Answered)
SETTINGS: Final = msgspec.msgpack.Decoder(MirrorSettings)
COUNTS: Final = msgspec.msgpack.Decoder(MirrorCounts)


def framed(value: Answered | MirrorSettings | MirrorCounts) -> bytes:
    """A value as one frame: its length, then itself."""
    payload = ENCODER.encode(value)
    return _LENGTH.pack(len(payload)) + payload


def length_of(head: bytes) -> int:
    """The length that the head of a frame tells."""
    (length,) = _LENGTH.unpack(head)
    return int(length)


def read_frame(stream: BinaryIO) -> bytes | None:
    """The next frame without its head; None: there is no whole one any more."""
    head = stream.read(LENGTH_BYTES)
    if len(head) < LENGTH_BYTES:
        return None
    payload = stream.read(length_of(head))
    return payload if len(payload) == length_of(head) else None
