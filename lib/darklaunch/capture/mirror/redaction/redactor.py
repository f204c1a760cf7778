"""The redactor: the rows of one request without what must not reach the disk."""

import hashlib
import json
import re
import secrets
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote_plus

from darklaunch.capture.mirror.identity import header
from darklaunch.capture.mirror.redaction.body_text import BodyText
from darklaunch.capture.mirror.redaction.codings import NotDecodableError, codings_of, decoded, encoded
from darklaunch.capture.mirror.redaction.json_members import NotReplaceableError
from darklaunch.capture.mirror.redaction.names import Redaction
from darklaunch.capture.writing.exchange import Headers

_SHORTEST: Final = 6
_WORD: Final = re.compile(r"[A-Za-z]?[a-z_-]{0,14}")
_COOKIES: Final = "cookie"
_SET_COOKIE: Final = "set-cookie"


class Redactor:
    """What the settings name, found and replaced; not for more than one thread."""

    def __init__(self, redaction: Redaction) -> None:
        self._headers = frozenset(name.lower() for name in redaction.headers)
        self._texts = BodyText(redaction)
        self._key = secrets.token_bytes(32)

    def of_request(self, request_id: str, headers: Headers, query: str | None, body: bytes | None) -> "RequestRedactor":
        """The redactor of the rows of one request; what it hides there is hidden wherever an answer repeats it.

        Args:
            request_id: the row's.
            headers: of the request, as they came.
            query: of the request.
            body: of the request.
        """
        key = hashlib.blake2b(request_id.encode("utf-8", "surrogatepass"), key=self._key, digest_size=32).digest()
        redactor = RequestRedactor(self._headers, self._texts, key)
        redactor.learn(headers, query, body)
        return redactor


class RequestRedactor:
    """The redactor of one request.

    A value is replaced by a keyed digest: two arms that sent the same value stay equal and two that did not stay
    different, while the key, another for each request, is kept nowhere.
    """

    def __init__(self, headers: frozenset[str], texts: BodyText, key: bytes) -> None:
        self._headers, self._texts, self._key = headers, texts, key
        self._known: dict[bytes, bytes] = {}

    def learn(self, headers: Headers, query: str | None, body: bytes | None) -> None:
        """Notes the hidden values of a request."""
        for name, value in headers:
            if name.lower() == _COOKIES and _COOKIES in self._headers:
                for pair in value.split(";"):
                    self._note(pair.partition("=")[2].strip().strip('"'))
            elif name.lower() in self._headers:
                self._note(value)
                # the token of an authorization, without its scheme
                self._note(value.partition(" ")[2])
        for value in self._texts.parameters(query or ""):
            self._note(value)
        if body:
            self.body(body, headers)

    def text(self, text: str) -> str:
        """A path, a query or the value of a header."""
        raw = self._texts.urls(text.encode("utf-8", "surrogatepass"), self._digest)
        return self._scrubbed(raw).decode("utf-8", "replace")

    def query(self, query: str | None) -> str | None:
        """A query."""
        if query is None:
            return None
        raw = self._texts.form(query.encode("utf-8", "surrogatepass"), self._digest)
        return self._scrubbed(raw).decode("utf-8", "replace")

    def headers(self, headers: Headers, *, lengths: tuple[int, int] | None = None) -> Headers:
        """Headers in their order.

        Args:
            headers: as they came.
            lengths: of the body before and after; where they differ ``content-length`` says the latter.
        """
        return tuple((name, self._value(name.lower(), value, lengths)) for name, value in headers)

    def body(self, body: bytes, headers: Headers, *, truncated: bool = False) -> bytes | None:
        """A body, in the content coding it came in.

        Args:
            body: as it came.
            headers: that came with it.
            truncated: whether only its beginning is known.

        Returns:
            None where nobody can tell what it holds: it must not be kept then.
        """
        codings = codings_of(header(headers, "content-encoding"))
        try:
            plain = decoded(body, codings)
            redacted = self._texts.redacted(plain, header(headers, "content-type") or "", self._digest)
        except (NotDecodableError, NotReplaceableError):
            return None
        redacted = self._scrubbed(redacted)
        if truncated:
            redacted = self._without_cut_value(redacted)
        return body if redacted == plain else encoded(redacted, codings)

    def _value(self, name: str, value: str, lengths: tuple[int, int] | None) -> str:
        if name == "content-length" and lengths is not None and lengths[0] != lengths[1]:
            return str(lengths[1])
        if name not in self._headers:
            return self.text(value)
        if name == _COOKIES:
            return "; ".join(self._pair(pair.strip()) for pair in value.split(";"))
        if name == _SET_COOKIE:
            pair, separator, attributes = value.partition(";")
            return self._pair(pair) + separator + self.text(attributes)
        return self._digest(value.encode("utf-8", "surrogatepass")).decode()

    def _pair(self, pair: str) -> str:
        name, _, value = pair.partition("=")
        return f"{name}={self._digest(value.encode('utf-8', 'surrogatepass')).decode()}"

    def _digest(self, value: bytes) -> bytes:
        for text in _readings(value):
            self._note(text)
        return b"redacted-" + hashlib.blake2b(value, key=self._key, digest_size=8).hexdigest().encode()

    def _note(self, value: str) -> None:
        # a short value or a plain word stands in texts that have nothing to do with it
        if len(value) < _SHORTEST or _WORD.fullmatch(value) or value.encode("utf-8", "surrogatepass") in self._known:
            return
        replacement = self._replacement(value)
        for spelling in {
            value,
            unquote_plus(value),
            *(json.dumps(value, ensure_ascii=each)[1:-1] for each in (True, False)),
        }:
            if len(spelling) >= _SHORTEST:
                self._known[spelling.encode("utf-8", "surrogatepass")] = replacement

    def _replacement(self, value: str) -> bytes:
        """What takes the place of a value in the middle of a text; of digits, as many digits: JSON stays JSON."""
        digest = hashlib.blake2b(value.encode("utf-8", "surrogatepass"), key=self._key, digest_size=8)
        if value.isascii() and value.isdigit():
            lowest = 10 ** (len(value) - 1)
            return str(lowest + int.from_bytes(digest.digest(), "big") % (9 * lowest)).encode()
        return b"redacted-" + digest.hexdigest().encode()

    def _scrubbed(self, text: bytes) -> bytes:
        # the longest first: one may hold another
        for value in sorted(self._known, key=len, reverse=True):
            if value in text:
                text = text.replace(value, self._known[value])
        return text

    def _without_cut_value(self, text: bytes) -> bytes:
        cut = max((_overlap(text, value) for value in self._known), default=0)
        return text[: len(text) - cut]


def _overlap(text: bytes, value: bytes) -> int:
    """How many bytes at the end of a text are the beginning of a value."""
    lengths = range(min(len(value) - 1, len(text)), 0, -1)
    return next((length for length in lengths if text.endswith(value[:length])), 0)


def _readings(value: bytes) -> Iterator[str]:
    """The texts that a replaced value stands for: itself, or what a JSON string spells."""
    text = value.decode("utf-8", "replace")
    yield text
    if value[:1] == b'"':
        try:
            yield str(json.loads(value))
        except ValueError:
            return
