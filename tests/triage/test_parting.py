"""Causes don't depend on how the pairs of a window are parted and ordered."""

import random
from itertools import pairwise
from unittest.mock import patch

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from tests.triage.windows import causes_of, difference, pair, pairs_table, rows_table
from tests.worlds import row


@st.composite
def windows(draw):
    """Some pairs, the lists of differences among few, and their rows, of which some come twice."""
    differences = st.builds(
        difference,
        st.sampled_from(["$.status", "$.body.a", "$.body.b['x-11']", "$.body.b['x-12']"]),
        st.sampled_from(["value_changed", "missing", "type_changed"]),
        st.sampled_from([None, "1", "2"]),
        rule=st.sampled_from([None, None, "ignore"]),
        baseline=st.sampled_from([None, False, True]),
    )
    lists = st.lists(differences, max_size=4, unique_by=lambda each: (each["path"], each["kind"]))
    few_lists = draw(st.lists(st.none() | lists, min_size=1, max_size=6))
    facts = st.fixed_dictionaries(
        {
            "endpoint": st.sampled_from(["GET /a", "GET /b", "POST /a"]),
            "hour": st.integers(0, 5),
            "weight": st.sampled_from([1.0, 3.0, 1 / 0.3]),
            "production_status": st.sampled_from([200, 204, 404]),
        }
    )
    pairs, log = [], []
    for n in range(draw(st.integers(1, 60))):
        each = pair(f"r{n}", draw(st.sampled_from(few_lists)), **draw(facts))
        pairs.append(each | draw(st.sampled_from([{}, {}, {}, {"outcome": "late"}, {"outcome": "other_window"}])))
        for _ in range(draw(st.integers(1, 2))):
            attributes = [("region", draw(st.sampled_from(["eu", "us"])))]
            log.append(row(f"r{n}", "production", at=draw(st.sampled_from([1.0, 2.0])), attributes=attributes))
    return pairs_table(pairs), rows_table(log)


@given(windows(), st.integers(0, 2**32), st.lists(st.integers(0, 60), max_size=4), st.sampled_from([0, 10**6]))
def test_however_pairs_are_parted_and_ordered_their_causes_are_the_same(pairs_and_rows, seed, cuts, elements):
    pairs, rows = pairs_and_rows
    draw = random.Random(seed)
    order, row_order = (draw.sample(range(len(table)), len(table)) for table in (pairs, rows))
    bounds = [0, *sorted(min(cut, len(pairs)) for cut in cuts), len(pairs)]
    mixed = pairs.take(pa.array(order, pa.int64()))
    parts = [mixed.slice(first, last - first) for first, last in pairwise(bounds)]
    # small limits, so that small windows reach them
    with (
        patch("darklaunch.triage.sampling.SAMPLED", 10),
        patch("darklaunch.triage.signatures.SIGNATURES", 5),
        patch("darklaunch.triage.transitions.TRANSITIONS", 1),
        patch("darklaunch.triage.facets._MINIMUM_REQUESTS", 2),
    ):
        whole = causes_of(pairs, rows)
        with patch("darklaunch.triage.finding.ELEMENTS", elements):
            assert causes_of(None, rows.take(pa.array(row_order, pa.int64())), parts=parts) == whole
