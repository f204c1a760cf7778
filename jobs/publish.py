"""The report and the MLflow run of what was decided.

For spark-submit and cron: `spark-submit jobs/publish.py --conf conf --out out`.
"""

import sys

from darklaunch.cli.main import main

if __name__ == "__main__":
    sys.exit(main(["publish", *sys.argv[1:]]))
