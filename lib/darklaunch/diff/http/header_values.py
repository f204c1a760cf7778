"""Values of headers: those that are compared, by name, and when two spellings mean the same (RFC 9110)."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, TypeAlias

from darklaunch.diff.http.response import Response
from darklaunch.pair.headers import CONTENT_LENGTH, PRESENCE_ONLY_HEADERS, TRANSPORT_HEADERS

HeaderValue: TypeAlias = str | list[str]
"""The value of a header, or those of its lines where it has several."""

TRANSFER_ENCODING: Final = "transfer-encoding"
_CONTENT_TYPE: Final = "content-type"
_MULTIPART: Final = "multipart/"
_BLANKS: Final = " \t"
_SPECIAL: Final = {**dict.fromkeys(PRESENCE_ONLY_HEADERS, True), **dict.fromkeys(TRANSPORT_HEADERS, False)}
"""Headers whose values are not compared, with whether their presence is."""

_SPECIAL_WITH_LENGTH: Final = {name: seen for name, seen in _SPECIAL.items() if name != CONTENT_LENGTH}
_LISTS: Final = frozenset(
    re.findall(
        r"[\w-]+",
        """accept accept-ch accept-charset accept-encoding accept-language accept-patch accept-post accept-ranges
        access-control-allow-headers access-control-allow-methods access-control-expose-headers allow alt-svc
        cache-control clear-site-data content-encoding content-language content-security-policy
        content-security-policy-report-only link permissions-policy pragma referrer-policy timing-allow-origin vary via
        warning""",
    )
)
"""Headers that are defined as lists; never ``set-cookie``, whose values hold commas."""

_ELEMENT: Final = re.compile(r'(?:[^",]|"(?:[^"\\]|\\.)*"?)+')
_PARAMETER: Final = re.compile(r';[ \t]*([^\s=;"]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*))[ \t]*')


def headers_by_name(
    production: Response, other: Response, *, with_length: bool
) -> tuple[Mapping[str, HeaderValue], Mapping[str, HeaderValue]]:
    """The headers of two responses that are compared, in lower case; empty where only the presence is.

    Args:
        production: the reference.
        other: the other arm's.
        with_length: whether ``content-length`` is among them, where neither says that it sends chunks.
    """
    special = _SPECIAL
    if with_length and not any(name.lower() == TRANSFER_ENCODING for name, _ in (*production.headers, *other.headers)):
        special = _SPECIAL_WITH_LENGTH
    return _by_name(production, special), _by_name(other, special)


def _by_name(response: Response, special: Mapping[str, bool]) -> dict[str, HeaderValue]:
    grouped: dict[str, HeaderValue] = {}
    for name, written in response.headers:
        lowered = name.lower()
        is_seen = special.get(lowered)
        if is_seen is False:
            continue
        # a value minted for one response says nothing, and the text of headers does not carry it
        value = written if is_seen is None else ""
        before = grouped.get(lowered)
        if before is None:
            grouped[lowered] = value
        elif isinstance(before, list):
            before.append(value)
        else:
            grouped[lowered] = [before, value]
    return grouped


def same_value(name: str, production: object, other: object) -> bool:
    """Whether two values of a header mean the same: media types spelt in two ways, lists in one line or in several.

    Args:
        name: in lower case.
        production: a text, or the list of those of several lines.
        other: the other arm's.
    """
    if name == _CONTENT_TYPE and isinstance(production, str) and isinstance(other, str):
        return canonical_media_type(production) == canonical_media_type(other)
    return name in _LISTS and _elements(production) == _elements(other)


@lru_cache(maxsize=4096)
def canonical_media_type(written: str) -> str:
    """A media type in one spelling, without the boundary of parts; as it is where it can't be read (RFC 9110, 8.3.1).

    Type, names of parameters and charsets are in lower case, parameters in the order of their names.
    """
    media_type, semicolon, _ = written.partition(";")
    rest = written[len(media_type) :].strip(_BLANKS).rstrip(";")
    found = list(_PARAMETER.finditer(rest))
    if semicolon and "".join(parameter[0] for parameter in found) != rest:
        return written
    parameters = []
    for parameter in found:
        name = parameter[1].lower()
        value = parameter[3] if parameter[2] is None else re.sub(r"\\(.)", r"\1", parameter[2])
        parameters.append((name, value.lower() if name == "charset" else value))
    lowered = media_type.strip(_BLANKS).lower()
    kept = [each for each in parameters if not (each[0] == "boundary" and lowered.startswith(_MULTIPART))]
    return lowered + "".join(f";{name}={value!r}" for name, value in sorted(kept))


def _elements(value: object) -> list[str]:
    """The elements of a list, whichever lines they stand in (RFC 9110, 5.3 and 5.6.1)."""
    lines = value if isinstance(value, list) else [str(value)]
    return [element for line in lines for found in _ELEMENT.findall(line) if (element := found.strip(_BLANKS))]
