"""Score and decide: the verdict of what was compared.

For spark-submit and cron: `spark-submit jobs/score.py --conf conf --out out`.
"""

import sys

from darklaunch.cli.main import main

if __name__ == "__main__":
    sys.exit(main(["score", *sys.argv[1:]]))
