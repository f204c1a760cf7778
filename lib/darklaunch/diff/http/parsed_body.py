"""Parsed bodies: the closed set of values as which two bodies are compared."""

import hashlib
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Json:
    """A body read into objects, arrays and scalars; numbers keep the value that was written.

    Lines and server-sent events are an array here, XML, HTML and forms an object.

    Attributes:
        value: of the types of JSON, decimals exact.
        markup: whether it was read from XML or HTML.
        prefix: what stood before it to keep scripts of other sites from reading it.
        several: whether it was several documents, one behind the other.
    """

    value: object
    markup: bool = False
    prefix: str = ""
    several: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """A body of characters, not read any further."""

    value: str


@dataclass(frozen=True, slots=True)
class Binary:
    """A body of bytes."""

    value: bytes

    @property
    def digest(self) -> str:
        """The size, and a few digits that other bytes have not."""
        return f"{len(self.value)} bytes, sha256 {hashlib.sha256(self.value).hexdigest()[:12]}"


@dataclass(frozen=True, slots=True)
class Empty:
    """No body, which is not an empty object."""


@dataclass(frozen=True, slots=True)
class Unparsable:
    """A body that claims a format (JSON, lines of it, XML) and is not of it."""

    value: str


@dataclass(frozen=True, slots=True)
class Undecodable:
    """A body that can't be read, or must not be, with the reason."""

    reason: str


DecodedBody: TypeAlias = Json | Text | Binary | Empty | Unparsable
ParsedBody: TypeAlias = DecodedBody | Undecodable
