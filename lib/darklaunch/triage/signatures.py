"""Counts of difference signatures, of their differences, and of the traffic of each endpoint."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from darklaunch.capture.sums import Total, add_up
from darklaunch.stats.arrays import IntArray
from darklaunch.triage.cause import Element, Signature
from darklaunch.triage.encoded_pairs import ENCODED_COLUMNS, EncodedPairs
from darklaunch.triage.reporting import Traffic
from darklaunch.triage.tally import Order, count_by, encode, rank_below, ranked
from darklaunch.window import Window

SIGNATURES: Final = 1000
"""Signatures that are looked at, the most frequent ones of the run; requests of others have no cause."""

SIGNATURE_COLUMNS: Final = (*ENCODED_COLUMNS, "bucket", "weight")
"""The columns of pairs that ``count_signatures`` needs."""

_MICRO: Final = 1_000_000
_SIGNATURES_PER_ENDPOINT: Final = 100
_FIRST_OF_EVERY_ENDPOINT: Final = 5
_PATHS: Final = 200

_SIGNATURE: Final = ("endpoint", "signature")
_ELEMENT: Final = ("signature", *Element._fields)
_HOURS: Final[dict[str, Total]] = {"first_hour": "min", "last_hour": "max"}
_COUNTED: Final[dict[str, Total]] = {"requests": "sum", "weight": "sum", "answered": "sum", "noisy": "sum", **_HOURS}
_CARRIED: Final[dict[str, Total]] = {
    "compared": "sum",
    "compared_weight": "sum",
    "weight": "sum",
    "differing": "sum",
    **_HOURS,
}
_BY_FREQUENCY: Final[Order] = ("requests", "descending")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SignatureCounts:
    """Counts of the requests of a part of a window; weights are whole millionths, whose sum no order changes.

    Attributes:
        signatures: one row an endpoint and signature.
        traffic: one row an endpoint.
    """

    signatures: pa.Table
    traffic: pa.Table

    def merged(self, *others: "SignatureCounts") -> "SignatureCounts":
        """The counts of these parts together."""
        every = (self, *others)
        return SignatureCounts(
            signatures=add_up([each.signatures for each in every], _SIGNATURE, _COUNTED),
            traffic=add_up([each.traffic for each in every], ["endpoint"], _CARRIED),
        )

    def frequent(self) -> pa.Table:
        """The most frequent signatures, at most ``SIGNATURES``."""
        # the first of every endpoint goes before the first few, and these before the many of a busy one
        rows = ranked(self.signatures, ["endpoint"], [_BY_FREQUENCY, ("signature", "ascending")])
        rows = rows.filter(rank_below(rows, _SIGNATURES_PER_ENDPOINT))
        turn = (~rank_below(rows, 1)).astype(np.int8) + ~rank_below(rows, _FIRST_OF_EVERY_ENDPOINT)
        rows = rows.append_column("turn", pa.array(turn))
        return rows.sort_by([("turn", "ascending"), _BY_FREQUENCY, ("signature", "ascending")]).slice(0, SIGNATURES)

    def by_endpoint(self) -> dict[str, Traffic]:
        """The traffic of each endpoint."""
        return {
            row["endpoint"]: Traffic(
                compared=row["compared"],
                compared_weight=row["compared_weight"] / _MICRO,
                weight=row["weight"] / _MICRO,
                differing=row["differing"],
            )
            for row in self.traffic.to_pylist()
        }

    def hours(self, window: Window) -> int:
        """The number of hours from the first to the last that has requests, of which there are some, in a window."""
        first, last = pc.min(self.traffic["first_hour"]).as_py(), pc.max(self.traffic["last_hour"]).as_py()
        return min(int(last - first) + 1, window.hours)


def count_signatures(encoded: EncodedPairs) -> SignatureCounts:
    """Counts the signatures and the traffic of a part.

    Args:
        encoded: its pairs, with ``SIGNATURE_COLUMNS``.
    """
    hour = encoded.hour
    weight = np.floor(encoded.pairs["weight"].to_numpy() * _MICRO + 0.5).astype(np.int64)
    of_all = {"endpoint": encoded.endpoint.codes, "weight": weight, "first_hour": hour, "last_hour": hour}
    of_signature = {"signature": encoded.signature, "answered": encoded.answered, "noisy": encoded.noisy}
    signatures = _rows(of_all | of_signature | {"requests": encoded.differs}, encoded.differs)
    of_traffic = {
        "compared": encoded.compared,
        "compared_weight": np.where(encoded.compared, weight, 0),
        "differing": encoded.differs,
    }
    traffic = _rows(of_all | of_traffic, encoded.is_production)
    names = encoded.endpoint.values
    return SignatureCounts(
        signatures=_named(add_up([signatures], _SIGNATURE, _COUNTED), names),
        traffic=_named(add_up([traffic], ["endpoint"], _CARRIED), names),
    )


def _rows(columns: Mapping[str, np.ndarray], chosen: np.ndarray) -> pa.Table:
    return pa.table({name: column[chosen].astype(np.int64) for name, column in columns.items()})


def _named(counts: pa.Table, endpoints: pa.Array) -> pa.Table:
    return counts.set_column(0, "endpoint", endpoints.take(counts["endpoint"].combine_chunks()))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ElementCounts:
    """Requests by path and kind of some signatures; many paths where data is part of a path."""

    rows: pa.Table

    def merged(self, *others: "ElementCounts") -> "ElementCounts":
        """The counts of these parts together."""
        return ElementCounts(rows=add_up([each.rows for each in (self, *others)], _ELEMENT, {"requests": "sum"}))

    def of(self, signatures: IntArray) -> "ElementCounts":
        """The counts of some signatures only."""
        return ElementCounts(rows=self.rows.filter(np.isin(self.rows["signature"].to_numpy(), signatures)))

    def by_signature(self) -> dict[int, dict[Element, int]]:
        """The most frequent of each signature."""
        rows = ranked(self.rows, ["signature"], [_BY_FREQUENCY, *((name, "ascending") for name in Element._fields)])
        elements: dict[int, dict[Element, int]] = {}
        for row in rows.filter(rank_below(rows, _PATHS)).to_pylist():
            element = Element(row["path"], row["kind"], row["severity"])
            elements.setdefault(row["signature"], {})[element] = row["requests"]
        return elements


def count_elements(encoded: EncodedPairs, signatures: IntArray | None = None) -> ElementCounts:
    """Counts the differences of a part's requests.

    Args:
        encoded: its pairs.
        signatures: those of the requests; None: any.
    """
    signature = encoded.signature[encoded.owner]
    chosen = np.ones(len(signature), bool) if signatures is None else np.isin(signature, signatures)
    fields = dict(zip(Element._fields, (encoded.path, encoded.kind, encode(encoded.values("severity"))), strict=True))
    keys = {"signature": signature[chosen], **{name: field.where(chosen) for name, field in fields.items()}}
    return ElementCounts(rows=count_by(keys, {"requests": np.ones(int(chosen.sum()), np.int64)}))


def make_signatures(frequent: pa.Table, elements: Mapping[int, dict[Element, int]]) -> list[Signature]:
    """The most frequent signatures with their differences."""
    return [
        Signature(
            endpoint=row["endpoint"],
            keys={row["signature"]: row["requests"]},
            elements=elements[row["signature"]],
            requests=row["requests"],
            weight=row["weight"] / _MICRO,
            answered=row["answered"],
            noisy=row["noisy"],
            first_hour=row["first_hour"],
            last_hour=row["last_hour"],
        )
        for row in frequent.to_pylist()
    ]
