"""Capture and contract: can this log be judged.

For spark-submit and cron: `spark-submit jobs/validate.py --conf conf --out out`.
"""

import sys

from darklaunch.cli.main import main

if __name__ == "__main__":
    sys.exit(main(["validate", *sys.argv[1:]]))
