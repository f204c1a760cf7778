"""Pairs in Spark: joins the arms' answers to each request, names its outcome, and settles what is byte-equal."""

import operator
from functools import reduce
from typing import Final

from pyspark.sql import Column, DataFrame
from pyspark.sql import Window as Over
from pyspark.sql import functions as F

from darklaunch.capture.arm import ARMS
from darklaunch.capture.selection import Selection
from darklaunch.pair.headers import BODY, HEAD, PRESENCE_ONLY_HEADERS
from darklaunch.pair.outcome import Outcome

_UNROLLED: Final = 24
"""Headers that are written out one by one, which Spark compiles; its loops over arrays are interpreted."""

_BY_PRESENCE: Final = ", ".join(f"'{name}'" for name in PRESENCE_ONLY_HEADERS)


def header_text(headers: str) -> Column:
    """Writes an array of headers as one text, without the values that are compared by presence only.

    Args:
        headers: the column's name.

    Returns:
        Name, separator, value, separator, name and so on; empty where there are no headers.
    """
    # as SQL, which Spark reads at once: built call by call these columns took longer than many a window
    few = ", ".join(
        f"if(size({headers}) > {at}, {part}, null)"
        for at in range(_UNROLLED)
        for part in _parts(f"get({headers}, {at})")
    )
    every = f"flatten(transform({headers}, one -> array({', '.join(_parts('one'))})))"
    nul = "chr(0)"
    return F.expr(f"if(size({headers}) > {_UNROLLED}, concat_ws({nul}, {every}), concat_ws({nul}, {few}))")


def _parts(header: str) -> tuple[str, str]:
    value = f"coalesce({header}.value, '')"
    return f"coalesce({header}.name, '')", f"if(lower({header}.name) in ({_BY_PRESENCE}), '', {value})"


_ANSWER = ("captured_at", "in_window", "status", "head", "body", "body_truncated", "latency_ms", "error")
_REQUEST = ("endpoint", "sample_rate", "unit_id")
_COUNTS = ("copies", "copies_in_window", "conflicting")


def pair_requests(captures: DataFrame, selection: Selection, *, baseline: bool) -> DataFrame:
    """Joins the answers to the same request.

    A row that was delivered more than once counts once: the earliest, and of equally early ones the one with the
    smallest fingerprint of its answer, so that the choice does not depend on the order of files.

    Args:
        captures: what ``mark_rows`` returns; rows that break the contract are left out.
        selection: the window and the largest gap in time within a pair.
        baseline: whether there is a baseline arm to join.

    Returns:
        One row for each request of production and shadow, with ``outcome`` (``paired`` where there is something to
        compare), and the responses that native equality could not settle.
    """
    good = captures.where(F.col("reason").isNull())
    production, shadow, baseline_rows = (_deduplicated(good, arm) for arm in ARMS)
    if not baseline:
        baseline_rows = baseline_rows.limit(0)
    # the outer join comes last: after a full join Spark has to shuffle again
    requests = production.join(baseline_rows, "request_id", "left_outer").join(shadow, "request_id", "full_outer")
    return _settled(_with_outcome(requests, selection)).select(*_columns())


def _deduplicated(good: DataFrame, arm: str) -> DataFrame:
    order = Over.partitionBy("request_id").orderBy("captured_at", "answer")
    # the same order for all copies keeps this one pass over the rows, which carry the bodies
    copies = order.rowsBetween(Over.unboundedPreceding, Over.unboundedFollowing)
    answer = F.xxhash64("status", "body", "head", "error")
    rows = good.where(F.col("arm") == arm).withColumn("head", header_text("response_headers"))
    if arm == "production":
        # a neighbour's production row only claims its shadows; its body need not be shuffled
        rows = rows.withColumn("body", F.when(F.col("in_window"), F.col("body")))
    rows = (
        rows.select("request_id", *_REQUEST, *_ANSWER, answer.alias("answer"))
        .withColumn("rank", F.row_number().over(order))
        .withColumn("copies", F.count("*").over(copies))
        .withColumn("copies_in_window", F.count_if("in_window").over(copies))
        .withColumn("conflicting", F.min("answer").over(copies) != F.max("answer").over(copies))
        .where(F.col("rank") == 1)
    )
    kept = (*_REQUEST, *_ANSWER, *_COUNTS) if arm != "baseline" else (*_ANSWER, *_COUNTS)
    return rows.select("request_id", *(F.col(name).alias(f"{arm}_{name}") for name in kept))


def has_outcome(*outcomes: Outcome) -> Column:
    """Whether a request has one of these outcomes."""
    return F.col("outcome").isin(*(outcome.value for outcome in outcomes))


def _with_outcome(requests: DataFrame, selection: Selection) -> DataFrame:
    gap = selection.max_pair_gap.total_seconds()
    seen, answered = F.col("production_captured_at").isNotNull(), F.col("shadow_captured_at").isNotNull()
    outcomes = (
        (Outcome.PRODUCTION_MISSING, ~seen & F.col("shadow_in_window")),
        (Outcome.OTHER_WINDOW, ~seen | ~F.col("production_in_window")),
        (Outcome.SHADOW_MISSING, ~answered),
        (Outcome.LATE, _seconds_apart("production", "shadow") > gap),
        (Outcome.PRODUCTION_ERROR, F.col("production_error").isNotNull()),
        (Outcome.SHADOW_ERROR, F.col("shadow_error").isNotNull()),
        (Outcome.TRUNCATED, F.col("production_body_truncated") | F.col("shadow_body_truncated")),
    )
    outcome = F.coalesce(*(F.when(holds, F.lit(name.value)) for name, holds in outcomes), F.lit(Outcome.PAIRED.value))
    baseline = (
        F.col("baseline_captured_at").isNotNull()
        & (_seconds_apart("production", "baseline") <= gap)
        & F.col("baseline_error").isNull()
        & ~F.col("baseline_body_truncated")
    )
    return requests.withColumn("outcome", outcome).withColumn(
        "baseline_answers",
        has_outcome(Outcome.PAIRED) & F.coalesce(baseline, F.lit(False)),
    )


def _seconds_apart(arm: str, other: str) -> Column:
    micros = F.unix_micros(f"{arm}_captured_at") - F.unix_micros(f"{other}_captured_at")
    return F.abs(micros) / 1e6


def _settled(requests: DataFrame) -> DataFrame:
    """Compares bytes where Spark can: only what differs crosses to Python, heads and bodies apart."""
    paired = has_outcome(Outcome.PAIRED)
    facts = requests.withColumns(
        {
            "bodies_equal": F.when(paired, _equal("shadow", "body")),
            "shadow_differs": _differing(paired, "shadow"),
            "baseline_differs": _differing(F.col("baseline_answers"), "baseline"),
        }
    )
    either = F.col("shadow_differs").bitwiseOR(F.col("baseline_differs"))
    needed = {"production": either, "shadow": F.col("shadow_differs"), "baseline": F.col("baseline_differs")}
    sent = {f"{arm}_sent_body": F.when(bits >= BODY, F.col(f"{arm}_body")) for arm, bits in needed.items()}
    # a body can't be read without its headers, so production's always go along
    heads = {**{arm: bits.bitwiseAND(F.lit(HEAD)) for arm, bits in needed.items()}, "production": either}
    sent |= {f"{arm}_sent_head": F.when(bits > 0, F.col(f"{arm}_head")) for arm, bits in heads.items()}
    return facts.withColumns(sent)


def _differing(compared: Column, arm: str) -> Column:
    head = F.when(_equal(arm, "status") & _equal(arm, "head"), F.lit(0)).otherwise(F.lit(HEAD))
    body = F.when(_equal(arm, "body"), F.lit(0)).otherwise(F.lit(BODY))
    return F.when(compared, head + body).otherwise(F.lit(0))


def _equal(arm: str, column: str) -> Column:
    return F.col(f"production_{column}").eqNullSafe(F.col(f"{arm}_{column}"))


def _word(error: str) -> Column:
    """The sort of an error, such as ``timeout``; a message might hold anything."""
    word = F.when(F.col(error).rlike("^[a-z][a-z_ -]{0,31}$"), F.col(error)).otherwise(F.lit("other"))
    return F.when(F.col(error).isNotNull(), word).alias(error)


def _columns() -> list[Column]:
    request_id, sample_rate = F.col("request_id"), F.coalesce("production_sample_rate", "shadow_sample_rate")
    conflicts = (F.coalesce(F.col(f"{arm}_conflicting").cast("int"), F.lit(0)) for arm in ARMS)
    return [
        request_id,
        F.coalesce("production_endpoint", "shadow_endpoint").alias("endpoint"),
        F.date_trunc("hour", F.coalesce("production_captured_at", "shadow_captured_at")).alias("bucket"),
        # who the client was is nobody's business downstream
        F.xxhash64(F.coalesce("production_unit_id", "shadow_unit_id", request_id)).alias("unit"),
        sample_rate.alias("sample_rate"),
        (1 / sample_rate).alias("weight"),
        F.col("outcome"),
        F.col("bodies_equal"),
        *(F.col(f"{arm}_{name}") for name in ("status", "latency_ms", "copies") for arm in ARMS),
        *(_word(f"{arm}_error") for arm in ("production", "shadow")),
        F.col("baseline_copies_in_window"),
        reduce(operator.add, conflicts).alias("conflicting"),
        F.col("baseline_answers"),
        *(F.col(f"{arm}_differs") for arm in ARMS[1:]),
        *(F.col(f"{arm}_sent_{part}") for arm in ARMS for part in ("head", "body")),
    ]
