"""A bucket: all rows of some requests, from which everything is counted; pure, whoever brings the rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pyarrow as pa

from darklaunch.capture.arm import ARMS, Arm
from darklaunch.capture.selection import Selection
from darklaunch.capture.sums import add_rows
from darklaunch.contract import rows as contract_rows
from darklaunch.contract.profile import ArmProfile
from darklaunch.contract.requests import mark_other_requests, with_other_requests
from darklaunch.diff.comparers import Comparers
from darklaunch.diff.pairs import compare_requests
from darklaunch.diff.pairs_table import endpoints_of, pairs_table
from darklaunch.diff.window_counts import count_window
from darklaunch.engine.counted import Counted
from darklaunch.evidence.histograms import count_latencies, sample_panel
from darklaunch.evidence.latency.thresholds import LatencyThresholds
from darklaunch.evidence.lost_units import lost_units
from darklaunch.evidence.units import UNIT_KEY, unit_patterns, unit_rows
from darklaunch.pair.body_loss import bodies_lost
from darklaunch.pair.headers import header_texts
from darklaunch.pair.requests import NEEDED, Requests, pair_requests

COLUMNS: Final = (*contract_rows.COLUMNS, "response_headers", "body")
"""The columns of the log from which pairs are made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodRows:
    """The rows of a bucket that keep the contract, by arm, and the profile of all of them.

    Attributes:
        rows: by arm.
        profiles: of all rows.
        broken: production's rows of the window that don't keep it; None: all do.
    """

    rows: Mapping[Arm, pa.Table]
    profiles: tuple[ArmProfile, ...]
    broken: pa.Table | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """All that a bucket is counted with.

    Attributes:
        selection: the window.
        thresholds: of latencies; None: they are not judged yet.
        watched: whether rules were learned, so that what they settle is counted too.
    """

    selection: Selection
    thresholds: LatencyThresholds | None = None
    watched: bool = False


def good_rows(arms: Mapping[str, pa.Table], selection: Selection) -> GoodRows:
    """Takes the rows that keep the contract.

    Args:
        arms: by the arm of their folder, rows as ``rows_around`` returns them.
        selection: the window, with the releases that are good.
    """
    rows: dict[Arm, pa.Table] = {}
    profiles: list[ArmProfile] = []
    broken: pa.Table | None = None
    for arm in sorted(arms):
        codes = contract_rows.breaches(arms[arm], arm, selection)
        profiles += contract_rows.profile(arms[arm], codes, arm)
        good = codes < 0
        if arm in ARMS and good.any():
            rows[Arm(arm)] = arms[arm] if good.all() else arms[arm].filter(pa.array(good))
        if arm == Arm.PRODUCTION.value and not good.all():
            unseen = contract_rows.is_broken(codes) & arms[arm]["in_window"].to_numpy()
            broken = arms[arm].filter(pa.array(unseen)) if unseen.any() else None
    marked = mark_other_requests(rows)
    return GoodRows(rows=marked, profiles=with_other_requests(profiles, marked), broken=broken)


def requests_of(rows: Mapping[Arm, pa.Table], selection: Selection) -> Requests:
    """Pairs the good rows of a bucket."""
    return pair_requests({arm: _with_head(table).select(NEEDED) for arm, table in rows.items()}, selection)


def count_bucket(arms: Mapping[str, pa.Table], counting: Counting, comparers: Comparers) -> tuple[pa.Table, Counted]:
    """Checks, pairs, compares and counts the rows of a bucket.

    Args:
        arms: by arm, rows as ``rows_around`` returns them; all rows of a request are among them.
        counting: what the bucket is counted with.
        comparers: the comparison under the rules.

    Returns:
        The table of pairs, and the counts; those of units not yet closed.
    """
    good = good_rows(arms, counting.selection)
    requests = requests_of(good.rows, counting.selection)
    endpoints = endpoints_of(requests)
    compared = compare_requests(requests, endpoints, comparers)
    pairs = pairs_table(compared, endpoints)
    units = unit_rows(pairs, counting.thresholds, watched=counting.watched)
    if good.broken is not None:
        units = add_rows([units, lost_units(good.broken, units, counting.selection)], UNIT_KEY)
    counted = Counted(
        profiles=good.profiles,
        window=count_window(compared, pairs),
        units=units,
        patterns=unit_patterns(units.slice(0, 0), {}),
        latencies=count_latencies(pairs),
        panel=sample_panel(pairs),
        pairs=pairs.num_rows,
    )
    return pairs, counted


def _with_head(rows: pa.Table) -> pa.Table:
    heads = header_texts(rows["response_headers"], rows["body"])
    return rows.append_column("head", heads).append_column("body_lost", pa.array(bodies_lost(rows)))
