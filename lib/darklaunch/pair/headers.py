"""Headers as pairing and comparison share them: those that count by presence only or not, and all as one text."""

from functools import lru_cache
from typing import Final, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

Headers: TypeAlias = tuple[tuple[str, str], ...]

PRESENCE_ONLY_HEADERS: Final = (
    "age",
    "b3",
    "date",
    "proxy-authenticate",
    "request-id",
    "server-timing",
    "te",
    "trailer",
    "traceparent",
    "tracestate",
    "upgrade",
    "x-amzn-trace-id",
    "x-b3-parentspanid",
    "x-b3-spanid",
    "x-b3-traceid",
    "x-cloud-trace-context",
    "x-correlation-id",
    "x-request-id",
    "x-response-time",
    "x-runtime",
)
"""Hop-by-hop headers, and those minted for each response."""

TRANSPORT_HEADERS: Final = ("connection", "content-length", "keep-alive", "proxy-connection", "transfer-encoding")
"""Not compared, nor is their presence: they frame the body, which is compared itself, on one connection."""

HEADERS_WITHOUT_VALUE: Final = (*PRESENCE_ONLY_HEADERS, *TRANSPORT_HEADERS)
"""Their values are not carried along."""

CONTENT_LENGTH: Final = "content-length"
"""Compared by its value where there is no body to stand in for it: of answers to HEAD, of 204 and 304."""

SEPARATOR: Final = "\0"
"""Between names and values; HTTP forbids it in both."""


@lru_cache(maxsize=65_536)
def headers_of(written: str) -> Headers:
    """Reads what ``header_texts`` wrote; a service has few different heads, once dates and request ids are left out."""
    fields = written.split(SEPARATOR) if written else []
    return tuple(zip(fields[::2], fields[1::2], strict=False))


def header_texts(headers: pa.ChunkedArray, bodies: pa.ChunkedArray) -> pa.Array:
    """Writes each row's headers as one text, without the values that are not compared.

    Args:
        headers: lists of structs of name and value.
        bodies: of the same responses; where there is none, ``content-length`` keeps its value.

    Returns:
        Name, separator, value, separator, name and so on; empty where there are no headers.
    """
    lists = headers.combine_chunks()
    flat = lists.flatten()
    # a log has few names: what is done to them is done once each
    names = _plain(pc.struct_field(flat, "name")).dictionary_encode()
    lowered = pc.utf8_lower(names.dictionary)
    minted = pc.is_in(lowered, value_set=pa.array(HEADERS_WITHOUT_VALUE)).take(names.indices)
    empty = pc.equal(pc.fill_null(pc.binary_length(bodies), 0), 0)
    if pc.any(empty).as_py():
        without_body = empty.combine_chunks().take(pc.list_parent_indices(lists))
        length = pc.equal(lowered, CONTENT_LENGTH).take(names.indices)
        minted = pc.and_not(minted, pc.and_(length, without_body))
    values = pc.if_else(minted, "", _plain(pc.struct_field(flat, "value")))
    written = pc.binary_join_element_wise(names.dictionary_decode(), values, SEPARATOR)
    lengths = pc.fill_null(pc.list_value_length(lists), 0).cast(pa.int32())
    offsets = pa.concat_arrays([pa.array([0], pa.int32()), pc.cumulative_sum(lengths)])
    return pc.binary_join(pa.ListArray.from_arrays(offsets, written), SEPARATOR)


def _plain(texts: pa.Array) -> pa.Array:
    """Texts without nulls, and without the separator, which would make other headers of them."""
    filled = pc.fill_null(texts, "")
    has_separator = pc.any(pc.match_substring(filled, SEPARATOR)).as_py()
    return pc.replace_substring(filled, SEPARATOR, "\\0") if has_separator else filled
