"""The launches of one pair of releases, in the order in which their rules were written."""

from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Final

from darklaunch.errors import OutsideError, UsageError
from darklaunch.storage.atomic import folders_in, read_members, write_json
from darklaunch.storage.lock import holding
from darklaunch.storage.run_folder import finished_runs
from darklaunch.window import parse_moment

_FILE: Final = "launch.json"
_SLUG: Final = "%Y%m%dT%H%M%SZ"
_TEXTS: Final = dict.fromkeys(("name", "production_release", "shadow_release"), str)


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchRecord:
    """What was known when the rules of a launch were first used.

    Attributes:
        name: of the launch.
        production_release: the release that serves users.
        shadow_release: the release under test.
        number: so many sets of rules, this one included, have been tried on these releases.
        seen_until: the end of what had been looked at under the others; None: nothing had.
    """

    name: str
    production_release: str
    shadow_release: str
    number: int = 1
    seen_until: datetime | None = None

    def __post_init__(self) -> None:
        if self.number < 1 or (self.number == 1) != (self.seen_until is None):
            raise ValueError(f"number {self.number}, seen_until {self.seen_until}: give 1 and None, or neither")


def record_launch(launch: Path, first: LaunchRecord, evidence_from: datetime | None) -> LaunchRecord:
    """What was known when a launch was first counted, which is kept from then on.

    Args:
        launch: the launch's folder, among those of other launches.
        first: as if it were the first of its releases.
        evidence_from: the first hour that it scores; None: any.

    Raises:
        UsageError: it would score from an hour on that had been looked at already.
    """
    if (launch / _FILE).exists():
        return read_launch(launch)
    # two launches that begin at once must not both be the first
    with holding(launch.parent / ".locks" / "launches.lock"):
        return _recorded(launch, first, evidence_from)


def _recorded(launch: Path, first: LaunchRecord, evidence_from: datetime | None) -> LaunchRecord:
    earlier = [
        finished_runs(folder)[-1].name
        for folder in folders_in(launch.parent)
        if folder != launch and _is_of(folder, first) and finished_runs(folder)
    ]
    seen = max((datetime.strptime(name, _SLUG).replace(tzinfo=timezone.utc) for name in earlier), default=None)
    if evidence_from is not None and seen is not None and evidence_from < seen:
        raise UsageError(
            f"launch.evidence_from: found {evidence_from:%Y-%m-%dT%H}, wanted {seen:%Y-%m-%dT%H} or later: what came "
            "before has been looked at, and a start that is chosen by hindsight proves nothing"
        )
    record = LaunchRecord(
        name=first.name,
        production_release=first.production_release,
        shadow_release=first.shadow_release,
        number=len(earlier) + 1,
        seen_until=seen,
    )
    members = {"name": record.name, "production_release": record.production_release}
    until = {"seen_until": seen.isoformat() if seen is not None else None}
    write_json(
        launch / _FILE,
        {"schema_version": 1, **members, "shadow_release": record.shadow_release, "number": record.number, **until},
    )
    return record


def read_launch(launch: Path) -> LaunchRecord:
    """What was known when a launch was first counted; as if it were the first, where nothing was recorded.

    Raises:
        OutsideError: the record is not as it was written.
    """
    if not (launch / _FILE).exists():
        return LaunchRecord(name="", production_release="", shadow_release="")
    members = read_members(launch / _FILE, **_TEXTS, number=int, seen_until=str | None)
    seen = members.pop("seen_until")
    try:
        return LaunchRecord(**members, seen_until=parse_moment(seen) if seen else None)
    except (ValueError, OverflowError, UsageError) as error:
        raise OutsideError(
            f"{launch / _FILE}: found {error}, wanted what the launch's first run left; restore it from a copy"
        ) from error


def _is_of(folder: Path, first: LaunchRecord) -> bool:
    """Whether a launch is one of the same name and releases."""
    if not (folder / _FILE).exists():
        return False
    return all(value == getattr(first, name) for name, value in read_members(folder / _FILE, **_TEXTS).items())
