"""Buckets read and counted in this process, for tests of what is pure."""

from collections import defaultdict

import pyarrow as pa

from darklaunch.capture.around import rows_around
from darklaunch.capture.inventory import list_log
from darklaunch.capture.rows import read_file
from darklaunch.diff.comparers import Comparers
from darklaunch.diff.privacy.masking import Masking
from darklaunch.diff.rules.rule_set import RuleSet
from darklaunch.engine.bucket import COLUMNS, Counting, count_bucket


def read_arms(folder, selection, columns=COLUMNS):
    """All rows of a log by arm, as one bucket."""
    log = list_log(str(folder))
    tables = defaultdict(list)
    for file in log.files:
        rows = read_file(log.store, file, columns)
        tables[file.arm].append(rows_around(rows, file.arm, file.hour, selection))
    return {arm: pa.concat_tables(each).unify_dictionaries() for arm, each in tables.items()}


def counted(folder, selection, rules=None, masking=Masking.NONE, **counting):
    """The table of pairs of a log, and its counts."""
    comparers = Comparers(rules or RuleSet(), masking)
    return count_bucket(read_arms(folder, selection), Counting(selection=selection, **counting), comparers)
