"""capture and contract: which rows a run takes in, and whether the log can be judged at all."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias, TypeVar

from darklaunch.capture.files import CaptureFile, Stray
from darklaunch.capture.footers import check_files
from darklaunch.capture.inventory import list_log
from darklaunch.capture.selection import Selection
from darklaunch.capture.spark import read_rows
from darklaunch.capture.store import shown
from darklaunch.contract.judgement import judge, refuse
from darklaunch.contract.launch import Launch
from darklaunch.contract.profile import ArmProfile, Expectation, good
from darklaunch.contract.spark import mark_rows, profile_rows
from darklaunch.errors import ContractError
from darklaunch.request import Request, Stage
from darklaunch.spark.errors import SparkError, unreadable_file
from darklaunch.spark.session import Session, Table
from darklaunch.storage.atomic import write_json
from darklaunch.storage.run_folder import RunFolder
from darklaunch.window import Window

Result = TypeVar("Result")
Apart: TypeAlias = tuple[str, ...]

UNDECODABLE = "its pages can't be decoded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """The files of a window: those that can be read, and those set apart."""

    base: str
    good: tuple[CaptureFile, ...]
    corrupt: tuple[Stray, ...]

    def read(self, spark: Session, selection: Selection) -> Table:
        """The rows of the good files.

        Raises:
            ContractError: not one file is good.
        """
        if not self.good:
            first = self.corrupt[0]
            raise ContractError(f"captures: found no readable file in {self.base}; {first.file}: {first.reason}")
        return mark_rows(read_rows(spark, self.base, [file.path for file in self.good], selection), selection)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A window that kept its contract.

    Attributes:
        launch: what its evidence belongs to.
        window: the time it covers.
        selection: which rows are taken in.
        files: from which files.
        profiles: what was counted of each arm.
        expectations: what was judged of that.
        place: where the run is made.
    """

    launch: Launch
    window: Window
    selection: Selection
    files: Files
    profiles: tuple[ArmProfile, ...]
    expectations: tuple[Expectation, ...]
    place: RunFolder

    @property
    def baseline(self) -> bool:
        """Whether a baseline arm takes part."""
        return good(self.profiles, "baseline") is not None


def validate(request: Request, spark: Callable[[], Session], apart: Apart = ()) -> Taken:
    """Lists the files of the window, profiles their rows in one Spark pass and judges the profile.

    Args:
        request: what was asked for.
        spark: opens the session, once the log has been found.
        apart: files that Spark has failed to read, as it names them.

    Raises:
        UsageError: there is no log at the place named.
        ContractError: the log as a whole can't be judged; ``contract.json`` says why.
    """
    request.stage(Stage.CAPTURE)
    plan = request.plan
    log = list_log(plan.captures_uri)
    window = request.window or Window(start=log.span[0], end=log.span[1])
    selection = plan.selection(window)
    around = log.around(window, selection.max_pair_gap, selection.max_pair_gap)
    if not around:
        raise ContractError(_empty(plan.captures_uri, window, log.span))
    checked = check_files(log, around)
    broken = {file.place: reason for file, reason in ((c.file, c.reason) for c in checked.corrupt)}
    broken |= {file.place: UNDECODABLE for file in checked.good if any(told.endswith(file.place) for told in apart)}
    files = Files(
        base=log.store.base,
        good=tuple(file for file in checked.good if file.place not in broken),
        corrupt=(*log.strays, *(Stray(file=shown(place), reason=reason) for place, reason in broken.items())),
    )
    _refuse_corrupt(files, request)
    session = spark()
    request.stage(Stage.CONTRACT)
    profiles = profile_rows(files.read(session, selection))
    return _judged(request, selection, files, tuple(profiles))


def setting_apart(act: Callable[[Apart], Result]) -> Result:
    """Runs a stage; a file whose pages Spark can't decode is set apart, and the stage runs again without it."""
    apart: Apart = ()
    while True:
        try:
            return act(apart)
        except SparkError as error:  # noqa: PERF203 - the loop is the point
            told = unreadable_file(error)
            if told is None or told in apart:
                raise
            apart = (*apart, told)


def _refuse_corrupt(files: Files, request: Request) -> None:
    if files.corrupt and request.plan.refuse_corrupt:
        first = files.corrupt[0]
        raise ContractError(
            f"captures: found {len(files.corrupt)} unreadable files, the first {first.file} ({first.reason}); "
            "mend or remove them, or set captures.on_corrupt_file to quarantine"
        )


def _empty(uri: str, window: Window, span: tuple[Any, Any]) -> str:
    return (
        f"captures: found no rows between {window.start.isoformat()} and {window.end.isoformat()} in {uri}; "
        f"it holds {span[0].isoformat()} to {span[1].isoformat()}: give another --from and --to"
    )


def _judged(request: Request, selection: Selection, files: Files, profiles: tuple[ArmProfile, ...]) -> Taken:
    plan, window = request.plan, selection.window
    judgement = judge(profiles, plan.limits, window=window)
    launch = Launch(
        name=plan.name,
        production_release=_release(profiles, "production"),
        shadow_release=_release(profiles, "shadow"),
        rules_digest=plan.rules.digest,
        sampler=f"minimum sample rate {plan.limits.minimum_sample_rate:g}",
    )
    place = RunFolder(out=request.out, launch_key=launch.key, slug=window.slug)
    place.begin()
    contract = {
        "success": judgement.success,
        "expectations": [asdict(expectation) for expectation in judgement.expectations],
        "corrupt_files": [asdict(file) for file in files.corrupt],
        "great_expectations": judgement.result,
    }
    write_json(place.work / "contract.json", contract)
    refuse(judgement)
    return Taken(
        launch=launch,
        window=window,
        selection=selection,
        files=files,
        profiles=profiles,
        expectations=judgement.expectations,
        place=place,
    )


def _release(profiles: tuple[ArmProfile, ...], arm: str) -> str:
    found = good(profiles, arm)
    return found.releases[0] if found is not None and found.releases else "unversioned"
