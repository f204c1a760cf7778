"""A captured request as one line for a shell, in which nothing of the request can act but as an argument of curl."""

import json
import re
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from darklaunch.diff.privacy.masking import Level, Masking, is_secret
from darklaunch.diff.privacy.redaction import mask_query, mask_text, show
from darklaunch.diff.privacy.secrets import MASKED
from darklaunch.diff.values.json_path import EVERY, Path
from darklaunch.pair.headers import Headers
from darklaunch.text.escape import printable

MAXIMUM_BODY: Final = 2048
"""Bytes of a body that a line carries; instead of a longer one it reads ``$BODY``."""

_METHOD: Final = re.compile(r"[A-Za-z]+(?:-[A-Za-z]+)*")
_NAME: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_MADE_BY_CURL: Final = frozenset(
    {"host", "connection", "content-length", "transfer-encoding", "expect", "te", "upgrade"}
)
_PATH_SAFE: Final = "/%:@!$&()*+,;=~-._'{}[]"
_QUERY_SAFE: Final = _PATH_SAFE + "?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a client sent.

    Attributes:
        method: such as ``GET``.
        path: as captured, without the query.
        query: as captured, without the question mark.
        headers: names and values in order.
        body: its first bytes; more than ``MAXIMUM_BODY`` of them mean that there are too many.
        template: the route it took, which is all that is told of its path where everything is masked.
    """

    method: str
    path: str
    query: str | None = None
    headers: Headers = ()
    body: bytes | None = None
    template: str


def curl(request: Request, masking: Masking) -> str:
    """Writes the line; ``$HOST`` in it is the scheme and host to send to, such as ``http://localhost:8080``.

    Every piece of the request is one quoted word of one line, and printable: control characters are written as
    percent escapes in the address, as escapes elsewhere. Parts that are masked no longer are what was sent.
    """
    method = request.method if _METHOD.fullmatch(request.method) else "GET"
    words = ["curl", "--head"] if method == "HEAD" else ["curl", "-X", method]
    if masking.level is Level.ALL:
        return " ".join([*words, *_target(request.template, None)])
    path = request.path if masking.level is Level.NONE else _masked_path(request.path, masking)
    words += _target(path, mask_query(request.query, masking) if request.query else None)
    for name, value in request.headers:
        # a name such as @file would make curl read that file
        if _NAME.fullmatch(name) and name.lower() not in _MADE_BY_CURL:
            words += ["-H", _word(_header(name, value, masking))]
    if request.body:
        words += ["--data-raw", _body(request, masking)]
    return " ".join(words)


def _target(path: str, query: str | None) -> list[str]:
    rooted = path if path.startswith("/") else f"/{path}"
    address = quote(rooted, safe=_PATH_SAFE, errors="surrogatepass")
    if query:
        address += f"?{quote(query, safe=_QUERY_SAFE, errors='surrogatepass')}"
    # curl would take {1..9} and [1-9] for a list of addresses, and settle /../ itself
    literal = ["--globoff"] if re.search(r"[{}\[\]]", address) else []
    as_it_is = ["--path-as-is"] if re.search(r"/\.{1,2}(/|$)", rooted) else []
    return [f'"$HOST"{_word(address)}', *literal, *as_it_is]


def _word(text: str) -> str:
    """One word of a POSIX shell; always quoted, also where that is not needed."""
    return "'" + text.replace("'", "'\"'\"'") + "'"


def _text_word(text: str) -> str:
    """One word that bash and zsh read as this text; other shells take it for another text, and for nothing worse."""
    if text.isprintable():
        return _word(text)
    # no backslash may stand before a quote: a shell that does not know $'' would end the word there
    return "$'" + "".join(_escaped(character) for character in text) + "'"


def _escaped(character: str) -> str:
    if character.isprintable() and character not in "'\\":
        return character
    return "\\\\" if character == "\\" else "".join(f"\\x{byte:02x}" for byte in character.encode())


def _header(name: str, value: str, masking: Masking) -> str:
    secret = masking.level is Level.SENSITIVE and is_secret(("headers", name.lower()))
    shown = printable(MASKED if secret else mask_text(value, masking))
    return f"{name}: {shown}" if shown.strip() else f"{name};"


def _masked_path(path: str, masking: Masking) -> str:
    """Masks what looks secret, and segments that follow one whose name says so, as in ``/tokens/31af``."""
    segments = mask_text(path, masking).split("/")
    ahead = ["", *segments]
    return "/".join(
        MASKED if segment and is_secret((name,)) else segment for name, segment in zip(ahead, segments, strict=False)
    )


def _body(request: Request, masking: Masking) -> str:
    body = request.body or b""
    try:
        text = body.decode()
    except ValueError:
        return '"$BODY"'
    # a shell's word can't hold a NUL
    if len(body) > MAXIMUM_BODY or "\0" in text:
        return '"$BODY"'
    return _text_word(text if masking.level is Level.NONE else _masked_body(text, request.headers, masking))


def _masked_body(text: str, headers: Headers, masking: Masking) -> str:
    types = [value.lower() for name, value in headers if name.lower() == "content-type"]
    if any("x-www-form-urlencoded" in kind for kind in types):
        return mask_query(text, masking)
    try:
        parsed = json.loads(text)
        masked = _masked_json(parsed, ("body",), masking)
    except (ValueError, RecursionError):
        return mask_text(text, masking)
    return text if masked == parsed else json.dumps(masked, ensure_ascii=False)


def _masked_json(value: Any, path: Path, masking: Masking) -> Any:  # noqa: ANN401 - any JSON value
    match value:
        case dict():
            return {mask_text(k, masking): _masked_json(v, (*path, k), masking) for k, v in value.items()}
        case list():
            return [_masked_json(element, (*path, EVERY), masking) for element in value]
        case str():
            return MASKED if masking.at(path).secret else mask_text(value, masking)
        case None | bool():
            return value
        case _:
            shown = show(value, masking, secret=masking.at(path).secret)
            return value if shown == str(value) else MASKED
