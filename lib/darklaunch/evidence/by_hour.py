"""Units by the hour, as they count for a block: what late regressions are looked for in.

Most units differ nowhere, in every hour of every endpoint: these are counts in a matrix. The others are rows.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BlockingUnits:
    """Units of some hours.

    Attributes:
        first_hour: the first of these hours, since 1970.
        places: endpoint, dimension and sample rate of each row of ``clean``.
        clean: units without an excess; shape (places, hours).
        differing: units with one: ``endpoint``, ``dimension``, ``hour``, ``sample_rate``, ``units`` and ``excess``.
    """

    first_hour: int
    places: Sequence[tuple[str, str, float]]
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
    endpoint, dimension = (codes_of(clean[name]) for name in ("endpoint", "dimension"))
    rate = clean["sample_rate"].combine_chunks().dictionary_encode()
    words, rates = dimension.dictionary.to_pylist(), rate.dictionary.to_pylist()
    codes = endpoint.indices.to_numpy().astype(np.int64) * len(words) + dimension.indices.to_numpy()
    coded = pa.array(codes * max(len(rates), 1) + rate.indices.to_numpy()).dictionary_encode()
    first, last = (extreme(rows["hour"]).as_py() or 0 for extreme in (pc.min, pc.max))
    hours = last - first + 1
    cells = coded.indices.to_numpy().astype(np.int64) * hours + clean["hour"].to_numpy() - first
    size = len(coded.dictionary) * hours
    counts = np.bincount(cells, clean["units"].to_numpy(), size).astype(np.int64).reshape(-1, hours)
    names = endpoint.dictionary.to_pylist()
    places = []
    for code in coded.dictionary.to_pylist():
        place, of_rate = divmod(code, max(len(rates), 1))
        places.append((names[place // len(words)], words[place % len(words)], rates[of_rate]))
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
    clean: dict[tuple[str, str, float], npt.NDArray[np.int64]] = {}
    for part in listed:
        start = part.first_hour - first
        for place, counts in zip(part.places, part.clean, strict=True):
            if place not in clean:
                clean[place] = np.zeros(hours, np.int64)
            clean[place][start : start + counts.size] = counts
    by_place: dict[Place, list[tuple[float, npt.NDArray[np.int64]]]] = {}
    for (endpoint, word, rate), counts in clean.items():
        by_place.setdefault((endpoint, Dimension(word)), []).append((first_rates[endpoint] / rate, counts))
    spans, rows = _in_order(pa.concat_tables([part.differing for part in listed]))
    rates = np.repeat([first_rates[name] for name, _ in spans], [end - start for start, end in spans.values()])
    sample = Sample(
        units=rows["units"].to_numpy().astype(np.float64),
        weights=rates / rows["sample_rate"].to_numpy(),
        excesses=rows["excess"].to_numpy(),
    )
    hour = rows["hour"].to_numpy().astype(np.int64) - first
    return HourlyUnits(begins=begins, hours=hours, clean=by_place, spans=spans, differing=sample, hour=hour)


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
