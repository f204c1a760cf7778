"""The finished run of a window, where the launch that the settings ask for has one."""

from dataclasses import dataclass
from pathlib import Path

from darklaunch.config.domain import Plan
from darklaunch.contract.launch import launch_of
from darklaunch.publish.report.run import RunHead
from darklaunch.runs.verdict_file import NoRunError, read_head_of
from darklaunch.storage.atomic import folders_in
from darklaunch.storage.launches import read_launch
from darklaunch.storage.run_folder import finished_runs
from darklaunch.window import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedRun:
    """A finished run.

    Attributes:
        folder: where it lies.
        head: its window and its verdict.
    """

    folder: Path
    head: RunHead


def finished_run(out: Path, plan: Plan, window: Window) -> FinishedRun | None:
    """The run of exactly this window, under the name, the rules and the start of evidence of the settings.

    Where the settings name a release, it is one of that release too; else it may be one of any releases. A run that
    can't be read is none.

    Args:
        out: what ``--out`` names.
        plan: the settings.
        window: the run's.
    """
    for launch in folders_in(out / "launches"):
        if not _is_of(launch, plan):
            continue
        for folder in finished_runs(launch):
            if folder.name != window.slug:
                continue
            try:
                head = read_head_of(folder)
            except NoRunError:
                continue
            if head.span == window:
                return FinishedRun(folder=folder, head=head)
    return None


def _is_of(folder: Path, plan: Plan) -> bool:
    record = read_launch(folder)
    launch = launch_of(
        plan.production_release or record.production_release,
        plan.shadow_release or record.shadow_release,
        name=plan.name,
        rules_digest=plan.rules.digest,
        evidence_from=plan.evidence_from,
    )
    return launch.key == folder.name
