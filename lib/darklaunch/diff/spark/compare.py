"""diff: one Arrow UDF around the pure comparison, for the pairs that native equality did not settle."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.pandas.functions import arrow_udf

from darklaunch.diff.privacy.masking import Masking
from darklaunch.diff.rules.rule_set import RuleSet
from darklaunch.diff.spark.batch import INPUTS, comparer
from darklaunch.diff.spark.schema import COMPARISON


def diff(pairs: DataFrame, rules: RuleSet, masking: Masking) -> DataFrame:
    """Compares the paired responses.

    Args:
        pairs: what ``pair`` returns.
        rules: what is declared as expected.
        masking: which values must not leave this stage in the clear.

    Returns:
        The pairs without their responses, with the final ``outcome``, ``mismatch`` and ``baseline_mismatch`` (null
        where there was nothing to compare) and ``differences``.
    """
    compared = arrow_udf(comparer(rules, masking), COMPARISON)  # type: ignore[call-overload]
    found = pairs.withColumn("found", compared(*INPUTS))
    consumed = {"outcome", "twin_answers", "shadow_differs", "baseline_differs"}
    kept = [name for name in pairs.columns if name not in consumed and "_sent_" not in name]
    return found.withColumn("outcome", _outcome()).select(
        *kept,
        "outcome",
        F.when(F.col("outcome").isin("equal", "match", "mismatch"), F.col("outcome") == "mismatch").alias("mismatch"),
        _baseline_mismatch().alias("baseline_mismatch"),
        F.col("found.incomparable").alias("incomparable"),
        F.col("found.differences").alias("differences"),
        F.col("found.beyond").alias("paths_beyond"),
    )


def _outcome() -> Column:
    paired = F.col("outcome") == "paired"
    compared = (
        F.when(F.col("found.incomparable").isNotNull(), F.lit("undecodable"))
        .when(F.col("found.mismatch"), F.lit("mismatch"))
        .when(F.col("shadow_differs") > 0, F.lit("match"))
        .otherwise(F.lit("equal"))
    )
    return F.when(paired, compared).otherwise(F.col("outcome"))


def _baseline_mismatch() -> Column:
    settled = F.when(F.col("found.baseline_incomparable").isNull(), F.coalesce("found.baseline_mismatch", F.lit(False)))
    return F.when(F.col("twin_answers") & (F.col("outcome") != "undecodable"), settled)
