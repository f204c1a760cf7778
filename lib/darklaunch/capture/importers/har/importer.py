"""The importer of HAR 1.2 files, as browsers and proxies save them."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Final

from darklaunch.capture.importers.account import Account
from darklaunch.capture.importers.har.entry import exchange_of, read_entry
from darklaunch.capture.importers.json_objects import MOST_OBJECT_BYTES, ObjectText, object_end
from darklaunch.capture.importers.options import ImportedRow, ImportOptions
from darklaunch.capture.importers.source import SourceFile

_ENTRIES: Final = re.compile(rb'"entries"\s{0,100}:\s{0,100}\[')
_FIRST_KEYS: Final = (
    rb"startedDateTime|pageref|request|response|time|timings|cache|connection|serverIPAddress|comment|_[A-Za-z]{1,40}"
)
_ENTRY: Final = re.compile(rb'[\[,]\s{0,100}(\{\s{0,100}"(?:' + _FIRST_KEYS + rb')")')
_PARTS: Final = (b'"startedDateTime"', b'"request"', b'"response"')
_MARKER_BYTES: Final = 512
_MOST_BEGINS: Final = 50
"""An object over so many begins of entries has lost its end."""

_BETWEEN: Final = b" \t\r\n,"


class HarImporter:
    """Reads the entries one by one; an id that is made of method, URL and order counts over all files of an import."""

    def __init__(self, options: ImportOptions, account: Account) -> None:
        self._options, self._account = options, account
        self._times: dict[bytes, int] = {}

    def rows(self, pieces: Iterable[bytes], source: SourceFile) -> Iterator[ImportedRow]:  # noqa: ARG002 - as all importers
        """The rows of one file.

        Raises:
            BrokenSourceError: the pieces end in it.
        """
        for offset, raw in entries(pieces, self._account.pass_over):
            try:
                entry = read_entry(raw)
                yield self._options.arm, exchange_of(entry, self._options, self._ordered_id, self._account.keep_without)
            except ValueError as error:  # noqa: PERF203 - one bad entry never ends an import
                self._account.pass_over(str(error), offset)

    def rest(self) -> Iterator[ImportedRow]:
        """The rows that wait for the end of the last file: none."""
        yield from ()

    def _ordered_id(self, method: str, target: str, body: bytes | None) -> str:
        """The same for the n-th request of one kind in every arm, whose hosts may differ."""
        key = hashlib.blake2b(digest_size=12)
        for part in (method.encode(), target.encode("utf-8", "surrogatepass"), body or b""):
            key.update(len(part).to_bytes(8, "big") + part)
        number = self._times[key.digest()] = self._times.get(key.digest(), 0) + 1
        return f"{key.hexdigest()}-{number}"


def entries(pieces: Iterable[bytes], pass_over: Callable[[str, int], None]) -> Iterator[tuple[int, bytes]]:
    """The elements of every ``entries`` in a HAR file, with their offsets.

    Behind an entry that is broken it goes on with whatever looks like the begin of the next.

    Args:
        pieces: of the file.
        pass_over: told the reason and the offset of what is no entry.

    Raises:
        BrokenSourceError: the pieces end in it; the entries before it were given.
    """
    text = ObjectText(pieces)
    if not _skip_to(text, _ENTRIES):
        pass_over("it holds no entries of a HAR file", 0)
        return
    yield from _elements(text, pass_over)
    # where the end of the entries was none, others follow it; where it was one, other objects may
    while _skip_to(text, _ENTRY, group=1):
        end = _whole_object(text)
        raw = bytes(text.held[: 1 if end is None else end])
        if _is_sound(raw) and all(name in raw for name in _PARTS):
            yield text.offset, raw
            text.drop(len(raw))
            yield from _elements(text, pass_over)
        else:
            text.drop(1)


def _elements(text: ObjectText, pass_over: Callable[[str, int], None]) -> Iterator[tuple[int, bytes]]:
    while _skip_between(text):
        if text.held[:1] == b"]":
            return
        if text.held[:1] == b"{":
            end = _whole_object(text)
            raw = None if end is None else bytes(text.held[:end])
            if raw is not None and _is_sound(raw):
                offset = text.offset
                text.drop(len(raw))
                yield offset, raw
                continue
        pass_over("it is no entry of a HAR file", text.offset)
        if not _skip_to(text, _ENTRY, group=1, first=1):
            return
    pass_over("the file ends within its entries", text.offset)


def _is_sound(raw: bytes) -> bool:
    """Whether an object that ends well is one entry: a broken quote may have joined it with those behind it."""
    return raw.count(b'"startedDateTime"') <= 1


def _whole_object(text: ObjectText) -> int | None:
    """The end of the object that the text begins with; None: it never ends, or is too long."""
    looked_at = 0
    while True:
        # a long object is looked at again only when twice as much of it is there
        if len(text.held) >= 2 * looked_at or text.ended:
            looked_at = len(text.held)
            begins = next(islice(_ENTRY.finditer(text.held, 1), _MOST_BEGINS, None), None)
            end = object_end(text.held, 0, looked_at if begins is None else begins.start())
            if end is not None:
                return end
            if begins is not None or text.ended or looked_at > MOST_OBJECT_BYTES:
                return None
        text.more()


def _skip_between(text: ObjectText) -> bool:
    """Drops what separates two elements; whether anything follows."""
    while True:
        length = len(text.held) - len(text.held.lstrip(_BETWEEN))
        text.drop(length)
        if text.held:
            return True
        if not text.more():
            return False


def _skip_to(text: ObjectText, pattern: re.Pattern[bytes], *, group: int = 0, first: int = 0) -> bool:
    """Drops what stands before a group of a pattern, or the whole match; whether there is one."""
    while True:
        found = pattern.search(text.held, first)
        if found is not None:
            text.drop(found.start(group) if group else found.end())
            return True
        text.drop(max(0, len(text.held) - _MARKER_BYTES))
        first = 0
        if not text.more():
            return False
