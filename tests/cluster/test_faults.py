"""Killed workers, lost machines and drivers, slow disks and want of memory on a cluster: some ten minutes.

DARKLAUNCH_LONG=1 pytest tests/cluster/test_faults.py
"""

import os
import subprocess
import sys

import pytest

from tests.cluster import faults
from tests.cluster.clusters import ROOT

pytestmark = pytest.mark.long


def test_every_kind_of_fault_leaves_the_same_result(tmp_path):
    kinds = len(faults.STRIKES) + len(faults.RANDOM)
    command = [sys.executable, "-m", "tests.cluster.faults", "--kills", str(kinds), "--driver-kills", "3"]
    done = subprocess.run(  # noqa: S603 - this very interpreter
        command, cwd=ROOT, env=os.environ | {"TMPDIR": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
