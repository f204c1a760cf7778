"""Prints the calibration table; fails where a promise is broken.

python -m tests.calibration [--full] [--only C4] [--markdown]
"""

import argparse
import sys
import time
from collections.abc import Callable

import numpy as np

from tests.calibration import boundary, power
from tests.calibration.row import Row

SHORT, FULL = 6_000, 20_000
ROWS: dict[str, Callable[[int, np.random.Generator], Row]] = {
    **{f"C{n}": getattr(boundary, f"c{n}") for n in range(1, 9)},
    **{f"C{n}": getattr(power, f"c{n}") for n in range(9, 15)},
}


def measured(name: str, runs: int) -> Row:
    return ROWS[name](runs, np.random.default_rng([20261123, int(name[1:])]))


def as_lines(row: Row, seconds: float) -> list[str]:
    lines = [f"{row.id:<4} {row.setup}  ({seconds:.1f} s)"]
    for one in row.claims:
        limit = f"at most {one.high:.4g}" if one.low == -np.inf else f"{one.low:.4g} to {one.high:.4g}"
        who = "usual" if one.rival else "ours"
        lines.append(f"       {who:<6} {one.name:<42} {one.found:8.4f}   {limit}{'' if one.holds else '   BROKEN'}")
    return lines


def as_markdown(row: Row) -> str:
    def told(rival: bool) -> str:  # noqa: FBT001
        return "; ".join(f"{one.name} {one.found:.3g}" for one in row.claims if one.rival is rival) or "-"

    return f"| {row.id} | {row.setup} | {told(False)} | {told(True)} | {'broken' if row.broken else 'holds'} |"


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--full", action="store_true", help="all repetitions of the design")
    options.add_argument("--only", choices=ROWS, action="append")
    options.add_argument("--markdown", action="store_true")
    asked = options.parse_args()
    broken = []
    if asked.markdown:
        print("| | what is simulated | ours | the usual way | the promise |\n|---|---|---|---|---|")
    for name in asked.only or ROWS:
        start = time.perf_counter()
        row = measured(name, FULL if asked.full else SHORT)
        lines = [as_markdown(row)] if asked.markdown else as_lines(row, time.perf_counter() - start)
        print("\n".join(lines), flush=True)
        broken += row.broken
    for one in broken:
        print(one, file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
