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

_BY_PRESENCE: Final = ", ".join(f"'{name}'" for name in PRESENCE_ONLY_HEADERS)


def head(headers: str) -> Column:
    """Writes an array of headers as one text, without the values that are compared by presence only.

    Args:
        headers: the column's name.

    Returns:
        Name, separator, value, separator, name and so on; empty where there are no headers.
    """
    # as SQL, which Spark reads at once: built call by call these columns took longer than many a window
    few = ", ".join(
        f"if(size({headers}) > {at}, {part}, null)"
        for at in range(_UNROLLED)
        for part in _parts(f"get({headers}, {at})")
    )
    every = f"flatten(transform({headers}, one -> array({', '.join(_parts('one'))})))"
    nul = "chr(0)"
    return F.expr(f"if(size({headers}) > {_UNROLLED}, concat_ws({nul}, {every}), concat_ws({nul}, {few}))")


def _parts(header: str) -> tuple[str, str]:
    value = f"coalesce({header}.value, '')"
    return f"coalesce({header}.name, '')", f"if(lower({header}.name) in ({_BY_PRESENCE}), '', {value})"


@lru_cache(maxsize=65_536)
def headers_of(written: str) -> Headers:
    """Reads what ``head`` wrote; a service has few different heads, once dates and request ids are left out."""
    fields = written.split(SEPARATOR) if written else []
    return tuple(zip(fields[::2], fields[1::2], strict=False))
