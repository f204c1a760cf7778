"""JSON objects found one after another in a long text, whatever separates them and however broken one of them is."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

MOST_OBJECT_BYTES: Final = 64 << 20
"""A longer object is passed over."""

_WORD: Final = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[{}]', re.DOTALL)
_MARKER_BYTES: Final = 256


def object_end(text: bytes | bytearray, start: int, stop: int) -> int | None:
    """The position after the object that begins at a position; None: it doesn't end before ``stop``."""
    depth = 0
    for word in _WORD.finditer(text, start, stop):
        if word[0] == b"{":
            depth += 1
        elif word[0] == b"}":
            depth -= 1
            if depth == 0:
                return word.end()
    return None


class ObjectText:
    """A text in pieces, of which the part that is looked at is held.

    Attributes:
        held: the bytes from ``offset`` on.
        offset: of its first byte.
        ended: whether no more will come.
    """

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self.held = bytearray()
        self.offset = 0
        self.ended = False
        self._pieces = iter(pieces)

    def more(self) -> bool:
        """Holds one more piece; whether there was one.

        Raises:
            BrokenSourceError: the pieces end in it.
        """
        piece = next(self._pieces, None)
        if piece is None:
            self.ended = True
            return False
        self.held += piece
        return True

    def drop(self, length: int) -> None:
        """Lets the first bytes go."""
        del self.held[:length]
        self.offset += length


def objects_at(
    pieces: Iterable[bytes], marker: re.Pattern[bytes], pass_over: Callable[[str, int], None]
) -> Iterator[tuple[int, bytes]]:
    """Finds the objects that begin with a marker, which stands nowhere else in sound JSON.

    So a broken object never takes its neighbours with it.

    Args:
        pieces: the text; objects may follow each other with or without anything between them.
        marker: how an object begins, in less than 256 bytes; within a string its quotes would be escaped.
        pass_over: told the reason and the offset of what is no object.

    Yields:
        The offset and the bytes of each; not checked to be JSON.

    Raises:
        BrokenSourceError: the pieces end in it; what was whole before was given.
    """
    for offset, raw in _split_before(marker, pieces):
        if raw is None:
            pass_over("the object is too long", offset)
        elif marker.match(raw) is None:
            if raw.strip():
                pass_over("it is no object of the format", offset)
        else:
            end = object_end(raw, 0, len(raw))
            yield offset, raw[:end]
            if end is not None and raw[end:].strip():
                pass_over("it is no object of the format", offset + end)


def _split_before(marker: re.Pattern[bytes], pieces: Iterable[bytes]) -> Iterator[tuple[int, bytes | None]]:
    """The text cut before every marker, with the offsets; None for what is too long."""
    text, searched, too_long = ObjectText(pieces), 1, False
    while True:
        found = marker.search(text.held, searched)
        if found is not None:
            if not too_long:
                yield text.offset, bytes(text.held[: found.start()])
            text.drop(found.start())
            searched, too_long = 1, False
            continue
        searched = max(1, len(text.held) - _MARKER_BYTES)
        if len(text.held) > MOST_OBJECT_BYTES:
            if not too_long:
                yield text.offset, None
            text.drop(searched - 1)
            searched, too_long = 1, True
        if not text.more():
            break
    if text.held and not too_long:
        yield text.offset, bytes(text.held)
