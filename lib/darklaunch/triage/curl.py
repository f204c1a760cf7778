"""Shell command of a captured request; nothing of the request can act in it but as an argument of curl."""

import json
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from darklaunch.diff.privacy.masking import Masking, MaskingLevel, is_secret_path, mask_query, mask_text, masked_value
from darklaunch.diff.privacy.secrets import MASKED
from darklaunch.diff.values.json_path import ANY_INDEX, JsonPath
from darklaunch.pair.headers import Headers
from darklaunch.text.escape import encodable, printable

MAXIMUM_BODY: Final = 2048
"""Bytes of a body that a command carries; a longer one is ``$BODY`` in it."""

_METHOD: Final = re.compile(r"[A-Za-z]+(?:-[A-Za-z]+)*")
_NAME: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_SET_BY_CURL: Final = frozenset(
    {"host", "connection", "content-length", "transfer-encoding", "expect", "te", "upgrade"}
)
_SAFE_IN_PATH: Final = "/%:@!$&()*+,;=~-._'{}[]"
_SAFE_IN_QUERY: Final = _SAFE_IN_PATH + "?"


@dataclass(frozen=True, slots=True, kw_only=True)
class CapturedRequest:
    """A request as the client sent it.

    Attributes:
        method: such as ``GET``.
        path: as captured, without the query.
        query: as captured, without the question mark.
        headers: names and values in order.
        body: its first bytes; more than ``MAXIMUM_BODY`` of them mean that it is too long to be shown.
        template: the template of its endpoint, which replaces the path where everything is masked.
    """

    method: str
    path: str
    query: str | None = None
    headers: Headers = ()
    body: bytes | None = None
    template: str


def curl_command(request: CapturedRequest, masking: Masking) -> str:
    """The command in one line; ``$HOST`` in it is the scheme and host to send to, such as ``http://localhost:8080``.

    Every piece of the request is one quoted word of one line, and printable: control characters are written as
    percent escapes in the address, as escapes elsewhere. Parts that are masked no longer are what was sent.
    """
    method = request.method if _METHOD.fullmatch(request.method) else "GET"
    words = ["curl", "--head"] if method == "HEAD" else ["curl", "-X", method]
    if masking.level is MaskingLevel.ALL:
        return " ".join([*words, *_address(request.template, None)])
    path = request.path if masking.level is MaskingLevel.NONE else _mask_path(request.path, masking)
    words += _address(path, mask_query(request.query, masking) if request.query else None)
    for name, value in request.headers:
        # a name such as @file would make curl read that file
        if _NAME.fullmatch(name) and name.lower() not in _SET_BY_CURL:
            words += ["-H", _word(_header(name, value, masking))]
    if request.body:
        words += ["--data-raw", _body(request, masking)]
    return " ".join(words)


def _address(path: str, query: str | None) -> list[str]:
    rooted = path if path.startswith("/") else f"/{path}"
    url = quote(rooted, safe=_SAFE_IN_PATH, errors="surrogatepass")
    if query:
        url += f"?{quote(query, safe=_SAFE_IN_QUERY, errors='surrogatepass')}"
    # curl would take {1..9} and [1-9] for a list of addresses, and settle /../ itself
    globbing = ["--globoff"] if re.search(r"[{}\[\]]", url) else []
    dot_segments = ["--path-as-is"] if re.search(r"/\.{1,2}(/|$)", rooted) else []
    return [f'"$HOST"{_word(url)}', *globbing, *dot_segments]


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
    secret = masking.level is MaskingLevel.SENSITIVE and is_secret_path(("headers", name.lower()))
    shown = printable(MASKED if secret else mask_text(value, masking))
    return f"{name}: {shown}" if shown.strip() else f"{name};"


def _mask_path(path: str, masking: Masking) -> str:
    """Masks what looks secret, and segments that follow one whose name says so, as in ``/tokens/31af``."""
    segments = mask_text(path, masking).split("/")
    previous = ["", *segments]
    return "/".join(
        MASKED if segment and is_secret_path((name,)) else segment
        for name, segment in zip(previous, segments, strict=False)
    )


def _body(request: CapturedRequest, masking: Masking) -> str:
    body = request.body or b""
    try:
        text = body.decode()
    except ValueError:
        return '"$BODY"'
    # a shell's word can't hold a NUL
    if len(body) > MAXIMUM_BODY or "\0" in text:
        return '"$BODY"'
    return _text_word(text if masking.level is MaskingLevel.NONE else _mask_body(text, request.headers, masking))


def _mask_body(text: str, headers: Headers, masking: Masking) -> str:
    media_types = [value.lower() for name, value in headers if name.lower() == "content-type"]
    if any("x-www-form-urlencoded" in media_type for media_type in media_types):
        return mask_query(text, masking)
    try:
        parsed = json.loads(text)
        masked = _mask_json(parsed, ("body",), masking)
    except (ValueError, RecursionError):
        return mask_text(text, masking)
    return text if masked == parsed else encodable(json.dumps(masked, ensure_ascii=False))


def _mask_json(value: object, path: JsonPath, masking: Masking) -> object:
    match value:
        case dict():
            return {mask_text(k, masking): _mask_json(v, (*path, k), masking) for k, v in value.items()}
        case list():
            return [_mask_json(element, (*path, ANY_INDEX), masking) for element in value]
        case str():
            return MASKED if masking.mask_path(path).secret else mask_text(value, masking)
        case None | bool():
            return value
        case _:
            shown = masked_value(value, masking, secret=masking.mask_path(path).secret)
            return value if shown == str(value) else MASKED
