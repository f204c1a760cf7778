"""A response's headers as one text that says all that is compared of them: cheap to shuffle, to compare and to send."""

from functools import lru_cache
from typing import Final

from pyspark.sql import Column
from pyspark.sql import functions as F  # noqa: N812 - as Spark's own pages call it

from darklaunch.core.exchange import PRESENCE_ONLY_HEADERS, Headers

SEPARATOR: Final = "\0"
"""Between names and values; HTTP forbids it in both."""

_UNROLLED: Final = 24
"""Headers that are written out one by one, which Spark compiles; its loops over arrays are interpreted."""


def head(headers: str) -> Column:
    """Writes an array of headers as one text, without the values that are compared by presence only.

    Args:
        headers: the column's name.

    Returns:
        Name, separator, value, separator, name and so on; empty where there are no headers.
    """
    size = F.size(F.coalesce(headers, F.array()))
    few = [F.when(size > at, part) for at in range(_UNROLLED) for part in _parts(F.get(headers, F.lit(at)))]
    every = F.transform(headers, lambda one: F.concat_ws(SEPARATOR, *_parts(one)))
    return F.when(size <= _UNROLLED, F.concat_ws(SEPARATOR, *few)).otherwise(F.concat_ws(SEPARATOR, every))


def _parts(header: Column) -> tuple[Column, Column]:
    value = F.coalesce(header["value"], F.lit(""))
    by_presence = F.lower(header["name"]).isin(*PRESENCE_ONLY_HEADERS)
    return F.coalesce(header["name"], F.lit("")), F.when(by_presence, F.lit("")).otherwise(value)


@lru_cache(maxsize=65_536)
def headers_of(written: str) -> Headers:
    """Reads what ``head`` wrote; a service has few different heads, once dates and request ids are left out."""
    fields = written.split(SEPARATOR) if written else []
    return tuple(zip(fields[::2], fields[1::2], strict=False))
