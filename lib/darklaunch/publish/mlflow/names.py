"""Names of endpoints inside names of metrics: as people write them, so far as MLflow takes that.

MLflow takes letters, digits, ``_``, ``-``, ``.``, ``:``, ``/`` and blanks, and no path that a file system would read
as another one. So ``GET /items/{id}`` is ``GET items/:id``, as routers spell it.
"""

import hashlib
import re
from typing import Final

LONGEST_PART: Final = 180
"""With the words around it, a metric's name stays below the 250 characters that MLflow takes."""

_SEGMENT: Final = r"(?!\.+(?:/|\Z))(?:[A-Za-z0-9_.-]|\{[A-Za-z0-9_]+\}(?![A-Za-z0-9_]))+"
_PLAIN: Final = re.compile(rf"[A-Z][A-Z0-9-]* /(?:{_SEGMENT}(?:/{_SEGMENT})*)?")
_METHOD: Final = re.compile(r"([A-Z][A-Z0-9-]*) /+")
_ILLEGAL: Final = re.compile(r"[^A-Za-z0-9_.:/ -]+")
_DIGEST_LENGTH: Final = 12
_BEFORE_DIGEST: Final = ": "
"""Stands in no plain name, so that nobody can spell an endpoint like the part of another one."""


def metric_part(endpoint: str) -> str:
    """An endpoint's name as part of a metric's name.

    No two plain names become the same. Whatever would be changed in a way that another name could share, or is too
    long, ends in a digest of the whole name. So a part is of one endpoint, and stays the same from look to look.
    """
    part = _spelt(endpoint)
    if _PLAIN.fullmatch(endpoint) and len(part) <= LONGEST_PART:
        return part
    segments = [segment.strip(" .") for segment in _ILLEGAL.sub("_", part).split("/")]
    readable = "/".join(segment for segment in segments if segment)[
        : LONGEST_PART - _DIGEST_LENGTH - len(_BEFORE_DIGEST)
    ]
    return f"{readable.rstrip('/ .') or 'endpoint'}{_BEFORE_DIGEST}{digest(endpoint)}"


def digest(text: str) -> str:
    """A few characters that tell texts apart which would otherwise be spelt alike."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGEST_LENGTH]


def _spelt(endpoint: str) -> str:
    # without the first slash, which would make a level of its own in MLflow's lists
    return _METHOD.sub(r"\1 ", endpoint, count=1).replace("{", ":").replace("}", "")
