"""Injected faults: a few real shadow responses of every endpoint, each against itself with one fault at a time."""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, NamedTuple

import pyarrow as pa
from pyspark.sql import DataFrame, Row
from pyspark.sql import Window as Over
from pyspark.sql import functions as F
from pyspark.sql import types as T
from pyspark.sql.pandas.types import to_arrow_schema

from darklaunch.diff.http.response import Response
from darklaunch.diff.privacy.masking import Masking
from darklaunch.diff.rule_index import RuleIndexes
from darklaunch.diff.rules.rule_set import RuleSet
from darklaunch.faults.detection import DetectionCount, DetectionReport, FaultCount, detection_report
from darklaunch.faults.injection import detections
from darklaunch.faults.kinds import Fault

RESPONSES: Final = 60
"""Responses of each endpoint that faults are injected into; drawn by a hash, so always the same. Chosen by hand."""

MAXIMUM_BODY_BYTES: Final = 512 * 1024
"""Longer bodies are left out: thousands of them lie in memory at once."""


class _Case(NamedTuple):
    endpoint: str
    path: str | None
    fault: str | None
    ruled: bool
    hidden_by: str | None


COUNTS: Final = T.StructType(
    [
        T.StructField("endpoint", T.StringType(), nullable=False),
        T.StructField("path", T.StringType()),
        T.StructField("fault", T.StringType()),
        T.StructField("ruled", T.BooleanType()),
        T.StructField("hidden_by", T.StringType()),
        T.StructField("injected", T.LongType()),
        T.StructField("without_rules", T.LongType()),
        T.StructField("with_rules", T.LongType()),
    ]
)
"""Faults by path, kind and the rule that hid them; a null fault counts responses instead."""


def inject_faults(captures: DataFrame, rules: RuleSet, masking: Masking) -> DetectionReport:
    """Injects faults into a sample of shadow responses and counts those that the comparison detects.

    Args:
        captures: what ``mark_rows`` returns.
        rules: what is declared and learned.
        masking: how paths may be shown.

    Returns:
        A report; without endpoints where there is no shadow response that is whole and short enough.
    """
    key = COUNTS.names[:5]
    counted = _sample(captures).mapInArrow(_injector(rules, masking), COUNTS)
    rows = counted.groupBy(*key).agg(*(F.sum(name).alias(name) for name in COUNTS.names[5:])).collect()
    return detection_report(
        rules=[rule.name for rule in rules.rules],
        responses={row["endpoint"]: row["injected"] for row in rows if row["fault"] is None},
        counts=[_fault_count(row) for row in rows if row["fault"] is not None],
    )


def _fault_count(row: Row) -> FaultCount:
    return FaultCount(
        endpoint=row["endpoint"],
        path=row["path"],
        fault=Fault(row["fault"]),
        ruled=row["ruled"],
        hidden_by=row["hidden_by"],
        count=DetectionCount(
            injected=row["injected"], without_rules=row["without_rules"], with_rules=row["with_rules"]
        ),
    )


def _sample(captures: DataFrame) -> DataFrame:
    good = captures.where(
        F.col("reason").isNull()
        & (F.col("arm") == "shadow")
        & F.col("in_window")
        & F.col("status").isNotNull()
        & ~F.col("body_truncated")
        & (F.coalesce(F.length("body"), F.lit(0)) <= MAXIMUM_BODY_BYTES)
    )
    # ids first: the choice must not shuffle the bodies of the whole log
    by_hash = Over.partitionBy("endpoint").orderBy(F.xxhash64("request_id"), "request_id")
    chosen = good.select("endpoint", "request_id", F.row_number().over(by_hash).alias("rank"))
    chosen = chosen.where(F.col("rank") <= RESPONSES).select("endpoint", "request_id")
    answer = F.xxhash64("status", "body", "response_headers")
    copies = Over.partitionBy("endpoint", "request_id").orderBy("captured_at", answer)
    return (
        good.join(F.broadcast(chosen), ["endpoint", "request_id"], "left_semi")
        .withColumn("copy", F.row_number().over(copies))
        .where(F.col("copy") == 1)
        .select("endpoint", "request_id", "status", "response_headers", "body")
    )


def _injector(rules: RuleSet, masking: Masking) -> Callable[[Iterable[pa.RecordBatch]], Iterable[pa.RecordBatch]]:
    indexes, no_rules = RuleIndexes(rules), RuleIndexes(RuleSet())

    def inject_batches(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            counts: dict[_Case, Counter[str]] = {}
            for row in batch.to_pylist():
                _count(row, indexes, no_rules, masking, counts)
            rows = [
                {**case._asdict(), **{name: count[name] for name in COUNTS.names[5:]}} for case, count in counts.items()
            ]
            yield pa.RecordBatch.from_pylist(rows, schema=to_arrow_schema(COUNTS))

    return inject_batches


def _count(
    row: dict[str, Any], rules: RuleIndexes, no_rules: RuleIndexes, masking: Masking, counts: dict[_Case, Counter[str]]
) -> None:
    endpoint = row["endpoint"]
    headers = tuple((header["name"] or "", header["value"] or "") for header in row["response_headers"] or ())
    response = Response(row["status"], headers, row["body"])
    # the seed is the request's, so that a second check injects the same
    rng = random.Random(row["request_id"])  # noqa: S311 - a choice of places, not a secret
    counts.setdefault(_Case(endpoint, None, None, False, None), Counter())["injected"] += 1  # noqa: FBT003
    for detection in detections(response, rules.at(endpoint), no_rules.at(endpoint), masking, rng):
        case = _Case(endpoint, detection.path, detection.fault.value, detection.ruled, detection.hidden_by)
        counts.setdefault(case, Counter()).update(
            injected=1, without_rules=int(detection.without_rules), with_rules=int(detection.with_rules)
        )
