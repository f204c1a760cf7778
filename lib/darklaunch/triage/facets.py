"""Counts of facet values by cause, over the sampled requests."""

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import unquote_plus

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from darklaunch.capture.flags import flags
from darklaunch.diff.privacy.masking import Masking, is_secret_path, mask_text
from darklaunch.diff.privacy.secrets import is_secret_parameter, mask_secrets
from darklaunch.triage.cause import Cause
from darklaunch.triage.cause_report import Facet
from darklaunch.triage.facet_values import FacetValues, each_once, facet_values, whole_number_values
from darklaunch.triage.slices import EndpointFacets, FacetCounts, format_hour, sliced_endpoints
from darklaunch.triage.tally import Order, count_by, distinct, encode, rank_below, ranked

VALUES: Final = 50
"""Values of an attribute, parameter or header that are tried, the most frequent ones of the endpoint."""

_VALUES_PER_ENDPOINT: Final = 2000
_MINIMUM_REQUESTS: Final = 5

_VALUE: Final = ("endpoint", "facet", "name", "value")
_DRAWN: Final = ("of_cause", "of_all", "counted")
_BY_FREQUENCY: Final[Order] = ("requests", "descending")


def count_facets(drawn: pa.Table, rows: pa.Table) -> pa.Table:
    """Counts the values of a part's drawn requests.

    The method is not among the facets: it is part of an endpoint's name, so that all requests of one have the same.

    Args:
        drawn: a table that ``draw_requests`` returns.
        rows: production rows of these requests, with ``FACET_COLUMNS``.

    Returns:
        One row an endpoint, ``facet``, ``name``, ``value`` and ``cause``: the requests that were drawn from the cause
        (``of_cause``) and from the endpoint (``of_all``, and ``counted`` once each). The rows of more parts add up.
    """
    place, rows = each_once(rows, drawn["request_id"])
    drawn = drawn.take(pa.array(place))
    own = [
        whole_number_values(Facet.HOURS, drawn["hour"].to_numpy()),
        whole_number_values(Facet.STATUS, drawn["status_class"].to_numpy()),
    ]
    return pa.concat_tables([_counted(drawn, values) for values in (*own, *facet_values(rows))])


def _counted(drawn: pa.Table, values: FacetValues) -> pa.Table:
    base = max(1, len(values.values.values))
    pair = encode(pa.array(values.names.codes * base + values.values.codes))
    # a value that a request has twice is one
    row, code = np.divmod(distinct(values.row * max(1, len(pair.values)) + pair.codes), max(1, len(pair.values)))
    facts = {name: drawn[name].to_numpy()[row] for name in ("endpoint", "cause", *_DRAWN)}
    counts = count_by(
        {"endpoint": facts["endpoint"], "cause": facts["cause"], "pair": code}, {name: facts[name] for name in _DRAWN}
    )
    name, value = np.divmod(pair.values.to_numpy()[counts["pair"].to_numpy()], base)
    columns = {
        "facet": pa.array([values.facet.value]).take(pa.array(np.zeros(len(name), np.int64))),
        "name": values.names.values.take(pa.array(name)),
        "value": values.values.values.take(pa.array(value)),
    }
    return pa.table({**columns, **{key: counts[key] for key in ("endpoint", "cause", *_DRAWN)}})


def endpoint_facets(
    counts: Sequence[pa.Table], endpoints: Sequence[str], causes: Sequence[Cause], masking: Masking
) -> dict[str, EndpointFacets]:
    """The most frequent values of each endpoint with the requests of each cause and the others.

    Args:
        counts: what ``count_facets`` returns for every part, at least one.
        endpoints: of the draw.
        causes: in the order of their indices.
        masking: the values that must not be shown.
    """
    indices: dict[str, list[int]] = {endpoint: [] for endpoint in endpoints}
    for index, cause in enumerate(causes):
        for endpoint in sliced_endpoints(cause):
            indices[endpoint].append(index)
    values: dict[str, list[FacetCounts]] = {endpoint: [] for endpoint in endpoints}
    hours: dict[str, dict[int, FacetCounts]] = {endpoint: {} for endpoint in endpoints}
    for row in _frequent(counts).sort_by([(name, "ascending") for name in _VALUE]).to_pylist():
        facet, endpoint = Facet(row["facet"]), endpoints[row["endpoint"]]
        if facet is not Facet.HOURS and _is_secret(facet, row["name"]):
            continue
        inside, of_all = _by_cause(row)
        facet_counts = FacetCounts(
            facet=facet,
            name=mask_secrets(row["name"]),
            value=_display_value(facet, row["value"], masking),
            inside={cause: inside[cause] for cause in indices[endpoint] if cause in inside},
            outside={cause: row["requests"] - of_all.get(cause, 0) for cause in indices[endpoint]},
        )
        if facet is Facet.HOURS:
            hours[endpoint][int(row["value"])] = facet_counts
        else:
            values[endpoint].append(facet_counts)
    return {endpoint: EndpointFacets(values=tuple(values[endpoint]), hours=hours[endpoint]) for endpoint in endpoints}


def _frequent(counts: Sequence[pa.Table]) -> pa.Table:
    """One row a value, the most frequent only, with the counts of each cause as lists."""
    groups = pa.concat_tables(counts).group_by(list(_VALUE), use_threads=False)
    listed = [(name, "list") for name in ("cause", "of_cause", "of_all")]
    rows = groups.aggregate([("counted", "sum"), *listed])
    is_hours = pc.equal(rows["facet"], Facet.HOURS.value)
    rows = rows.append_column("requests", rows["counted_sum"]).append_column("is_value", pc.invert(is_hours))
    # values are chosen by frequency alone; all hours are needed, and a window has few
    rows = rows.filter(pc.or_(is_hours, pc.greater_equal(rows["requests"], _MINIMUM_REQUESTS)))
    rows = ranked(rows, _VALUE[:3], [_BY_FREQUENCY, ("value", "ascending")])
    rows = rows.filter(~flags(rows["is_value"]) | rank_below(rows, VALUES)).drop_columns(["rank"])
    order: list[Order] = [("is_value", "ascending"), _BY_FREQUENCY, *((name, "ascending") for name in _VALUE[1:])]
    rows = ranked(rows, ["endpoint"], order)
    return rows.filter(~flags(rows["is_value"]) | rank_below(rows, _VALUES_PER_ENDPOINT))


def _by_cause(row: Mapping[str, list[int]]) -> tuple[dict[int, int], dict[int, int]]:
    """The requests of a value that were drawn from each cause, and from its endpoint; a part has counts of its own."""
    inside: dict[int, int] = {}
    of_all: dict[int, int] = {}
    for place, cause in enumerate(row["cause_list"]):
        inside[cause] = inside.get(cause, 0) + row["of_cause_list"][place]
        of_all[cause] = of_all.get(cause, 0) + row["of_all_list"][place]
    return inside, of_all


def _display_value(facet: Facet, value: str, masking: Masking) -> str:
    match facet:
        case Facet.HOURS:
            return format_hour(int(value))
        case Facet.STATUS:
            return value
        case Facet.QUERY:
            return mask_text(unquote_plus(value, errors="replace"), masking)
        case _:
            return mask_text(value, masking)


def _is_secret(facet: Facet, name: str) -> bool:
    """Whether a name announces a secret; values of such names are never shown, however little is masked."""
    match facet:
        case Facet.HEADER:
            return is_secret_path(("headers", name))
        case Facet.QUERY:
            return is_secret_parameter(unquote_plus(name, errors="replace"))
        case _:
            return is_secret_path((name,))
