"""Causes of a window's differences, found part by part of its pairs."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np
import pyarrow as pa

from darklaunch.diff.privacy.masking import Masking, MaskingLevel
from darklaunch.stats.arrays import IntArray
from darklaunch.triage.cause import Cause, Signature
from darklaunch.triage.cause_report import DETAILED, CauseExample, CauseReport
from darklaunch.triage.clustering import cluster_signatures
from darklaunch.triage.encoded_pairs import ENCODED_COLUMNS, PairsPart, encode_pairs
from darklaunch.triage.examples import REQUEST_COLUMNS, Candidate, find_candidates, first_candidates, make_examples
from darklaunch.triage.facet_values import FACET_COLUMNS
from darklaunch.triage.facets import count_facets, endpoint_facets
from darklaunch.triage.grouping.ranking import ranked
from darklaunch.triage.grouping.wide_changes import joined_across_endpoints, take_apart, take_out_systematic
from darklaunch.triage.reporting import Detail, Traffic, report_causes
from darklaunch.triage.sampling import draw_requests, label_causes, plan_draw
from darklaunch.triage.signatures import (
    SIGNATURE_COLUMNS,
    ElementCounts,
    SignatureCounts,
    count_elements,
    count_signatures,
    make_signatures,
)
from darklaunch.triage.slices import Slice, find_slices
from darklaunch.triage.transitions import count_transitions, frequent_transitions
from darklaunch.window import Window

_DETAIL_COLUMNS: Final = (*ENCODED_COLUMNS, "request_id", "bucket", "production_status")

ELEMENTS: Final = 1_000_000
"""Rows of counted differences that are kept before it is known which signatures are frequent."""


def find_causes(
    parts: Sequence[PairsPart],
    *,
    window: Window,
    masking: Masking,
    alpha: float,
    tolerated_excess: Callable[[str], float],
) -> tuple[CauseReport, ...]:
    """Finds the causes of a window's differences.

    Every part is read twice, for its signatures and for the details of the first causes, and once more between these
    where a window has too many differences to count them with the signatures. Between the parts only counts are kept.

    Args:
        parts: of the window's pairs; each request lies in one of them.
        window: bounds the time that daily rates are made from.
        masking: the values that must not be shown.
        alpha: one less the level of intervals, and the chance that any slice at all is reported by mistake.
        tolerated_excess: of an endpoint, a fraction.

    Returns:
        The causes, the worst first; the same for the same pairs, however they are parted and ordered.
    """
    grouped, counts = group_parts(parts)
    if counts is None:
        return ()
    traffic = counts.by_endpoint()
    compared = {endpoint: each.compared for endpoint, each in traffic.items()}
    causes = ranked(grouped, compared, tolerated_excess)
    details = _detail(parts, causes[:DETAILED], traffic, masking=masking, alpha=alpha)
    return report_causes(
        causes, traffic, details, hours=counts.hours(window), level=1 - alpha, tolerated_excess=tolerated_excess
    )


def group_parts(parts: Sequence[PairsPart]) -> tuple[list[Cause], SignatureCounts | None]:
    """The causes of a window's differences, in no order, and the counts they were found in; None: nothing differs.

    Args:
        parts: of the window's pairs.
    """
    if not parts:
        return [], None
    counts, elements = _count(parts)
    frequent = counts.frequent()
    if not frequent.num_rows:
        return [], None
    keys = np.sort(frequent["signature"].to_numpy())
    of_frequent = _count_elements(parts, keys) if elements is None else elements.of(keys)
    compared = {endpoint: each.compared for endpoint, each in counts.by_endpoint().items()}
    return group_signatures(make_signatures(frequent, of_frequent.by_signature()), compared), counts


def group_signatures(signatures: Sequence[Signature], compared: Mapping[str, int]) -> list[Cause]:
    """The causes of some signatures, in no order: wide changes, and what else differs given these.

    Args:
        signatures: of all endpoints.
        compared: requests that were compared, by endpoint.
    """
    systematic, left = take_out_systematic(signatures, compared)
    return [*systematic, *joined_across_endpoints(cluster_signatures(take_apart(left)))]


def _count(parts: Sequence[PairsPart]) -> tuple[SignatureCounts, ElementCounts | None]:
    """The signatures of all parts, and the differences of them all, or None where these are too many."""
    counts: list[SignatureCounts] = []
    elements: list[ElementCounts] = []
    rows = 0
    for part in parts:
        encoded = encode_pairs(part.pairs(SIGNATURE_COLUMNS))
        counts.append(count_signatures(encoded))
        if rows <= ELEMENTS:
            elements.append(count_elements(encoded))
            rows += elements[-1].rows.num_rows
    return SignatureCounts.merged(*counts), ElementCounts.merged(*elements) if rows <= ELEMENTS else None


def _count_elements(parts: Sequence[PairsPart], signatures: IntArray) -> ElementCounts:
    """The differences of the most frequent signatures."""
    return ElementCounts.merged(
        *(count_elements(encode_pairs(part.pairs(ENCODED_COLUMNS)), signatures) for part in parts)
    )


def _detail(
    parts: Sequence[PairsPart],
    causes: Sequence[Cause],
    traffic: Mapping[str, Traffic],
    *,
    masking: Masking,
    alpha: float,
) -> dict[int, Detail]:
    """The details of some causes, at least one, by their indices, which are their places."""
    has_values = masking.level is not MaskingLevel.ALL
    labels, draw = label_causes(causes), plan_draw(causes, traffic)
    own = [frozenset(element.change for element in cause.elements) for cause in causes]
    candidates: list[Candidate] = []
    changes: list[pa.Table] = []
    facets: list[pa.Table] = []
    for number, part in enumerate(parts):
        encoded = encode_pairs(part.pairs(_DETAIL_COLUMNS))
        labelled = [each.of(encoded) for each in labels]
        for cause, typical in labelled:
            found = find_candidates(encoded, cause, typical, own, masking, number)
            candidates = first_candidates([*candidates, *found])
            if has_values:
                changes.append(count_transitions(encoded, cause, causes))
        for drawn in draw_requests(encoded, [cause for cause, _ in labelled], draw):
            rows = part.production_rows(drawn["request_id"].combine_chunks(), FACET_COLUMNS)
            facets.append(count_facets(drawn, rows))
    slices: Sequence[tuple[Slice, ...]] = [()] * len(causes)
    if facets:
        slices = find_slices(causes, endpoint_facets(facets, draw.endpoints, causes, masking), alpha)
    transitions = frequent_transitions(changes, causes) if has_values else [()] * len(causes)
    examples = _examples(parts, candidates, masking)
    return {
        index: Detail(slices=slices[index], transitions=transitions[index], examples=tuple(examples[index]))
        for index in range(len(causes))
    }


def _examples(
    parts: Sequence[PairsPart], candidates: Sequence[Candidate], masking: Masking
) -> dict[int, list[CauseExample]]:
    """The examples by the index of their cause, from the captured requests of the few parts that hold one."""
    by_part: dict[int, list[Candidate]] = {}
    for candidate in candidates:
        by_part.setdefault(candidate.part, []).append(candidate)
    written: dict[tuple[int, str], CauseExample] = {}
    for number, some in by_part.items():
        request_ids = pa.array(sorted({each.request_id for each in some}))
        written |= make_examples(some, parts[number].production_rows(request_ids, REQUEST_COLUMNS), masking)
    examples: dict[int, list[CauseExample]] = {}
    for candidate in candidates:
        examples.setdefault(candidate.cause, []).append(written[candidate.cause, candidate.request_id])
    return examples
