"""Details of the first causes: transitions of values, slices and example requests."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from pyspark.sql import DataFrame, Row, SparkSession
from pyspark.sql import Window as Over
from pyspark.sql import functions as F

from darklaunch.diff.difference import Kind
from darklaunch.diff.privacy.masking import Masking, MaskingLevel
from darklaunch.triage.cause import Cause
from darklaunch.triage.cause_report import CauseExample, ExampleDifference, Transition
from darklaunch.triage.curl import MAXIMUM_BODY, CapturedRequest, curl_command
from darklaunch.triage.reporting import Detail, Traffic
from darklaunch.triage.slices import find_slices
from darklaunch.triage.spark.facets import count_facets, production_rows
from darklaunch.triage.spark.sampling import sample_requests

TRANSITIONS: Final = 5
"""Transitions of each path of a cause, and paths of a cause that have any."""

EXAMPLES: Final = 3
"""Example requests of each cause."""

_DIFFERENCE: Final = ("path", "kind", "production", "shadow")
_MAXIMUM_DIFFERENCES: Final = 20
_MAXIMUM_HEADERS: Final = 60
_MAXIMUM_HEADER_LENGTH: Final = 2000


def label_requests(spark: SparkSession, requests: DataFrame, causes: Sequence[Cause]) -> DataFrame:
    """The compared requests, labelled with their cause.

    Args:
        spark: the session.
        requests: one row a production request, with ``differences`` and ``signature``.
        causes: in the order of their indices.

    Returns:
        The requests with ``cause``, the index of their cause (null: none of these), and ``typical``, whether they show
        its most frequent signature.
    """
    rows = [
        (member.key, index, member is cause.members[0])
        for index, cause in enumerate(causes)
        for member in cause.members
    ]
    labels = spark.createDataFrame(rows, "signature long, cause int, typical boolean")
    return requests.where("compared").join(F.broadcast(labels), "signature", "left")


def detail_causes(
    captures: DataFrame,
    labelled: DataFrame,
    causes: Sequence[Cause],
    traffic: Mapping[str, Traffic],
    *,
    masking: Masking,
    alpha: float,
) -> dict[int, Detail]:
    """Collects the details of some causes.

    Args:
        captures: what ``mark_rows`` returns.
        labelled: what ``label_requests`` returns for the same causes.
        causes: those that are detailed, in the order of their indices.
        traffic: by endpoint.
        masking: the values that must not be shown.
        alpha: the chance that any slice at all is reported by mistake.

    Returns:
        The details by a cause's index.
    """
    if not causes:
        return {}
    with ThreadPoolExecutor(max_workers=3) as pool:
        collected_transitions = pool.submit(_collect_transitions, labelled, causes, masking)
        collected_examples = pool.submit(_collect_examples, captures, labelled, masking)
        sampled = sample_requests(labelled, causes, traffic)
        counted_facets = pool.submit(count_facets, captures, sampled, causes, masking)
        transitions, examples = collected_transitions.result(), collected_examples.result()
        slices = find_slices(causes, counted_facets.result(), alpha)
    return {
        index: Detail(
            slices=slices[index],
            transitions=tuple(transitions.get(index, ())),
            examples=tuple(examples.get(index, ())),
        )
        for index in range(len(causes))
    }


def _collect_transitions(labelled: DataFrame, causes: Sequence[Cause], masking: Masking) -> dict[int, list[Transition]]:
    """The most frequent changes of values at the first paths of each cause."""
    if masking.level is MaskingLevel.ALL:
        return {}
    rows = [
        (index, element.path, element.kind, position)
        for index, cause in enumerate(causes)
        for position, element in enumerate(list(cause.elements)[:TRANSITIONS])
    ]
    paths = labelled.sparkSession.createDataFrame(rows, "cause int, path string, kind string, position int")
    exploded = labelled.where(F.col("cause").isNotNull()).select("cause", F.explode("differences").alias("difference"))
    values = exploded.select("cause", *(f"difference.{name}" for name in _DIFFERENCE))
    counted = (
        values.join(F.broadcast(paths), ["cause", "path", "kind"])
        .groupBy("cause", "position", "path", "kind", "production", "shadow")
        .agg(F.count("*").alias("requests"))
    )
    of_path = Over.partitionBy("cause", "position").orderBy(F.desc("requests"), "production", "shadow")
    first = counted.withColumn("rank", F.row_number().over(of_path)).where(F.col("rank") <= TRANSITIONS)
    transitions: dict[int, list[Transition]] = {}
    for row in sorted(first.collect(), key=lambda row: (row["position"], row["rank"])):
        transition = Transition(
            path=row["path"],
            kind=Kind(row["kind"]),
            production=row["production"],
            shadow=row["shadow"],
            requests=row["requests"],
        )
        transitions.setdefault(row["cause"], []).append(transition)
    return transitions


def _collect_examples(captures: DataFrame, labelled: DataFrame, masking: Masking) -> dict[int, list[CauseExample]]:
    """The typical requests with the smallest ids, each with its differences and as a shell command."""
    of_cause = Over.partitionBy("cause").orderBy(~F.col("typical"), "request_id")
    candidates = labelled.where(F.col("cause").isNotNull()).select("cause", "typical", "request_id")
    chosen = candidates.withColumn("rank", F.row_number().over(of_cause)).where(F.col("rank") <= EXAMPLES).collect()
    request_ids = [row["request_id"] for row in chosen]
    differences = F.transform(
        "differences", lambda difference: F.struct(*(difference[name].alias(name) for name in _DIFFERENCE))
    )
    rows = labelled.where(F.col("request_id").isin(request_ids)).select(
        "request_id",
        "endpoint",
        F.slice(F.array_sort(differences), 1, _MAXIMUM_DIFFERENCES).alias("differences"),
        F.greatest(F.size("differences") - _MAXIMUM_DIFFERENCES, F.lit(0)).alias("differences_beyond"),
    )
    compared = {row["request_id"]: row for row in rows.collect()}
    sent = {row["request_id"]: row["sent"] for row in _sent(captures, request_ids).collect()}
    examples: dict[int, list[CauseExample]] = {}
    for row in sorted(chosen, key=lambda row: row["rank"]):
        request = compared[row["request_id"]]
        command = curl_command(_captured_request(sent[row["request_id"]], request["endpoint"]), masking)
        examples.setdefault(row["cause"], []).append(_example(request, command))
    return examples


def _example(request: Row, command: str) -> CauseExample:
    differences = tuple(
        ExampleDifference(
            path=each["path"], kind=Kind(each["kind"]), production=each["production"], shadow=each["shadow"]
        )
        for each in request["differences"]
    )
    return CauseExample(
        request_id=request["request_id"],
        differences=differences,
        differences_beyond=request["differences_beyond"],
        curl=command,
    )


def _sent(captures: DataFrame, request_ids: Sequence[str]) -> DataFrame:
    """The requests as the client sent them; of several copies the earliest."""
    sent = F.struct(
        "captured_at",
        "method",
        "path",
        F.col("query"),
        F.slice(
            F.transform(
                F.coalesce("request_headers", F.array()),
                lambda header: F.struct(
                    F.coalesce(header["name"], F.lit("")).alias("name"),
                    F.substring(F.coalesce(header["value"], F.lit("")), 1, _MAXIMUM_HEADER_LENGTH).alias("value"),
                ),
            ),
            1,
            _MAXIMUM_HEADERS,
        ).alias("headers"),
        F.substring("request_body", 1, MAXIMUM_BODY + 1).alias("body"),
    )
    copies = production_rows(captures).where(F.col("request_id").isin(list(request_ids)))
    return copies.groupBy("request_id").agg(F.min(sent).alias("sent"))


def _captured_request(sent: Row, endpoint: str) -> CapturedRequest:
    return CapturedRequest(
        method=sent["method"],
        path=sent["path"],
        query=sent["query"],
        headers=tuple((header["name"], header["value"]) for header in sent["headers"]),
        body=bytes(sent["body"]) if sent["body"] is not None else None,
        template=endpoint.partition(" ")[2],
    )
