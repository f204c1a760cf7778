"""diff: one Arrow UDF around the pure comparison, for the pairs that native equality did not settle."""

import gc
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pyarrow as pa
from pyspark.sql.pandas.types import to_arrow_type

from darklaunch.capture.log_schema import ARMS
from darklaunch.diff.compare import compare
from darklaunch.diff.difference import Compared, Comparison, Difference, Incomparable
from darklaunch.diff.http.response import Response
from darklaunch.diff.privacy.masking import Masking
from darklaunch.diff.rules.rule_set import RuleSet
from darklaunch.diff.spark.schema import COMPARISON, DIFFERENCE
from darklaunch.pair.headers import BODY, HEAD, headers_of

INPUTS = (
    "endpoint",
    "shadow_differs",
    "baseline_differs",
    *(f"{arm}_{part}" for arm in ARMS for part in ("status", "sent_head", "sent_body")),
)


def comparer(rules: RuleSet, masking: Masking) -> Callable[..., pa.Array]:
    """The function that Spark calls with a batch of the columns ``INPUTS``."""

    def compare_batch(*columns: pa.Array) -> pa.Array:
        # parsed bodies are trees, which counting frees; looking for cycles in them took a fifth of the time
        gc.disable()
        endpoints, shadow_bits, baseline_bits = (column.to_pylist() for column in columns[:3])
        productions, shadows, baselines = (responses(*columns[at : at + 3]) for at in (3, 6, 9))
        rows: list[_Row] = []
        for at, (shadow, baseline) in enumerate(zip(shadow_bits, baseline_bits, strict=True)):
            if not shadow and not baseline:
                rows.append(_NOTHING)
                continue
            index, production = rules.at(endpoints[at]), productions(at, HEAD + BODY, None)
            rows.append(
                (
                    compare(production, shadows(at, shadow, production), index, masking) if shadow else None,
                    compare(production, baselines(at, baseline, production), index, masking) if baseline else None,
                )
            )
        return _packed(rows)

    return compare_batch


_Row = tuple[Comparison | None, Comparison | None]
_NOTHING: _Row = (None, None)


def responses(statuses: pa.Array, heads: pa.Array, bodies: pa.Array) -> Callable[[int, int, Response | None], Response]:
    """Makes one arm's responses by row; what was not sent, because it is the same, is taken from production."""
    status, head, body = (column.to_pylist() for column in (statuses, heads, bodies))

    def response(at: int, bits: int, production: Response | None) -> Response:
        headers = headers_of(head[at] or "") if production is None or bits & HEAD else production.headers
        return Response(status[at], headers, body[at] if production is None or bits & BODY else production.body)

    return response


def _packed(rows: list[_Row]) -> pa.Array:
    # what an ignore rule settles is one object for all requests, and `rows` keeps every object: one place for each
    offsets, places = [0], []
    known: dict[tuple[int, bool | None], int] = {}
    written: list[tuple[Any, ...]] = []
    for shadow, baseline in rows:
        for found, differs in _differences(shadow, baseline):
            place = known.setdefault((id(found), differs), len(written))
            if place == len(written):
                written.append(_members(found, differs))
            places.append(place)
        offsets.append(len(places))
    listed = pa.ListArray.from_arrays(
        pa.array(offsets, pa.int32()), _structs(written).take(pa.array(places, pa.int32()))
    )
    shadows, baselines = zip(*rows, strict=True) if rows else ((), ())
    facts: list[pa.Array] = [
        *_mismatch_and_reason(shadows),
        *_mismatch_and_reason(baselines),
        listed,
        pa.array([c.beyond if isinstance(c, Compared) else None for c in shadows], pa.int32()),
    ]
    return pa.StructArray.from_arrays(facts, fields=list(to_arrow_type(COMPARISON)))


def _mismatch_and_reason(comparisons: tuple[Comparison | None, ...]) -> tuple[pa.Array, pa.Array]:
    mismatch = [c.mismatch if isinstance(c, Compared) else None for c in comparisons]
    reason = [c.reason if isinstance(c, Incomparable) else None for c in comparisons]
    return pa.array(mismatch, pa.bool_()), pa.array(reason, pa.string())


def _differences(shadow: Comparison | None, baseline: Comparison | None) -> Iterator[tuple[Difference, bool | None]]:
    """What the shadow differs in, each with whether the baseline differs there too (None: there is none)."""
    if not isinstance(shadow, Compared):
        return
    volatile = {difference.path for difference in _found(baseline)} if baseline is not None else None
    for found in shadow.differences:
        yield found, None if volatile is None else found.path in volatile


def _members(found: Difference, differs: bool | None) -> tuple[Any, ...]:  # noqa: FBT001 - a column's value
    values = found.production, found.shadow
    return found.path, found.kind.value, *values, found.rule, differs, found.severity.value


def _structs(rows: list[tuple[Any, ...]]) -> pa.StructArray:
    members: Iterable[tuple[Any, ...]] = zip(*rows, strict=True) if rows else [()] * len(DIFFERENCE.names)
    types = [to_arrow_type(field.dataType) for field in DIFFERENCE.fields]
    columns = [pa.array(list(member), kind) for member, kind in zip(members, types, strict=True)]
    return pa.StructArray.from_arrays(columns, fields=list(to_arrow_type(DIFFERENCE)))


def _found(comparison: Comparison | None) -> tuple[Difference, ...]:
    return comparison.differences if isinstance(comparison, Compared) else ()
