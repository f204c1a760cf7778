"""Capture and contract: the rows of a window, and whether the log can be judged at all."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TypeAlias, TypeVar

from darklaunch.capture.files import CaptureFile, CaptureLog, SkippedFile
from darklaunch.capture.footers import check_files
from darklaunch.capture.inventory import list_log
from darklaunch.capture.location import printable_uri
from darklaunch.capture.selection import Selection
from darklaunch.capture.spark import read_rows
from darklaunch.contract.judgement import judge_profile, raise_if_broken
from darklaunch.contract.launch import Launch
from darklaunch.contract.profile import ArmProfile, Expectation, good_profile
from darklaunch.contract.spark import mark_rows, profile_rows
from darklaunch.errors import ContractError
from darklaunch.request import Request, Stage
from darklaunch.spark.errors import SparkError, unreadable_file
from darklaunch.spark.session import Session, Table
from darklaunch.storage.atomic import write_json
from darklaunch.storage.run_folder import RunFolder
from darklaunch.window import Window

Result = TypeVar("Result")
UnreadableFiles: TypeAlias = tuple[str, ...]
"""Files that Spark has failed to read, as it names them."""

UNDECODABLE = "its pages can't be decoded"


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowFiles:
    """The files of a window: those that can be read, and those that are left out."""

    base: str
    good: tuple[CaptureFile, ...]
    corrupt: tuple[SkippedFile, ...]

    def read(self, spark: Session, selection: Selection) -> Table:
        """The rows of the good files, those that break the contract marked.

        Raises:
            ContractError: not one file is good.
        """
        if not self.good:
            first = self.corrupt[0]
            raise ContractError(f"captures: found no readable file in {self.base}; {first.file}: {first.reason}")
        return mark_rows(read_rows(spark, self.base, [file.path for file in self.good], selection), selection)


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidatedWindow:
    """A window whose capture log kept its contract.

    Attributes:
        launch: the one that its evidence belongs to.
        window: the time it covers.
        selection: the rows that are read.
        files: the files that they are read from.
        profiles: the counts of each arm.
        expectations: those that the profiles were judged by.
        folder: of the run in the making.
    """

    launch: Launch
    window: Window
    selection: Selection
    files: WindowFiles
    profiles: tuple[ArmProfile, ...]
    expectations: tuple[Expectation, ...]
    folder: RunFolder

    @property
    def has_baseline(self) -> bool:
        """Whether there is a baseline arm."""
        return good_profile(self.profiles, "baseline") is not None


def validate(request: Request, spark: Callable[[], Session], unreadable: UnreadableFiles = ()) -> ValidatedWindow:
    """Lists the files of the window, profiles their rows in one Spark pass and judges the profile.

    Args:
        request: the run that was asked for.
        spark: opens the session, once the log has been found.
        unreadable: files to leave out.

    Raises:
        UsageError: there is no log at the place named.
        ContractError: the log as a whole can't be judged; ``contract.json`` says why.
    """
    request.stage(Stage.CAPTURE)
    plan = request.plan
    log = list_log(plan.captures_uri)
    window = request.window or Window(start=log.span[0], end=log.span[1])
    selection = plan.selection(window)
    around = log.around(window, selection.reach, selection.reach)
    if not around:
        raise ContractError(_no_rows(plan.captures_uri, window, log.span))
    files = _choose_files(log, around, unreadable)
    _refuse_corrupt(files, request)
    session = spark()
    request.stage(Stage.CONTRACT)
    profiles = profile_rows(files.read(session, selection))
    return _judge(request, selection, files, tuple(profiles))


def without_unreadable_files(run_stage: Callable[[UnreadableFiles], Result]) -> Result:
    """Runs a stage, and once more without it for each file whose pages Spark can't decode."""
    unreadable: UnreadableFiles = ()
    while True:
        try:
            return run_stage(unreadable)
        except SparkError as error:  # noqa: PERF203 - the loop is the point
            file = unreadable_file(error)
            if file is None or file in unreadable:
                raise
            unreadable = (*unreadable, file)


def _choose_files(log: CaptureLog, files: tuple[CaptureFile, ...], unreadable: UnreadableFiles) -> WindowFiles:
    checked = check_files(log, files)
    reasons = {corrupt.file.place: corrupt.reason for corrupt in checked.corrupt}
    for file in checked.good:
        if any(path.endswith(file.place) for path in unreadable):
            reasons[file.place] = UNDECODABLE
    skipped = (SkippedFile(file=printable_uri(place), reason=reason) for place, reason in reasons.items())
    return WindowFiles(
        base=log.store.base,
        good=tuple(file for file in checked.good if file.place not in reasons),
        corrupt=(*log.strays, *skipped),
    )


def _refuse_corrupt(files: WindowFiles, request: Request) -> None:
    if files.corrupt and request.plan.refuse_corrupt:
        first = files.corrupt[0]
        raise ContractError(
            f"captures: found {len(files.corrupt)} unreadable files, the first {first.file} ({first.reason}); "
            "mend or remove them, or set captures.on_corrupt_file to quarantine"
        )


def _no_rows(uri: str, window: Window, span: tuple[datetime, datetime]) -> str:
    return (
        f"captures: found no rows between {window.start.isoformat()} and {window.end.isoformat()} in {uri}; "
        f"it holds {span[0].isoformat()} to {span[1].isoformat()}: give another --from and --to"
    )


def _judge(
    request: Request, selection: Selection, files: WindowFiles, profiles: tuple[ArmProfile, ...]
) -> ValidatedWindow:
    plan, window = request.plan, selection.window
    judgement = judge_profile(profiles, plan.limits, window=window)
    launch = Launch(
        name=plan.name,
        production_release=_release(profiles, "production"),
        shadow_release=_release(profiles, "shadow"),
        rules_digest=plan.rules.digest,
        sampler=f"minimum sample rate {plan.limits.minimum_sample_rate:g}",
    )
    folder = RunFolder(out=request.out, launch_key=launch.key, slug=window.slug)
    folder.begin()
    contract = {
        "success": judgement.success,
        "expectations": [asdict(expectation) for expectation in judgement.expectations],
        "corrupt_files": [asdict(file) for file in files.corrupt],
        "great_expectations": judgement.result,
    }
    write_json(folder.work / "contract.json", contract)
    raise_if_broken(judgement)
    return ValidatedWindow(
        launch=launch,
        window=window,
        selection=selection,
        files=files,
        profiles=profiles,
        expectations=judgement.expectations,
        folder=folder,
    )


def _release(profiles: tuple[ArmProfile, ...], arm: str) -> str:
    profile = good_profile(profiles, arm)
    return profile.releases[0] if profile is not None and profile.releases else "unversioned"
