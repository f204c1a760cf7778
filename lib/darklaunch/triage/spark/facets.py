"""Counts of facet values by cause, in one aggregation over the sampled requests."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import unquote_plus

from pyspark.sql import Column, DataFrame, Row
from pyspark.sql import Window as Over
from pyspark.sql import functions as F

from darklaunch.diff.privacy.masking import Masking, is_secret_path, mask_text
from darklaunch.diff.privacy.secrets import UNCOUNTED_NAMES, is_secret_parameter, mask_secrets
from darklaunch.pair.headers import PRESENCE_ONLY_HEADERS
from darklaunch.triage.cause import Cause
from darklaunch.triage.cause_report import Facet
from darklaunch.triage.slices import EndpointFacets, FacetCounts, format_hour

VALUES: Final = 50
"""Values of an attribute, parameter or header that are tried, the most frequent ones of the endpoint."""

_VALUES_PER_ENDPOINT: Final = 2000
_MINIMUM_REQUESTS: Final = 5
_MAXIMUM_NAME: Final = 64
_MAXIMUM_VALUE: Final = 128
_MAXIMUM_FACETS: Final = 100


def production_rows(captures: DataFrame) -> DataFrame:
    """The good production rows of a window."""
    return captures.where((F.col("arm") == "production") & F.col("in_window") & F.col("reason").isNull())


def count_facets(
    captures: DataFrame, sampled: DataFrame, causes: Sequence[Cause], masking: Masking
) -> dict[str, EndpointFacets]:
    """Counts, by endpoint and value, the requests of each cause and the others.

    The method is not among the facets: it is part of an endpoint's name, so that all requests of one have the same.

    Args:
        captures: what ``mark_rows`` returns.
        sampled: what ``sample_requests`` returns for the same causes.
        causes: in the order of their indices.
        masking: the values that must not be shown.
    """
    indices: dict[str, list[int]] = {}
    for index, cause in enumerate(causes):
        indices.setdefault(cause.endpoint, []).append(index)
    values: dict[str, list[FacetCounts]] = {endpoint: [] for endpoint in indices}
    hours: dict[str, dict[int, FacetCounts]] = {endpoint: {} for endpoint in indices}
    for row in _counted(captures, sampled).orderBy("endpoint", "facet", "name", "value").collect():
        facet, endpoint = Facet(row["facet"]), row["endpoint"]
        counts = _counts(facet, row, indices[endpoint], masking)
        if facet is Facet.HOURS:
            hours[endpoint][int(row["value"])] = counts
        elif not _is_secret(facet, row["name"]):
            values[endpoint].append(counts)
    return {endpoint: EndpointFacets(values=tuple(values[endpoint]), hours=hours[endpoint]) for endpoint in indices}


def _counts(facet: Facet, row: Row, causes: Sequence[int], masking: Masking) -> FacetCounts:
    by_cause = {each["cause"]: each for each in row["by_cause"]}
    return FacetCounts(
        facet=facet,
        name=mask_secrets(row["name"]),
        value=_display_value(facet, row["value"], masking),
        inside={cause: by_cause[cause]["of_cause"] for cause in causes if cause in by_cause},
        outside={cause: row["requests"] - (by_cause[cause]["of_all"] if cause in by_cause else 0) for cause in causes},
    )


def _display_value(facet: Facet, value: str, masking: Masking) -> str:
    match facet:
        case Facet.HOURS:
            return format_hour(int(value))
        case Facet.STATUS:
            return value
        case Facet.QUERY:
            return mask_text(unquote_plus(value, errors="replace"), masking)
        case Facet.ATTRIBUTE | Facet.HEADER:
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


def _counted(captures: DataFrame, sampled: DataFrame) -> DataFrame:
    """Requests by endpoint and value, the most frequent values only, with those of each cause as ``by_cause``."""
    own = [_facet(Facet.HOURS, F.lit(""), F.col("hour")), _facet(Facet.STATUS, F.lit(""), F.col("status_class"))]
    values = _with_facets(captures, sampled).select(
        "endpoint", "cause", "of_cause", "of_all", F.explode(F.concat(F.array(*own), "facets")).alias("each")
    )
    by_cause = values.groupBy("endpoint", "each.facet", "each.name", "each.value", "cause").agg(
        *(F.count_if(name).alias(name) for name in ("of_cause", "of_all"))
    )
    of_value = by_cause.groupBy("endpoint", "facet", "name", "value").agg(
        F.collect_list(F.struct("cause", "of_cause", "of_all")).alias("by_cause"), F.sum("of_all").alias("requests")
    )
    hours = F.col("facet") == Facet.HOURS.value
    # values are chosen by frequency alone; all hours are needed, and a window has few
    of_name = Over.partitionBy("endpoint", "facet", "name").orderBy(F.desc("requests"), "value")
    of_endpoint = Over.partitionBy("endpoint").orderBy(~hours, F.desc("requests"), "facet", "name", "value")
    return (
        of_value.where(hours | (F.col("requests") >= _MINIMUM_REQUESTS))
        .withColumn("rank", F.row_number().over(of_name))
        .where(hours | (F.col("rank") <= VALUES))
        .withColumn("rank", F.row_number().over(of_endpoint))
        .where(hours | (F.col("rank") <= _VALUES_PER_ENDPOINT))
    )


def _with_facets(captures: DataFrame, sampled: DataFrame) -> DataFrame:
    """The sampled requests with their ``facets``, each once: a row that was delivered twice is one request."""
    attributes = F.transform(F.map_entries("attributes"), lambda e: _facet(Facet.ATTRIBUTE, e["key"], e["value"]))
    parameters = F.transform(F.split("query", "&"), _parameter)
    headers = F.transform("request_headers", lambda e: _facet(Facet.HEADER, F.lower(e["name"]), e["value"]))
    valued = F.filter(headers, lambda e: ~e["name"].isin(*PRESENCE_ONLY_HEADERS))
    kept = [F.filter(F.slice(each, 1, _MAXIMUM_FACETS), _is_countable) for each in (attributes, parameters, valued)]
    facets = F.array_distinct(F.concat(*(F.coalesce(each, F.array()) for each in kept)))
    rows = production_rows(captures).select(
        F.xxhash64("request_id").alias("key"), "captured_at", "attributes", "query", "request_headers"
    )
    # facets are made after the join, which keeps few of the requests
    slim = rows.join(F.broadcast(sampled), "key").select(*sampled.columns, "captured_at", facets.alias("facets"))
    order = Over.partitionBy("key").orderBy("captured_at", F.xxhash64("facets"))
    return slim.withColumn("rank", F.row_number().over(order)).where(F.col("rank") == 1)


def _facet(facet: Facet, name: Column, value: Column) -> Column:
    return F.struct(F.lit(facet.value).alias("facet"), name.alias("name"), value.cast("string").alias("value"))


def _parameter(pair: Column) -> Column:
    position = F.instr(pair, F.lit("="))
    value = F.when(position > 0, F.substring(pair, position + 1, _MAXIMUM_VALUE + 1)).otherwise(F.lit(""))
    return _facet(Facet.QUERY, F.substring_index(pair, "=", 1), value)


def _is_countable(facet: Column) -> Column:
    is_short = F.length(facet["name"]).between(1, _MAXIMUM_NAME) & (F.length(facet["value"]) <= _MAXIMUM_VALUE)
    return is_short & ~facet["name"].rlike(UNCOUNTED_NAMES)
