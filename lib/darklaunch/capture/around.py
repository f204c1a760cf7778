"""The rows of a file that a window asks for: those in it, and those around it that show which belong to a neighbour."""

from datetime import datetime, timedelta
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from darklaunch.capture.arm import Arm
from darklaunch.capture.endpoint import UNMATCHED, template_pattern
from darklaunch.capture.flags import flags
from darklaunch.capture.selection import Selection
from darklaunch.window import HOUR

_MICROSECOND: Final = timedelta(microseconds=1)
HOUR_US: Final = HOUR // _MICROSECOND
"""Microseconds of an hour."""


def microseconds(moment: datetime) -> int:
    """The microseconds of a moment since 1970."""
    return int(moment.timestamp()) * 1_000_000 + moment.microsecond


def rows_around(rows: pa.Table, arm: str, hour: datetime, selection: Selection) -> pa.Table:
    """Leaves out the rows that lie too far from a window.

    Args:
        rows: of one file, with ``captured_at``, ``method``, ``path`` and ``endpoint`` among its columns.
        arm: the arm of the file's folder.
        hour: the hour of the file's folder.
        selection: the window and its reach.

    Returns:
        The rows with ``arm``, ``possible_time`` (the row's own time lies in the hour of its folder), ``in_window`` (it,
        or where it is impossible the start of its folder's hour, lies in the window), and ``endpoint`` filled in.
    """
    start = microseconds(hour)
    own = rows["captured_at"].cast(pa.int64())
    possible = flags(pc.and_(pc.greater_equal(own, start), pc.less(own, start + HOUR_US)))
    moment = np.where(possible, pc.fill_null(own, start).to_numpy(), start)
    window, gap, reach = selection.window, selection.max_pair_gap, selection.reach
    # production rows before the window show which answers in it are a neighbour's; answers after it may be late
    before, after = (reach, gap) if arm == Arm.PRODUCTION.value else (gap, reach)
    near = (moment >= microseconds(window.start - before)) & (moment < microseconds(window.end + after))
    inside = (moment >= microseconds(window.start)) & (moment < microseconds(window.end))
    marked = rows.append_column("arm", pa.array([arm] * rows.num_rows, pa.string()).dictionary_encode())
    marked = marked.append_column("possible_time", pa.array(possible)).append_column("in_window", pa.array(inside))
    marked = marked if near.all() else marked.filter(pa.array(near))
    return marked.set_column(marked.column_names.index("endpoint"), "endpoint", _endpoints(marked, selection.templates))


def _endpoints(rows: pa.Table, templates: tuple[tuple[str, str], ...]) -> pa.Array:
    """Each row's endpoint as ``METHOD template``, dictionary-encoded: a log has few of them."""
    names = rows["endpoint"]
    if names.null_count:
        names = pc.coalesce(names, _from_templates(rows["path"], templates))
    methods = pc.fill_null(rows["method"], "").combine_chunks().dictionary_encode()
    coded = names.combine_chunks().dictionary_encode()
    words = [method.upper() for method in methods.dictionary.to_pylist()]
    templates_of = coded.dictionary.to_pylist()
    both = coded.indices.to_numpy().astype(np.int64) * max(len(words), 1) + methods.indices.to_numpy()
    codes, inverse = np.unique(both, return_inverse=True)
    written = [f"{words[code % len(words)]} {templates_of[code // len(words)]}".strip() for code in codes.tolist()]
    # two spellings of a method are one endpoint
    places = {name: place for place, name in enumerate(dict.fromkeys(written))}
    indices = np.asarray([places[name] for name in written], np.int32)[inverse] if written else np.empty(0, np.int32)
    return pa.DictionaryArray.from_arrays(pa.array(indices, pa.int32()), pa.array(list(places), pa.string()))


def _from_templates(paths: pa.ChunkedArray, templates: tuple[tuple[str, str], ...]) -> pa.Array:
    named = pa.array([UNMATCHED] * len(paths), pa.string())
    plain = pc.fill_null(paths, "").combine_chunks()
    for template, name in reversed(templates):
        fits = pc.match_substring_regex(plain, template_pattern(template))
        named = pc.if_else(fits, name, named)
    return named
