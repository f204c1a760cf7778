"""The causes that a launch's last look found, which lend their ids to those of the present one."""

from darklaunch.runs import verdict_file
from darklaunch.storage.run_folder import RunFolder, finished_runs
from darklaunch.triage.cause_report import CauseReport


def earlier_causes(folder: RunFolder) -> tuple[CauseReport, ...]:
    """Reads the causes of the launch's last finished run whose window ends before that of a run in the making.

    None where there is no such run, or where it can't be read: ids are then made anew.

    Args:
        folder: of the run in the making.
    """
    before = [run for run in finished_runs(folder.launch) if run.name < folder.slug]
    if not before:
        return ()
    try:
        return verdict_file.read_report(before[-1]).window.causes or ()
    except verdict_file.NoRunError:
        return ()
