"""Units by the hour, as they count for a block: what late regressions are looked for in.

Most units differ nowhere, in every hour of every endpoint: these are counts in a matrix. The others are rows.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from darklaunch.evidence.dimension import Dimension
from darklaunch.stats import UnitTable
from darklaunch.stats.arrays import FloatArray, IntArray
from darklaunch.stats.hourly_table import HourlyTable
from darklaunch.stats.sample import Sample
from darklaunch.window import HOURS_OF_DAY

if TYPE_CHECKING:
    import pyarrow as pa

Place: TypeAlias = tuple[str, Dimension]
_PLACE: Final = ("endpoint", "dimension", "sample_rate")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BlockingUnits:
    """Units of some hours.

    Attributes:
        first_hour: the first of these hours, since 1970.
        places: ``endpoint``, ``dimension`` and ``sample_rate`` of each row of ``clean``.
        clean: units without an excess; shape (places, hours).
        differing: units with one: ``endpoint``, ``dimension``, ``hour``, ``sample_rate``, ``units`` and ``excess``.
    """

    first_hour: int
    places: "pa.Table"
    clean: npt.NDArray[np.int64]
    differing: "pa.Table"


def blocking_units(rows: "pa.Table", excesses: FloatArray) -> BlockingUnits:
    """Takes units apart by whether they differ.

    Args:
        rows: ``endpoint`` and ``dimension`` (dictionaries), ``hour``, ``sample_rate`` and ``units``.
        excesses: of each row's units; shape (rows,).
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    same = excesses == 0.0
    clean = rows.filter(pa.array(same))
    endpoint, dimension, rate = (codes_of(clean[name].dictionary_encode()) for name in _PLACE)
    sizes = (len(endpoint.dictionary), len(dimension.dictionary), max(len(rate.dictionary), 1))
    coded = pa.array(
        np.ravel_multi_index([each.indices.to_numpy() for each in (endpoint, dimension, rate)], sizes)
    ).dictionary_encode()
    first, last = (extreme(rows["hour"]).as_py() or 0 for extreme in (pc.min, pc.max))
    hours = last - first + 1
    cells = coded.indices.to_numpy().astype(np.int64) * hours + clean["hour"].to_numpy() - first
    size = len(coded.dictionary) * hours
    counts = np.bincount(cells, clean["units"].to_numpy(), size).astype(np.int64).reshape(-1, hours)
    digits = np.unravel_index(coded.dictionary.to_numpy(), sizes)
    of = zip((endpoint, dimension, rate), digits, strict=True)
    places = pa.table([each.dictionary.take(pa.array(at)) for each, at in of], names=list(_PLACE))
    differing = rows.append_column("excess", pa.array(excesses)).filter(pa.array(~same))
    return BlockingUnits(first_hour=first, places=places, clean=counts, differing=differing)


def codes_of(column: "pa.ChunkedArray") -> "pa.DictionaryArray":
    """A dictionary-encoded column as one array."""
    return column.combine_chunks()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HourlyUnits:
    """Units of a launch by the hour.

    Attributes:
        begins: the launch's first hour.
        hours: of the launch so far.
        clean: by endpoint and dimension, the weight of units without an excess and how many there are in each hour.
        spans: by endpoint and dimension, the first row of units with an excess and the first after them.
        differing: these units.
        hour: of each of them, counted from the launch's first.
    """

    begins: datetime
    hours: int
    clean: Mapping[Place, Sequence[tuple[float, npt.NDArray[np.int64]]]]
    spans: Mapping[Place, tuple[int, int]]
    differing: Sample
    hour: IntArray

    def table(self, endpoint: str, dimension: Dimension, *, signed: bool) -> HourlyTable | None:
        """The units of one dimension of an endpoint by the hour; None: none of them is worse in the shadow."""
        start, end = self.spans.get((endpoint, dimension), (0, 0))
        if not (self.differing.excesses[start:end] > 0.0).any():
            return None
        return self._table(endpoint, dimension, signed=signed)

    def last_day(self, endpoint: str, dimension: Dimension, *, signed: bool) -> UnitTable:
        """The units of one dimension of an endpoint in the last 24 hours."""
        units = self._table(endpoint, dimension, signed=signed)
        return UnitTable(units.since(max(self.hours - HOURS_OF_DAY, 0)), baseline=signed)

    def _table(self, endpoint: str, dimension: Dimension, *, signed: bool) -> HourlyTable:
        place = (endpoint, dimension)
        start, end = self.spans.get(place, (0, 0))
        clean = self.clean.get(place, ())
        return HourlyTable(
            clean_weights=np.asarray([weight for weight, _ in clean]),
            clean=[counts for _, counts in clean],
            sample=self.differing.part(start, end),
            hours=self.hour[start:end],
            baseline=signed,
        )


def hourly_units(
    parts: Iterable[BlockingUnits], first_rates: Mapping[str, float], begins: datetime, hours: int
) -> HourlyUnits:
    """Puts the units of all days together.

    Args:
        parts: of days that share no hour.
        first_rates: by endpoint, the sample rate whose units weigh 1.
        begins: the launch's first hour.
        hours: of the launch so far.
    """
    import pyarrow as pa

    listed, first = list(parts), int(begins.timestamp()) // 3600
    by_place = _clean_by_place(listed, first_rates, first, hours)
    spans, rows = _in_order(pa.concat_tables([part.differing for part in listed]).unify_dictionaries())
    rates = np.repeat([first_rates[name] for name, _ in spans], [end - start for start, end in spans.values()])
    sample = Sample(
        units=rows["units"].to_numpy().astype(np.float64),
        weights=rates / rows["sample_rate"].to_numpy(),
        excesses=rows["excess"].to_numpy(),
    )
    hour = rows["hour"].to_numpy().astype(np.int64) - first
    return HourlyUnits(begins=begins, hours=hours, clean=by_place, spans=spans, differing=sample, hour=hour)


def _clean_by_place(
    parts: Sequence[BlockingUnits], first_rates: Mapping[str, float], first: int, hours: int
) -> dict[Place, list[tuple[float, npt.NDArray[np.int64]]]]:
    import pyarrow as pa

    listed = pa.concat_tables([part.places for part in parts]).combine_chunks()
    numbered = listed.append_column("row", pa.array(np.arange(listed.num_rows)))
    # each place of each part is a row, and the first of a place stands for them all
    firsts = numbered.group_by(list(_PLACE), use_threads=False).aggregate([("row", "min")])
    joined = numbered.join(firsts, keys=list(_PLACE)).sort_by("row")
    _, at = np.unique(joined["row_min"].to_numpy(), return_inverse=True)
    clean = np.zeros((firsts.num_rows, hours), np.int64)
    done = 0
    for part in parts:
        start, (count, length) = part.first_hour - first, part.clean.shape
        clean[at[done : done + count], start : start + length] = part.clean
        done += count
    by_place: dict[Place, list[tuple[float, npt.NDArray[np.int64]]]] = {}
    columns = (firsts.sort_by("row_min")[name].to_pylist() for name in _PLACE)
    for (endpoint, word, rate), counts in zip(zip(*columns, strict=True), clean, strict=True):
        by_place.setdefault((endpoint, Dimension(word)), []).append((first_rates[endpoint] / rate, counts))
    return by_place


def _in_order(rows: "pa.Table") -> tuple[dict[Place, tuple[int, int]], "pa.Table"]:
    """The rows of each endpoint and dimension together, and where they stand."""
    if not rows.num_rows:
        return {}, rows
    plain = rows.set_column(0, "endpoint", rows["endpoint"].cast("string"))
    plain = plain.set_column(1, "dimension", plain["dimension"].cast("string"))
    ordered = plain.sort_by([("endpoint", "ascending"), ("dimension", "ascending")])
    endpoint, word = (codes_of(ordered[name].dictionary_encode()) for name in ("endpoint", "dimension"))
    changes = np.diff(endpoint.indices.to_numpy(), prepend=-1) | np.diff(word.indices.to_numpy(), prepend=-1)
    starts = np.flatnonzero(changes)
    names = [(endpoint[start].as_py(), Dimension(word[start].as_py())) for start in starts.tolist()]
    spans = zip(starts.tolist(), [*starts[1:].tolist(), ordered.num_rows], strict=True)
    return dict(zip(names, spans, strict=True)), ordered
