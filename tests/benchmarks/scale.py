"""One run of ever more pairs: is its time linear, and does it stay within the memory of one machine?

    python -m tests.benchmarks.scale [--pairs 100000,500000,1000000,5000000] [--masters none,local[2]] [--keep FOLDER]

The whole command, with all processes that it starts; under the master ``local[2]+shuffle`` Spark shuffles the rows.
Each log is a day: up to 500,000 pairs are generated, more are the same files with other request ids and sessions.
"""

import argparse
import shutil
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tests.benchmarks.commands import load, run_command
from tests.benchmarks.generate import generate

GENERATED = 500_000
_NAMES = ("request_id", "unit_id")


def write_day(folder: Path, pairs: int) -> Path:
    """A day of so many pairs, unless it was written before."""
    once, log = folder / f"once-{min(pairs, GENERATED)}", folder / f"log-{pairs}"
    if log.exists():
        return log
    if not once.exists():
        generate(once, min(pairs, GENERATED))
    for file in sorted(once.rglob("*.parquet")):
        table = pq.ParquetFile(file).read()
        place = (log / file.relative_to(once)).parent
        place.mkdir(parents=True, exist_ok=True)
        for copy in range(pairs // min(pairs, GENERATED)):
            pq.write_table(_renamed(table, f"{copy:02}"), place / f"part-{copy}.parquet")
    return log


def _renamed(table: pa.Table, copy: str) -> pa.Table:
    for name in _NAMES:
        names = pc.binary_join_element_wise(table[name], copy, "-")
        table = table.set_column(table.column_names.index(name), table.schema.field(name), names)
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", default="100000,500000,1000000,5000000")
    parser.add_argument("--masters", default="none,local[2]")
    parser.add_argument("--keep", type=Path, help="the folder that logs are kept in, and taken from the next time")
    options = parser.parse_args()
    print(
        f"{'pairs':>10} {'MB':>6} {'master':<16} {'s':>7} {'cpu s':>7} {'us a pair':>9} {'peak MB':>8} exit", flush=True
    )
    with tempfile.TemporaryDirectory(prefix="darklaunch-scale-") as scratch:
        folder = options.keep or Path(scratch)
        for pairs in map(int, options.pairs.split(",")):
            log = write_day(folder, pairs)
            log_mb = sum(file.stat().st_size for file in log.rglob("*.parquet")) / 1e6
            for master in options.masters.split(","):
                cost, before = run_command(log, master, Path(scratch)), load()
                line = f"{pairs:>10,} {log_mb:>6.0f} {master:<16} {cost.seconds:>7.1f} {cost.processor:>7.1f} "
                line += f"{cost.processor / pairs * 1e6:>9.1f} {cost.peak_mb:>8,.0f} {cost.exit_code:>4} "
                line += f"written {cost.written_mb:,.0f} MB "
                if cost.shuffled_mb:
                    line += f"shuffled {cost.shuffled_mb:,.0f} MB, to the driver {cost.results_mb:,.1f} MB "
                print(f"{line}{before} {cost.said}", flush=True)
            if options.keep is None:
                shutil.rmtree(log)


if __name__ == "__main__":
    main()
