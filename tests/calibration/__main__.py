"""Prints the calibration table; ends with exit code 1 where a promise is broken.

python -m tests.calibration [--full] [--only C4] [--markdown]
"""

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from tests.calibration import boundary, clusters, fleet, late, latency, pairs, power, verdicts
from tests.calibration.row import Row, Size
from tests.calibration.table import MARKDOWN_HEAD, as_lines, as_markdown

ROWS: dict[str, Callable[[Size, np.random.Generator], Row]] = {
    "C1": boundary.c1,
    "C2": boundary.c2,
    "C3": boundary.c3,
    "C4": clusters.c4,
    "C5": clusters.c5,
    "C6": clusters.c6,
    "C7": pairs.c7,
    "C8": boundary.c8,
    "C9": power.c9,
    "C10": power.c10,
    "C11": fleet.c11,
    "C12": latency.c12,
    "C13": latency.c13,
    "C14": fleet.c14,
    "C15": late.c15,
    "C16": late.c16,
    "C17": late.c17,
    "C18": late.c18,
    "C19": verdicts.c19,
    "C20": verdicts.c20,
    "C21": verdicts.c21,
    "C22": verdicts.c22,
    "C23": verdicts.c23,
}


def run_row(name: str, size: Size) -> Row:
    """Runs one simulation, always from the same seed."""
    start = time.perf_counter()
    row = ROWS[name](size, np.random.default_rng([20261123, int(name[1:])]))
    return replace(row, seconds=time.perf_counter() - start)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="all repetitions, in minutes")
    parser.add_argument("--only", choices=ROWS, action="append", help="this row; may be given again")
    parser.add_argument("--markdown", action="store_true", help="print a Markdown table")
    options = parser.parse_args()
    size, rows = Size(full=options.full), []
    if options.markdown:
        print(MARKDOWN_HEAD)
    for name in options.only or ROWS:
        rows.append(run_row(name, size))
        print(as_markdown(rows[-1]) if options.markdown else "\n".join(as_lines(rows[-1])), flush=True)
    print(f"{sum(row.seconds for row in rows):.0f} s in all", file=sys.stderr)
    for line in (line for row in rows for line in row.unmet):
        print(f"not reproduced: {line}", file=sys.stderr)
    broken = [line for row in rows for line in row.broken]
    for line in broken:
        print(f"broken: {line}", file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
