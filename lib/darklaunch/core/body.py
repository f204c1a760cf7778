"""Lifting a response body into a value that can be compared: JSON, text or bytes."""

import json
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, TypeAlias

import orjson

from darklaunch.core.exchange import Headers, Response

MAXIMUM_INFLATED_BYTES: Final = 64 * 2**20
"""A body that inflates beyond this is not compared."""

_LONG_NUMBER: Final = re.compile(rb"[1-9](?:\.?\d){16,}|\d[eE][+-]?\d{3}")
_DIGITS: Final = bytes(ord("0") if chr(c).isdigit() else {101: 101, 69: 101, 45: 45}.get(c, 32) for c in range(256))
_MANY_DIGITS: Final = b"0" * 17
_SMALL_EXPONENT: Final = b"0e-000"
_ENCODINGS: Final = {"gzip": 31, "x-gzip": 31, "deflate": 47}


@dataclass(frozen=True, slots=True)
class Json:
    """A parsed JSON body; numbers keep the value that was written."""

    value: Any


@dataclass(frozen=True, slots=True)
class Text:
    """A body of characters, not read any further."""

    value: str


@dataclass(frozen=True, slots=True)
class Binary:
    """A body of bytes."""

    value: bytes


@dataclass(frozen=True, slots=True)
class Empty:
    """No body, which is not an empty object."""


@dataclass(frozen=True, slots=True)
class Unparsable:
    """A body that claims to be JSON and is not."""

    value: str


@dataclass(frozen=True, slots=True)
class Undecodable:
    """A body that can't be read, with the reason."""

    reason: str


Lifted: TypeAlias = Json | Text | Binary | Empty | Unparsable | Undecodable


@dataclass(frozen=True, slots=True)
class Constant:
    """``NaN`` or ``Infinity`` where a producer emits one; equal to itself, unlike the float."""

    name: str

    def __str__(self) -> str:
        return self.name


def lift_pair(production: Response, other: Response) -> tuple[Lifted, Lifted]:
    """Lifts two bodies with one parser, so that the same number never has two values.

    The fast parser holds decimals as doubles. That can hide a difference only between numbers of 17 digits
    and more, so the exact parser reads both bodies where those are not the same on both sides.
    """
    first, second = _inflate(production), _inflate(other)
    if _long_numbers(first) == _long_numbers(second):
        try:
            return _lift(first, production, _fast), _lift(second, other, _fast)
        except _NotFast:
            pass
    return _lift(first, production, _exact), _lift(second, other, _exact)


def _long_numbers(raw: "bytes | Undecodable") -> list[bytes]:
    if not isinstance(raw, bytes):
        return []
    # the search takes ten times as long as this look, which nearly every body passes
    digits = raw.translate(_DIGITS, b".+")
    return _LONG_NUMBER.findall(raw) if _MANY_DIGITS in digits or _SMALL_EXPONENT in digits else []


class _NotFast(Exception):  # noqa: N818 - a signal, not an error
    """The fast parser refused what the exact one may read: other charsets, ``NaN``, lone surrogates."""


def _fast(raw: bytes) -> Any:  # noqa: ANN401 - any JSON value
    try:
        return orjson.loads(raw)
    except ValueError as error:
        raise _NotFast from error


def _exact(raw: bytes) -> Any:  # noqa: ANN401 - any JSON value
    return json.loads(raw, parse_float=Decimal, parse_constant=Constant)


@dataclass(frozen=True, slots=True)
class _Form:
    """What a response says of its body: encodings, media type, parameters of it; all in lower case."""

    encoding: str
    media_type: str
    parameters: str


@lru_cache(maxsize=4096)
def _form(headers: Headers) -> _Form:
    found = {"content-encoding": "", "content-type": ""}
    for name, value in reversed(headers):
        lowered = name.lower()
        if lowered in found:
            found[lowered] = value.strip().lower()
    media_type, _, parameters = found["content-type"].partition(";")
    return _Form(found["content-encoding"], media_type, parameters)


def _inflate(response: Response) -> bytes | Undecodable:
    raw = response.body or b""
    encoding = _form(response.headers).encoding
    if encoding in {"", "identity"} or not raw:
        return raw
    if encoding not in _ENCODINGS:
        return Undecodable(f"content-encoding {encoding[:40]}")
    try:
        return _inflate_zlib(raw, _ENCODINGS[encoding])
    except zlib.error:
        return Undecodable(f"not {encoding}, though content-encoding says so")


def _inflate_zlib(raw: bytes, window_bits: int) -> bytes | Undecodable:
    try:
        stream = zlib.decompressobj(window_bits)
        inflated = stream.decompress(raw, MAXIMUM_INFLATED_BYTES)
    except zlib.error:
        if window_bits == _ENCODINGS["gzip"]:
            raise
        # some servers send "deflate" without the zlib wrapper
        stream = zlib.decompressobj(-15)
        inflated = stream.decompress(raw, MAXIMUM_INFLATED_BYTES)
    if stream.unconsumed_tail:
        return Undecodable(f"inflates beyond {MAXIMUM_INFLATED_BYTES} bytes")
    return inflated if stream.eof else Undecodable("compressed body ends early")


def _lift(raw: bytes | Undecodable, response: Response, parse: Callable[[bytes], Any]) -> Lifted:
    if isinstance(raw, Undecodable):
        return raw
    if not raw:
        return Empty()
    form = _form(response.headers)
    claims_json = "json" in form.media_type
    if claims_json or raw.lstrip()[:1] in {b"{", b"["}:
        try:
            return Json(parse(raw))
        except RecursionError:
            return Undecodable("nested too deeply")
        except ValueError:
            if claims_json:
                return Unparsable(raw.decode("utf-8", "replace"))
    return _text(raw, form.parameters)


def _text(raw: bytes, parameters: str) -> Lifted:
    charset = next((p.split("=", 1)[1] for p in parameters.split(";") if p.strip().startswith("charset=")), "utf-8")
    try:
        return Text(raw.decode(charset.strip("\"' ")))
    except (LookupError, ValueError):
        return Binary(raw)
