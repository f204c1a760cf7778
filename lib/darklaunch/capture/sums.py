"""Tables of counts that add up: one row for all rows with the same keys."""

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

import pyarrow as pa

Total: TypeAlias = Literal["sum", "min", "max"]


def add_up(tables: Sequence[pa.Table], keys: Sequence[str], totals: Mapping[str, Total]) -> pa.Table:
    """Makes one row of all rows with the same keys.

    Args:
        tables: at least one, all with the same columns.
        keys: names of columns.
        totals: how the other columns are put together.
    """
    # threads would only pay for many more rows, and leave them in any order
    groups = pa.concat_tables(tables).group_by(list(keys), use_threads=False)
    rows = groups.aggregate(list(totals.items()))
    return rows.select([*keys, *(f"{name}_{total}" for name, total in totals.items())]).rename_columns([*keys, *totals])


def add_rows(tables: Sequence[pa.Table], keys: Sequence[str]) -> pa.Table:
    """Adds up the rows of tables with the same columns: those that are no key are summed."""
    names = [name for name in tables[0].column_names if name not in keys]
    return add_up(tables, keys, dict.fromkeys(names, "sum"))
