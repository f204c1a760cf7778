"""details: transitions, slices and examples of the causes that are told at length."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from pyspark.sql import DataFrame, Row, SparkSession
from pyspark.sql import Window as Over
from pyspark.sql import functions as F

from darklaunch.diff.privacy.masking import Level, Masking
from darklaunch.triage.cause import Cause
from darklaunch.triage.cause_report import Detail, Traffic
from darklaunch.triage.curl import MAXIMUM_BODY, Request, curl
from darklaunch.triage.slices import slices
from darklaunch.triage.spark.facets import asked, tallies
from darklaunch.triage.spark.sampling import sample

TRANSITIONS: Final = 5
"""Of each of so many paths of a cause so many transitions are told."""

EXAMPLES: Final = 3

_SHOWN: Final = 20
_HEADERS: Final = 60
_HEADER_LENGTH: Final = 2000


def label(spark: SparkSession, requests: DataFrame, causes: Sequence[Cause]) -> DataFrame:
    """The compared requests with the place of their ``cause`` (null: none of these); ``typical``: of its first form.

    Args:
        spark: the session.
        requests: one row a production request, with ``shown`` and ``signature``.
        causes: in their places.
    """
    rows = [
        (member.key, place, member is cause.members[0])
        for place, cause in enumerate(causes)
        for member in cause.members
    ]
    labels = spark.createDataFrame(rows, "signature long, cause int, typical boolean")
    return requests.where("compared").join(F.broadcast(labels), "signature", "left")


def details(  # noqa: PLR0913 - tables, what is asked of them, and how
    captures: DataFrame,
    labelled: DataFrame,
    causes: Sequence[Cause],
    traffic: Mapping[str, Traffic],
    *,
    masking: Masking,
    alpha: float,
) -> dict[int, Detail]:
    """Finds what is told of some causes at length.

    Args:
        captures: what ``read_captures`` returns.
        labelled: what ``label`` returns for the same causes.
        causes: those to be told at length.
        traffic: by endpoint.
        masking: what must not be told in the clear.
        alpha: the chance that any slice at all is told by mistake.

    Returns:
        The details by a cause's place.
    """
    if not causes:
        return {}
    with ThreadPoolExecutor(max_workers=3) as pool:
        changed = pool.submit(_transitions, labelled, causes, masking)
        shown = pool.submit(_examples, captures, labelled, masking)
        counted = pool.submit(tallies, captures, sample(labelled, causes, traffic), causes, masking)
        transitions, examples = changed.result(), shown.result()
        found = slices(causes, counted.result(), alpha)
    return {
        place: Detail(
            slices=found[place],
            transitions=tuple(transitions.get(place, ())),
            examples=tuple(examples.get(place, ())),
        )
        for place in range(len(causes))
    }


def _transitions(labelled: DataFrame, causes: Sequence[Cause], masking: Masking) -> dict[int, list[dict[str, Any]]]:
    """The most frequent changes of values at the first paths of each cause."""
    if masking.level is Level.ALL:
        return {}
    rows = [
        (place, element.path, element.kind, rank)
        for place, cause in enumerate(causes)
        for rank, element in enumerate(list(cause.elements)[:TRANSITIONS])
    ]
    told = F.broadcast(labelled.sparkSession.createDataFrame(rows, "cause int, path string, kind string, place int"))
    each = labelled.where(F.col("cause").isNotNull()).select("cause", F.explode("shown").alias("each"))
    values = each.select("cause", *(f"each.{name}" for name in ("path", "kind", "production", "shadow")))
    counted = (
        values.join(told, ["cause", "path", "kind"])
        .groupBy("cause", "place", "path", "kind", "production", "shadow")
        .agg(F.count("*").alias("requests"))
    )
    here = Over.partitionBy("cause", "place").orderBy(F.desc("requests"), "production", "shadow")
    first = counted.withColumn("rank", F.row_number().over(here)).where(F.col("rank") <= TRANSITIONS)
    return _by_cause(sorted(first.collect(), key=lambda r: (r["place"], r["rank"])), ("place", "rank"))


def _by_cause(rows: Sequence[Row], dropped: Sequence[str]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        told = row.asDict(recursive=True)
        found.setdefault(told.pop("cause"), []).append({k: v for k, v in told.items() if k not in dropped})
    return found


def _examples(captures: DataFrame, labelled: DataFrame, masking: Masking) -> dict[int, list[dict[str, Any]]]:
    """The typical requests with the smallest ids, each with what differs and as a line for a shell."""
    here = Over.partitionBy("cause").orderBy(~F.col("typical"), "request_id")
    slim = labelled.where(F.col("cause").isNotNull()).select("cause", "typical", "request_id")
    ids = slim.withColumn("rank", F.row_number().over(here)).where(F.col("rank") <= EXAMPLES).collect()
    wanted = [row["request_id"] for row in ids]
    told = F.transform("shown", lambda each: F.struct(*(each[n].alias(n) for n in _TOLD)))
    sample = labelled.where(F.col("request_id").isin(wanted)).select(
        "request_id",
        "endpoint",
        F.slice(F.array_sort(told), 1, _SHOWN).alias("differences"),
        F.greatest(F.size("shown") - _SHOWN, F.lit(0)).alias("differences_beyond"),
    )
    shown = {row["request_id"]: row for row in sample.collect()}
    sent = {row["request_id"]: row["sent"] for row in _sent(captures, wanted).collect()}
    found: dict[int, list[dict[str, Any]]] = {}
    for row in sorted(ids, key=lambda r: r["rank"]):
        example = shown[row["request_id"]].asDict(recursive=True)
        endpoint = example.pop("endpoint")
        line = curl(_request(sent[row["request_id"]], endpoint), masking)
        found.setdefault(row["cause"], []).append({**example, "curl": line})
    return found


_TOLD: Final = ("path", "kind", "production", "shadow")


def _sent(captures: DataFrame, wanted: Sequence[str]) -> DataFrame:
    """What the client sent; of several copies the earliest."""
    sent = F.struct(
        "captured_at",
        "method",
        "path",
        F.col("query"),
        F.slice(
            F.transform(
                F.coalesce("request_headers", F.array()),
                lambda each: F.struct(
                    F.coalesce(each["name"], F.lit("")).alias("name"),
                    F.substring(F.coalesce(each["value"], F.lit("")), 1, _HEADER_LENGTH).alias("value"),
                ),
            ),
            1,
            _HEADERS,
        ).alias("headers"),
        F.substring("request_body", 1, MAXIMUM_BODY + 1).alias("body"),
    )
    copies = asked(captures).where(F.col("request_id").isin(list(wanted)))
    return copies.groupBy("request_id").agg(F.min(sent).alias("sent"))


def _request(sent: Row, endpoint: str) -> Request:
    return Request(
        method=sent["method"],
        path=sent["path"],
        query=sent["query"],
        headers=tuple((header["name"], header["value"]) for header in sent["headers"]),
        body=bytes(sent["body"]) if sent["body"] is not None else None,
        template=endpoint.partition(" ")[2],
    )
