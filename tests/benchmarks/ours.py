"""The compare stage as the benchmarks run it: all that ``darklaunch compare`` does with a log whose footers were read.

Requests that cross hours are looked for, rows read, checked, paired and compared, both tables written, everything
counted and added up.
"""

import datetime as dt
from dataclasses import replace
from pathlib import Path

from pyspark.sql import SparkSession

from darklaunch.capture.inventory import list_log
from darklaunch.capture.selection import Selection
from darklaunch.diff.privacy.masking import Masking
from darklaunch.diff.rules.actions import Ignore, Tolerance
from darklaunch.diff.rules.rule import Rule
from darklaunch.diff.rules.rule_set import RuleSet
from darklaunch.engine.counted import add_counted
from darklaunch.engine.opening import open_engine
from darklaunch.engine.run import Feeder
from darklaunch.engine.work import CompareWork
from darklaunch.pair.outcome import Outcome
from darklaunch.window import Window
from tests.benchmarks.generate import START

VOLATILE = ("request", "at", "took_ms")


def volatile_rules(count: int) -> RuleSet:
    """Rules for the volatile fields, and further ones that have to be evaluated and match little."""
    needed = [Rule(path=f"$.body.{name}", action=Ignore(), why="volatile") for name in VOLATILE]
    names = [f"$.body.items[*].field{n}" if n % 2 else f"$..deep{n}" for n in range(count - len(needed))]
    return RuleSet([*needed, *(Rule(path=name, action=Tolerance(relative=0.01), why="tried") for name in names)])


def compare(
    spark: SparkSession | None, log: Path, out: Path, feeder: Feeder = Feeder.HOURS, rules: int = 20, days: int = 1
) -> int:
    """Runs it on so many days of a log; returns the mismatches."""
    selection = Selection(
        window=Window(start=START, end=START + dt.timedelta(days=days)), max_pair_gap=dt.timedelta(minutes=10)
    )
    engine = open_engine(
        list_log(str(log)),
        selection,
        unreadable={},
        refuse_corrupt=False,
        master="none",
        spark=lambda _moves_rows: spark,
    )
    engine = replace(engine, feeder=feeder)
    work = CompareWork(selection=selection, rules=volatile_rules(rules), masking=Masking.SENSITIVE, folder=out)
    counted = add_counted(engine.run(work, engine.tasks())).closed({})
    mismatches = counted.window.outcomes.get(Outcome.MISMATCH)
    return mismatches.requests if mismatches is not None else 0
