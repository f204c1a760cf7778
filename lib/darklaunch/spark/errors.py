"""Spark's exceptions, read for the file that they complain of."""

import re
from typing import TypeAlias

from pyspark.errors import PySparkException

SparkError: TypeAlias = PySparkException
"""Any failure of Spark, for modules that import no pyspark."""

_PATH = re.compile(r"(?:[a-z][a-z0-9+.-]*:/*)?/?[^\s:,'\"]*?arm=[^\s:,'\"]*?\.parquet")
_BROKEN = (
    "FAILED_READ_FILE",
    "CANNOT_READ_FILE",
    "ParquetDecodingException",
    "is not a Parquet file",
    "Could not read page",
)


def unreadable_file(error: BaseException) -> str | None:
    """The capture file whose pages Spark failed to decode; None where it failed of something else."""
    message = str(error)
    path = _PATH.search(message) if any(mark in message for mark in _BROKEN) else None
    return path[0].removeprefix("file:") if path else None
