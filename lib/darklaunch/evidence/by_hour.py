"""Units by the hour, as they count for a block: what late regressions are looked for in.

Most units differ nowhere, in every hour of every endpoint: these are counts in a matrix. The others are rows.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from darklaunch.evidence.dimension import Dimension
from darklaunch.evidence.places import RATED, Place, RatedPlaces, by_place, codes_of, places_of, rated_places, spans_of
from darklaunch.stats import UnitTable
from darklaunch.stats.arrays import BoolArray, FloatArray
from darklaunch.stats.hourly_table import HourlyRows, HourlyTable, hourly_rows
from darklaunch.stats.sample import Sample
from darklaunch.window import HOURS_OF_DAY

if TYPE_CHECKING:
    import pyarrow as pa

_NO_ROWS: Final = hourly_rows(Sample(units=np.empty(0), weights=np.empty(0), excesses=np.empty(0)), np.empty(0, int))


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


def blocking_units(rows: "pa.Table", rated: RatedPlaces, excesses: FloatArray, seen: BoolArray) -> BlockingUnits:
    """Takes units apart by whether they differ.

    Args:
        rows: ``endpoint`` and ``dimension`` (dictionaries), ``hour``, ``sample_rate`` and ``units``.
        rated: the places of the rows.
        excesses: of each row's units; shape (rows,).
        seen: whether a row's units count for a block at all; shape (rows,).
    """
    import pyarrow as pa

    same, hour, count = seen & (excesses == 0.0), rows["hour"].to_numpy(), rated.places.num_rows
    first = int(hour.min())
    hours = int(hour.max()) - first + 1
    cells = rated.codes[same] * hours + hour[same] - first
    clean = np.bincount(cells, rows["units"].to_numpy()[same], count * hours).astype(np.int64).reshape(count, hours)
    # the weight of units is that of a place that has any: it limits the bets
    some = np.flatnonzero(clean.any(axis=1))
    at = np.flatnonzero(seen & ~same)
    differing = (
        rows.select([*RATED, "hour", "units"]).take(pa.array(at)).append_column("excess", pa.array(excesses[at]))
    )
    return BlockingUnits(
        first_hour=first, places=rated.places.take(pa.array(some)), clean=clean[some], differing=differing
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HourlyUnits:
    """Units of a launch by the hour.

    Attributes:
        begins: the launch's first hour.
        hours: of the launch so far.
        clean: by endpoint and dimension, the weight of units without an excess and how many there are in each hour.
        differing: by endpoint and dimension, units with an excess.
    """

    begins: datetime
    hours: int
    clean: Mapping[Place, Sequence[tuple[float, npt.NDArray[np.int64]]]]
    differing: Mapping[Place, HourlyRows]

    def table(self, endpoint: str, dimension: Dimension, *, signed: bool) -> HourlyTable | None:
        """The units of one dimension of an endpoint by the hour; None: none of them is worse in the shadow."""
        rows = self.differing.get((endpoint, dimension))
        if rows is None or not (rows.excesses > 0.0).any():
            return None
        return self._table(endpoint, dimension, signed=signed)

    def last_day(self, endpoint: str, dimension: Dimension, *, signed: bool) -> UnitTable:
        """The units of one dimension of an endpoint in the last 24 hours."""
        units = self._table(endpoint, dimension, signed=signed)
        return UnitTable(units.since(max(self.hours - HOURS_OF_DAY, 0)), baseline=signed)

    def _table(self, endpoint: str, dimension: Dimension, *, signed: bool) -> HourlyTable:
        clean = self.clean.get((endpoint, dimension), ())
        return HourlyTable(
            rows=self.differing.get((endpoint, dimension), _NO_ROWS),
            clean_weights=np.asarray([weight for weight, _ in clean]),
            clean=[counts for _, counts in clean],
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
    clean = _clean_by_place(listed, first_rates, first, hours)
    rows = pa.concat_tables([part.differing for part in listed]).unify_dictionaries()
    differing = _differing_by_place(rows, first_rates, first)
    return HourlyUnits(begins=begins, hours=hours, clean=clean, differing=differing)


def _differing_by_place(rows: "pa.Table", first_rates: Mapping[str, float], first: int) -> dict[Place, HourlyRows]:
    import pyarrow as pa

    endpoint = codes_of(rows["endpoint"])
    rates = np.asarray([first_rates[name] for name in endpoint.dictionary.to_pylist()])
    weights = rates[endpoint.indices.to_numpy()] / rows["sample_rate"].to_numpy()
    ordered = by_place(rows.append_column("weight", pa.array(weights)), ("weight", "excess"))
    spans, weights, excesses = spans_of(ordered), ordered["weight"].to_numpy(), ordered["excess"].to_numpy()
    begins = (np.diff(weights, prepend=-1.0) != 0) | (np.diff(excesses, prepend=-2.0) != 0)
    begins[[start for start, _ in spans.values()]] = True
    kinds, kind = np.flatnonzero(begins), np.cumsum(begins) - 1
    units = ordered["units"].to_numpy().astype(np.float64)
    hour = ordered["hour"].to_numpy().astype(np.int64) - first
    by_kind = weights[kinds], excesses[kinds]
    differing = {}
    for place, (start, end) in spans.items():
        low, high = kind[start], kind[end - 1] + 1
        of_weight, of_excess = (each[low:high] for each in by_kind)
        differing[place] = HourlyRows(
            units=units[start:end],
            hours=hour[start:end],
            kind=kind[start:end] - low,
            weights=of_weight,
            excesses=of_excess,
        )
    return differing


def _clean_by_place(
    parts: Sequence[BlockingUnits], first_rates: Mapping[str, float], first: int, hours: int
) -> dict[Place, list[tuple[float, npt.NDArray[np.int64]]]]:
    import pyarrow as pa

    # each place of each part is a row
    rated = rated_places(pa.concat_tables([part.places for part in parts]).unify_dictionaries())
    clean = np.zeros((rated.places.num_rows, hours), np.int64)
    done = 0
    for part in parts:
        start, (count, length) = part.first_hour - first, part.clean.shape
        clean[rated.codes[done : done + count], start : start + length] = part.clean
        done += count
    clean_of: dict[Place, list[tuple[float, npt.NDArray[np.int64]]]] = {}
    for place, rate, counts in zip(
        places_of(rated.places), rated.places["sample_rate"].to_pylist(), clean, strict=True
    ):
        clean_of.setdefault(place, []).append((first_rates[place[0]] / rate, counts))
    return clean_of
