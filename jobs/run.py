"""All stages for one window.

For spark-submit and cron: `spark-submit jobs/run.py --conf conf --out out`.
"""

import sys

from darklaunch.cli.main import main

if __name__ == "__main__":
    sys.exit(main(["run", *sys.argv[1:]]))
