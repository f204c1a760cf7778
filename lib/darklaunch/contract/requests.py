"""One id, one request: rows of another arm that name another request than production's, or its id in another case."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from darklaunch.capture.arm import Arm
from darklaunch.capture.flags import flags
from darklaunch.contract.profile import ArmProfile
from darklaunch.stats.arrays import BoolArray

OTHER_REQUEST: Final = "other_request"
"""The column that says whether a row names another method or path than production's rows of the same id."""

_SEPARATOR: Final = "\0"


def mark_other_requests(rows: Mapping[Arm, pa.Table]) -> dict[Arm, pa.Table]:
    """Adds ``OTHER_REQUEST`` to good rows.

    Args:
        rows: by arm, with ``request_id``, ``method`` and ``path``; all rows of a request are among them.
    """
    production = rows.get(Arm.PRODUCTION)
    marked = {}
    for arm, table in rows.items():
        apart = arm is not Arm.PRODUCTION and production is not None
        other = _other_requests(table, production) if apart else np.zeros(table.num_rows, bool)
        marked[arm] = table.append_column(OTHER_REQUEST, pa.array(other))
    return marked


def with_other_requests(profiles: Iterable[ArmProfile], rows: Mapping[Arm, pa.Table]) -> tuple[ArmProfile, ...]:
    """The profiles with the counts of what was not paired because it is another request, or named in another case.

    Args:
        profiles: of the rows of each arm.
        rows: the good ones, as ``mark_other_requests`` returns them.
    """
    return tuple(
        replace(
            profile,
            other_requests=int(rows[Arm(profile.arm)][OTHER_REQUEST].to_numpy().sum()),
            ids_of_another_case=_ids_of_another_case(rows, Arm(profile.arm)),
        )
        if profile.reason is None and profile.arm in set(rows) - {Arm.PRODUCTION}
        else profile
        for profile in profiles
    )


def _other_requests(rows: pa.Table, production: pa.Table) -> BoolArray:
    places = pc.index_in(rows["request_id"], value_set=production["request_id"].combine_chunks())
    differs = np.zeros(rows.num_rows, bool)
    for name in ("method", "path"):
        differs |= flags(pc.not_equal(rows[name], production[name].take(places)))
    if differs.any():
        # production may have named the id more than once, or the method in capitals
        some = pa.array(np.flatnonzero(differs))
        differs[differs] = ~flags(pc.is_in(_named(rows.take(some)), value_set=_named(production)))
    return differs


def _named(rows: pa.Table) -> pa.Array:
    """Id, method and path as one text."""
    parts = rows["request_id"], pc.utf8_upper(rows["method"]), rows["path"]
    return pc.binary_join_element_wise(*parts, _SEPARATOR).combine_chunks()


def _ids_of_another_case(rows: Mapping[Arm, pa.Table], arm: Arm) -> int:
    """Rows without a partner in production that would have one if the case of ids were ignored."""
    if Arm.PRODUCTION not in rows:
        return 0
    ids, production = rows[arm]["request_id"], rows[Arm.PRODUCTION]["request_id"].combine_chunks()
    lone = ids.filter(pc.invert(pc.is_in(ids, value_set=production)))
    if not len(lone):
        return 0
    return int(flags(pc.is_in(pc.utf8_lower(lone), value_set=pc.utf8_lower(production))).sum())
