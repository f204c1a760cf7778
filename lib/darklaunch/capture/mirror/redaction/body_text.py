"""Texts of bodies with what the settings name replaced: JSON, lines of JSON, forms, and URLs anywhere."""

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote_plus

from darklaunch.capture.mirror.redaction.json_members import MemberPath, NotReplaceableError, Replace, replace_members
from darklaunch.capture.mirror.redaction.names import Redaction

_WIDE: Final = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
_NEVER: Final = re.compile(rb"(?!)")
_LINES: Final = ("ndjson", "jsonl", "json-seq", "event-stream")


class BodyText:
    """What a redaction names, compiled."""

    def __init__(self, redaction: Redaction) -> None:
        self._members = redaction.members
        self._member_name = _member_name(self._members)
        self._quoted_member = _compiled(rb"\\\"(?:%b)\\+\"\s*:", _last_names(self._members))
        names = b"|".join(re.escape(name).encode() for name in redaction.query)
        # & may be spelt as HTML and JSON spell it
        self._url = _compiled(rb"(?i)((?:[?&;]|\\u0026)(?:%b)=)([^&\s\"'<>\\#;]+)", names)
        self._form = _compiled(rb"(?i)((?:^|[&;])(?:%b)=)([^&;]*)", names)
        self._multipart = _compiled(rb"(?i)\bname=\"?(?:%b)\"?\s*(?:;|\r?\n)", names)

    def parameters(self, query: str) -> Iterator[str]:
        """The values of a query that are to be hidden, as they are written and as they are meant."""
        for match in self._form.finditer(query.encode("utf-8", "surrogatepass")):
            written = match[2].decode("utf-8", "replace")
            yield written
            yield unquote_plus(written)

    def urls(self, text: bytes, replace: Replace) -> bytes:
        """Any text, with the parameters of URLs in it replaced."""
        return self._url.sub(lambda match: match[1] + replace(match[2]), text)

    def form(self, text: bytes, replace: Replace) -> bytes:
        """A query or a form, with its parameters replaced."""
        return self._form.sub(lambda match: match[1] + replace(match[2]), text)

    def redacted(self, text: bytes, content_type: str, replace: Replace) -> bytes:
        """A body.

        Raises:
            NotReplaceableError: it may hold what is to be hidden, and nobody can tell where.
        """
        kind = content_type.lower()
        if "charset=utf-16" in kind or "charset=utf-32" in kind or text.startswith(_WIDE):
            raise NotReplaceableError
        if "x-www-form-urlencoded" in kind:
            return self.form(text, replace)
        if "multipart/" in kind and self._multipart.search(text):
            raise NotReplaceableError
        if self._member_name.search(text):
            text = self._with_members(text, kind, replace)
            # JSON inside of a string
            if self._quoted_member.search(text):
                raise NotReplaceableError
        return self.urls(text, replace)

    def _with_members(self, text: bytes, kind: str, replace: Replace) -> bytes:
        try:
            return replace_members(text.removeprefix(b"\xef\xbb\xbf"), self._members, _quoting(replace))
        except NotReplaceableError:
            if not any(word in kind for word in _LINES):
                raise
        return b"".join(self._line(line, replace) for line in text.splitlines(keepends=True))

    def _line(self, line: bytes, replace: Replace) -> bytes:
        if not self._member_name.search(line):
            return line
        lead = re.match(rb"(?:data:|\x1e)?\s*", line)
        start = lead.end() if lead else 0
        end = len(line.rstrip())
        return line[:start] + replace_members(line[start:end], self._members, _quoting(replace)) + line[end:]


def _quoting(replace: Replace) -> Replace:
    """What takes the place of a JSON value is a JSON string."""
    return lambda value: b'"' + replace(value) + b'"'


def _member_name(paths: tuple[MemberPath, ...]) -> re.Pattern[bytes]:
    r"""What every JSON text matches that holds a named member: its name, or an escape that may spell it."""
    if any(path[-1].name is None for path in paths):
        return re.compile(rb"[{\[]")
    return _compiled(rb"\"(?:%b)\\*\"\s*:|\"[^\"\n]{0,200}\\u[0-9A-Fa-f]{4}[^\"\n]{0,200}\"\s*:", _last_names(paths))


def _last_names(paths: tuple[MemberPath, ...]) -> bytes:
    return b"|".join(re.escape(path[-1].name.encode()) for path in paths if path[-1].name is not None)


def _compiled(pattern: bytes, names: bytes) -> re.Pattern[bytes]:
    return re.compile(pattern % names) if names else _NEVER
