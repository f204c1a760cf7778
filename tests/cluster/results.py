"""Everything that a launch knows and says, to be compared between runs that were disturbed and one that was not."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from darklaunch.runs.catalog import past_runs
from darklaunch.storage.state import StateTable, read_state
from tests.whole_runs.runs import newest

LENIENT = ["-o", "noise.learn=true", "-o", "noise.learning_hours=4"]
LENIENT += ["-o", "contract.maximum_quarantined_share=0.2", "-o", "contract.maximum_duplicate_share=1"]

_SET_APART = ('    "spark.', '    "captures.uri"')


def verdict_bytes(out: Path) -> str:
    """The newest verdict.json as it was written, but for where the log lies and how Spark was set."""
    lines = (newest(out) / "verdict.json").read_text().splitlines()
    return "\n".join(line.rstrip(",") for line in lines if not line.startswith(_SET_APART))


def everything(out: Path) -> dict[str, object]:
    """The verdict, the tables of evidence, what was learned, and the tables of the run."""
    (launch,) = (folder for folder in (out / "launches").iterdir() if not folder.name.startswith("."))
    state = read_state(launch)
    tables = (StateTable.EVIDENCE, StateTable.LATENCY, StateTable.PANEL)
    runs, skipped = past_runs(out)
    return {
        "verdict": verdict_bytes(out),
        "runs": ([each.folder.name for each in runs], list(skipped)),
        "evidence": {
            (table.value, hour): sorted(map(repr, pq.ParquetFile(file).read().to_pylist()))
            for table in tables
            for hour, file in state.hour_files(table)
        },
        "learned": [state.documents(table) for table in (StateTable.NOISE, StateTable.THRESHOLDS)],
        "tables": {name: rows_of(newest(out) / name) for name in ("pairs", "differences")},
        "left over": leftovers(out),
    }


def rows_of(folder: Path) -> list[str]:
    """The rows of a table, whatever files they lie in."""
    tables = [pq.ParquetFile(file).read() for file in sorted(folder.glob("*.parquet"))]
    return sorted(map(repr, pa.concat_tables(tables).to_pylist())) if tables else []


def leftovers(out: Path) -> list[str]:
    """What a finished launch should not hold: files in the making inside its runs."""
    return sorted(
        file.name for run in out.glob("launches/*/runs/*") for file in run.rglob("*") if file.name.startswith(".")
    )


def differing(ours: dict[str, object], theirs: dict[str, object]) -> list[str]:
    """The names of what is not equal."""
    return [name for name in theirs if ours[name] != theirs[name]]
