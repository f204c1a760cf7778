"""What others do with the same log: Spark's scan and join, and three libraries that compare tables.

The libraries compare columns, so that bodies are flattened, which needs a schema known beforehand; volatile fields are
left out by hand. They read no headers, keep no pairs and know no rules, units, copies or hours.
"""

import itertools
from importlib import metadata
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.json as pj
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812

ITEMS = 8
SCHEMA = (
    "id long, kind string, items array<struct<sku: string, name: string, price: long, stock: boolean, "
    "tags: array<string>>>, total double, next string, request string, at string, took_ms double"
)
TOP = ("id", "kind", "total", "next")
OF_ITEM = ("sku", "name", "price", "stock")


def scan_and_join(spark: SparkSession, log: Path) -> int:
    """Reads the bodies of both arms, joins them by request and compares bytes; returns those that differ."""
    rows = spark.read.parquet(str(log))
    production, shadow = (
        rows.where(F.col("arm") == arm).select("request_id", F.col("body").alias(arm))
        for arm in ("production", "shadow")
    )
    differ = F.count_if(F.col("production") != F.col("shadow"))
    return production.join(shadow, "request_id").select(F.count("*"), differ).first()[1]


def spark_extension(spark: SparkSession, log: Path) -> int:
    """Rows that pyspark-extension's ``diff`` finds changed."""
    from gresearch.spark.diff import diff

    differences = diff(_in_spark(spark, log, "production"), _in_spark(spark, log, "shadow"), "request_id")
    return differences.where(F.col("diff") == "C").count()


def datacompy(spark: SparkSession, log: Path) -> int:
    """Rows that DataComPy's ``SparkSQLCompare`` finds unequal."""
    from datacompy.spark import SparkSQLCompare

    production, shadow = (_in_spark(spark, log, arm) for arm in ("production", "shadow"))
    comparison = SparkSQLCompare(spark, production, shadow, join_columns=["request_id"])
    return comparison.intersect_rows.count() - comparison.count_matching_rows()


def rdatacompy(log: Path) -> int:
    """Whether RDataCompy finds a difference: it says how many only in the words of its report."""
    from rdatacompy import Compare

    production, shadow = (_in_arrow(log, arm) for arm in ("production", "shadow"))
    return 0 if Compare(production, shadow, join_columns=["request_id"]).matches() else 1


def extension_jar() -> str:
    """The jar that pyspark-extension brings; it has to be on the class path of the session."""
    files = metadata.files("pyspark-extension") or []
    return next(str(file.locate()) for file in files if file.name.endswith(".jar"))


def _in_spark(spark: SparkSession, log: Path, arm: str) -> DataFrame:
    """One row a response, one column a field."""
    body = F.from_json(F.col("body").cast("string"), SCHEMA)
    rows = spark.read.parquet(str(log)).where(F.col("arm") == arm).select("request_id", body.alias("body"))
    fields = [F.col(f"body.{name}").alias(name) for name in TOP]
    for at in range(ITEMS):
        item = F.get("body.items", F.lit(at))
        fields += [item[name].alias(f"{name}_{at}") for name in OF_ITEM]
        fields.append(F.concat_ws(",", item["tags"]).alias(f"tags_{at}"))
    return rows.select("request_id", *fields)


def _in_arrow(log: Path, arm: str) -> pa.Table:
    """The same, by PyArrow's own reader of JSON lines."""
    rows = ds.dataset(log, partitioning="hive").to_table(["request_id", "body"], filter=ds.field("arm") == arm)
    lines = pa.py_buffer(b"\n".join(itertools.chain(rows["body"].to_pylist(), [b""])))
    parsed = pj.read_json(pa.BufferReader(lines)).combine_chunks()
    columns = {name: parsed[name] for name in TOP if parsed[name].type != pa.null()}
    for at in range(ITEMS):
        item = pc.list_element(parsed["items"], at)
        columns |= {f"{name}_{at}": pc.struct_field(item, name) for name in OF_ITEM}
        columns[f"tags_{at}"] = pc.binary_join(pc.struct_field(item, "tags"), ",")
    return pa.table({"request_id": rows["request_id"], **columns})
