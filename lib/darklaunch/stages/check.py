"""rules check: plants faults in real shadow responses and says which of them the rules would hide."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from darklaunch.diff.rules.rule_set import RuleSet
from darklaunch.errors import ContractError
from darklaunch.faults.detection import DetectionReport
from darklaunch.faults.spark import inject_faults
from darklaunch.noise.store import read_frozen
from darklaunch.request import Request, Stage
from darklaunch.spark.session import Session
from darklaunch.stages.validate import UnreadableFiles, validate


def check(request: Request, spark: Callable[[], Session], unreadable: UnreadableFiles = ()) -> DetectionReport:
    """Checks that the rules do not blind the gate; writes nothing under ``--out``.

    Args:
        request: the run that was asked for; what the launch has learned is added to its rules.
        spark: opens the session, once the log has been found.
        unreadable: files to leave out.

    Raises:
        ContractError: the log can't be judged, or holds no shadow response to plant a fault in.
    """
    with TemporaryDirectory(prefix="darklaunch-") as folder:
        # a contract is checked as ever, but a run in the making stays as it is
        validated = validate(replace(request, out=Path(folder)), spark, unreadable)
        request.stage(Stage.CHECK)
        frozen = read_frozen(replace(validated.folder, out=request.out))
        rules = RuleSet([*request.plan.rules.rules, *(frozen.rules if frozen is not None else ())])
        rows = validated.files.read(spark(), validated.selection)
        report = inject_faults(rows, rules, request.plan.masking)
    if not report.endpoints:
        raise ContractError(
            "captures: found no shadow response that is whole and short enough, wanted some to plant faults in; "
            "give another --from and --to"
        )
    return report
