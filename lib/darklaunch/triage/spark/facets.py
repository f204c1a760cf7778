"""facets: how many compared requests have each value that requests are sliced by, by cause, in one aggregation."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import unquote_plus

from pyspark.sql import Column, DataFrame
from pyspark.sql import Window as Over
from pyspark.sql import functions as F

from darklaunch.diff.privacy.masking import Masking, is_secret
from darklaunch.diff.privacy.redaction import mask_text
from darklaunch.diff.privacy.secrets import hide, secret_parameter
from darklaunch.pair.headers import PRESENCE_ONLY_HEADERS
from darklaunch.triage.cause import Cause
from darklaunch.triage.slices import Facet, Tallies, Tally, moment

VALUES: Final = 50
"""So many values of an attribute, parameter or header are tried, the most frequent ones of the endpoint."""

_VALUES_AT_ONE: Final = 2000
_MINIMUM_REQUESTS: Final = 5
_LONGEST_NAME: Final = 64
_LONGEST_VALUE: Final = 128
_MOST: Final = 100
# the last word on secrets is the core's; this keeps the most frequent ones from being counted at all
_SECRET: Final = "(?i)auth|cookie|token|secret|session|passw|api.?key|signature"  # noqa: S105 - names, no secret


def asked(captures: DataFrame) -> DataFrame:
    """The good production rows of a window."""
    return captures.where((F.col("arm") == "production") & F.col("in_window") & F.col("reason").isNull())


def tallies(captures: DataFrame, sampled: DataFrame, causes: Sequence[Cause], masking: Masking) -> dict[str, Tallies]:
    """Counts, by endpoint and value, the requests of each cause and the others.

    The method is not among the facets: it is part of an endpoint's name, so that all requests of one have the same.

    Args:
        captures: what ``read_captures`` returns.
        sampled: what ``sample`` returns for the same causes.
        causes: in their places.
        masking: what must not be told in the clear.
    """
    places: dict[str, list[int]] = {}
    for place, cause in enumerate(causes):
        places.setdefault(cause.endpoint, []).append(place)
    found = {endpoint: Tallies(values=[], hours={}) for endpoint in places}
    for row in _counted(captures, sampled).orderBy("endpoint", "facet", "name", "value").collect():
        facet, name, value, here = Facet(row["facet"]), row["name"], row["value"], row["endpoint"]
        by_cause = {each["cause"]: each for each in row["by_cause"]}
        drawn = {place: by_cause[place]["of_all"] if place in by_cause else 0 for place in places[here]}
        counts = {
            "inside": {place: by_cause[place]["of_cause"] for place in places[here] if place in by_cause},
            "outside": {place: row["requests"] - drawn[place] for place in places[here]},
        }
        if facet is Facet.HOURS:
            found[here].hours[int(value)] = Tally(facet=facet, name="", value=moment(int(value)), **counts)
        elif not _secret(facet, name):
            plain = unquote_plus(value, errors="replace") if facet is Facet.QUERY else value
            shown = value if facet is Facet.STATUS else mask_text(plain, masking)
            found[here].values.append(Tally(facet=facet, name=hide(name), value=shown, **counts))
    return found


def _secret(facet: Facet, name: str) -> bool:
    """Says whether a name announces something secret; such values are not told however little is masked."""
    match facet:
        case Facet.HEADER:
            return is_secret(("headers", name))
        case Facet.QUERY:
            return secret_parameter(unquote_plus(name, errors="replace"))
        case _:
            return is_secret((name,))


def _counted(captures: DataFrame, sampled: DataFrame) -> DataFrame:
    """Requests by endpoint and value, the most frequent values only, and ``by_cause`` those of each."""
    own = [_facet(Facet.HOURS, F.lit(""), F.col("hour")), _facet(Facet.STATUS, F.lit(""), F.col("status_class"))]
    each = _sent(captures, sampled).select(
        "endpoint", "cause", "of_cause", "of_all", F.explode(F.concat(F.array(*own), "facets")).alias("each")
    )
    by_cause = each.groupBy("endpoint", "each.facet", "each.name", "each.value", "cause").agg(
        *(F.count_if(name).alias(name) for name in ("of_cause", "of_all"))
    )
    of_value = by_cause.groupBy("endpoint", "facet", "name", "value").agg(
        F.collect_list(F.struct("cause", "of_cause", "of_all")).alias("by_cause"), F.sum("of_all").alias("requests")
    )
    hours = F.col("facet") == Facet.HOURS.value
    # chosen by how frequent they are and nothing else; all hours are needed, and a window has few
    of_name = Over.partitionBy("endpoint", "facet", "name").orderBy(F.desc("requests"), "value")
    here = Over.partitionBy("endpoint").orderBy(~hours, F.desc("requests"), "facet", "name", "value")
    return (
        of_value.where(hours | (F.col("requests") >= _MINIMUM_REQUESTS))
        .withColumn("rank", F.row_number().over(of_name))
        .where(hours | (F.col("rank") <= VALUES))
        .withColumn("rank", F.row_number().over(here))
        .where(hours | (F.col("rank") <= _VALUES_AT_ONE))
    )


def _sent(captures: DataFrame, sampled: DataFrame) -> DataFrame:
    """What the client sent of each sampled request, once: a row that was delivered twice is one request."""
    attributes = F.transform(F.map_entries("attributes"), lambda e: _facet(Facet.ATTRIBUTE, e["key"], e["value"]))
    parameters = F.transform(F.split("query", "&"), _parameter)
    headers = F.transform("request_headers", lambda e: _facet(Facet.HEADER, F.lower(e["name"]), e["value"]))
    told = F.filter(headers, lambda e: ~e["name"].isin(*PRESENCE_ONLY_HEADERS))
    named = [F.filter(F.slice(found, 1, _MOST), _worth_it) for found in (attributes, parameters, told)]
    facets = F.array_distinct(F.concat(*(F.coalesce(found, F.array()) for found in named)))
    rows = asked(captures).select(
        F.xxhash64("request_id").alias("key"), "captured_at", "attributes", "query", "request_headers"
    )
    # facets are made after the join, which keeps few of the requests
    slim = rows.join(F.broadcast(sampled), "key").select(*sampled.columns, "captured_at", facets.alias("facets"))
    order = Over.partitionBy("key").orderBy("captured_at", F.xxhash64("facets"))
    return slim.withColumn("rank", F.row_number().over(order)).where(F.col("rank") == 1)


def _facet(facet: Facet, name: Column, value: Column) -> Column:
    return F.struct(F.lit(facet.value).alias("facet"), name.alias("name"), value.cast("string").alias("value"))


def _parameter(pair: Column) -> Column:
    at = F.instr(pair, F.lit("="))
    value = F.when(at > 0, F.substring(pair, at + 1, _LONGEST_VALUE + 1)).otherwise(F.lit(""))
    return _facet(Facet.QUERY, F.substring_index(pair, "=", 1), value)


def _worth_it(each: Column) -> Column:
    named = F.length(each["name"]).between(1, _LONGEST_NAME) & (F.length(each["value"]) <= _LONGEST_VALUE)
    return named & ~each["name"].rlike(_SECRET)
