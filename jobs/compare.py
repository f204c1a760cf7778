"""Pair, diff and evidence: what differs in one window.

For spark-submit and cron: `spark-submit jobs/compare.py --conf conf --out out`.
"""

import sys

from darklaunch.cli.main import main

if __name__ == "__main__":
    sys.exit(main(["compare", *sys.argv[1:]]))
