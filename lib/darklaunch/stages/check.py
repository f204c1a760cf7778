"""rules check: plants faults in real shadow responses and says which of them the rules would hide."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pyspark.sql import SparkSession

from darklaunch.diff.rules.rule import Rule
from darklaunch.diff.rules.rule_set import RuleSet
from darklaunch.errors import ContractError
from darklaunch.faults.detection import summed_up
from darklaunch.faults.spark import planted
from darklaunch.noise.candidate import Noise
from darklaunch.request import Request, Stage
from darklaunch.stages.validate import Apart, validate
from darklaunch.storage.atomic import read_json
from darklaunch.storage.run_folder import RunFolder


def check(request: Request, rules: RuleSet, spark: Callable[[], SparkSession], apart: Apart = ()) -> dict[str, Any]:
    """Checks that the rules do not blind the gate; writes nothing under ``--out``.

    Args:
        request: what was asked for.
        rules: those that were written; what the launch has learned is added.
        spark: opens the session, once the log has been found.
        apart: files that Spark has failed to read, as it names them.

    Returns:
        What ``summed_up`` says, and the names of the ``rules`` that were checked.

    Raises:
        ContractError: the log can't be judged, or holds no shadow response to plant a fault in.
    """
    with TemporaryDirectory(prefix="darklaunch-") as folder:
        # a contract is checked as ever, but a run in the making stays as it is
        taken = validate(replace(request, out=Path(folder)), rules, spark, apart)
        request.stage(Stage.CHECK)
        together = RuleSet([*rules.rules, *_learned(replace(taken.place, out=request.out))])
        captures = taken.files.read(spark(), taken.selection)
        rows = planted(captures, together, request.settings.publish.masks).collect()
    if not rows:
        raise ContractError(
            "captures: found no shadow response that is whole and short enough, wanted some to plant faults in; "
            "give another --from and --to"
        )
    return {"rules": [rule.name for rule in together.rules], **summed_up(row.asDict() for row in rows)}


def _learned(place: RunFolder) -> list[Rule]:
    if not place.learned.exists():
        return []
    return [Noise.from_dict(found).rule() for found in read_json(place.learned)["learned"]]
