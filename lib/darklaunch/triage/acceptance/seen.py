"""The differences that were seen of a cause, each kind and pair of values once, read back from a run's pairs."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Final, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from darklaunch.capture.sums import add_up
from darklaunch.diff.difference import Kind
from darklaunch.diff.privacy.masking import MAXIMUM_LENGTH
from darklaunch.diff.privacy.secrets import MASKED
from darklaunch.triage.cause import VARYING, Cause
from darklaunch.triage.encoded_pairs import ENCODED_COLUMNS, EncodedPairs, PairsPart, encode_pairs
from darklaunch.triage.tally import count_by

_SEEN: Final = ("endpoint", "path", "kind", "production", "shadow")
_SIZE: Final = re.compile(r"\{[0-9]+ members\}|\[[0-9]+ elements\]")


class Hidden(Enum):
    """A value of which only its type is known: an object or array, or a scalar that was masked or cut."""

    OBJECT = "object"
    ARRAY = "array"
    SCALAR = "scalar"


class NoValue(Enum):
    """Stands where an arm has no value."""

    ABSENT = "absent"


SeenValue: TypeAlias = str | int | float | bool | Decimal | Hidden | NoValue | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenDifference:
    """A kind of difference at one path of an endpoint, with the values of both arms, and its requests."""

    endpoint: str
    path: str
    kind: Kind
    production: SeenValue
    shadow: SeenValue
    requests: int


def seen_differences(parts: Sequence[PairsPart], cause: Cause) -> list[SeenDifference]:
    """Reads what the requests of a cause differ in, as far as that is of the cause.

    Args:
        parts: of the pairs of a run, at least one.
        cause: found in these pairs.
    """
    tables = [_counted(encode_pairs(part.pairs(ENCODED_COLUMNS)), cause) for part in parts]
    rows = add_up(tables, _SEEN, {"requests": "sum"})
    return [
        SeenDifference(
            endpoint=row["endpoint"],
            path=row["path"],
            kind=Kind(row["kind"]),
            production=_value(row["production"], row["path"]),
            shadow=_value(row["shadow"], row["path"]),
            requests=row["requests"],
        )
        for row in rows.sort_by([(name, "ascending") for name in _SEEN]).to_pylist()
    ]


def _counted(encoded: EncodedPairs, cause: Cause) -> pa.Table:
    keys = np.array([key for member in cause.members for key in member.keys], np.int64)
    wanted = {change for member in cause.members for change in member.changes}
    shapes = encoded.path.mapped(pc.replace_substring_regex(encoded.path.values, VARYING, "#"))
    kinds = encoded.kind.values.to_pylist()
    places = {path: place for place, path in enumerate(shapes.values.to_pylist())}
    numbers = [
        places[change.path] * len(kinds) + kinds.index(change.kind)
        for change in wanted
        if change.path in places and change.kind in kinds
    ]
    is_own = np.isin(shapes.codes * len(kinds) + encoded.kind.codes, np.array(numbers, np.int64))
    chosen = is_own & np.isin(encoded.signature, keys)[encoded.owner]
    columns = {
        "endpoint": encoded.endpoint.values.take(pa.array(encoded.endpoint.codes[encoded.owner[chosen]])),
        "path": encoded.path.where(chosen),
        "kind": encoded.kind.where(chosen),
        **{name: encoded.values(name, chosen) for name in ("production", "shadow")},
    }
    return count_by(columns, {"requests": np.ones(int(chosen.sum()), np.int64)})


def _value(text: str | None, path: str) -> SeenValue:
    """A value from its text in the table of differences."""
    if text is None:
        return NoValue.ABSENT
    if _SIZE.fullmatch(text):
        return Hidden.OBJECT if text.startswith("{") else Hidden.ARRAY
    is_cut = len(text) >= MAXIMUM_LENGTH and text.endswith("…")
    # of a body as a whole the table has an excerpt
    if is_cut or MASKED in text or path == "$.body":
        return Hidden.SCALAR
    try:
        value: object = json.loads(text, parse_float=Decimal, parse_constant=lambda _: Hidden.SCALAR)
    except (ValueError, RecursionError):
        return Hidden.SCALAR
    return value if value is None or isinstance(value, str | int | Decimal) else Hidden.SCALAR
