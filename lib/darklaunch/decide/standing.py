"""The standing of a launch among those of the same releases: what its rules were written after."""

from dataclasses import dataclass
from datetime import datetime

from darklaunch.text.numbers import rounded_up


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a verdict on a launch has to be read with.

    Attributes:
        number: so many sets of rules, this one included, have been tried on these releases.
        hours: with evidence.
        promoting_hours: of these, those that count towards a promotion.
        seen_until: the end of what had been looked at under other rules; None: nothing had.
        reuses_seen_hours: whether these hours count all the same.
        evidence_from: the first hour that is scored, where a restart was declared.
        evidence_why: the reason that was given for it.
        independent: whether no request names the unit it belongs to.
        ids_of_another_case: rows of the shadow that would pair if the case of ids were ignored.
    """

    number: int = 1
    hours: int = 0
    promoting_hours: int = 0
    seen_until: datetime | None = None
    reuses_seen_hours: bool = False
    evidence_from: datetime | None = None
    evidence_why: str | None = None
    independent: bool = False
    ids_of_another_case: int = 0

    @property
    def exploratory(self) -> bool:
        """Whether a promotion would rest on hours that the rules were written after."""
        return self.reuses_seen_hours and self.seen_until is not None

    def notes(self) -> tuple[str, ...]:
        """What has to be said beside the verdict, in sentences."""
        notes = []
        if self.exploratory:
            notes.append(
                "Exploratory: hours that were looked at under other rules count as well, as policy.reuse_seen_hours "
                "says; nothing is promised of such a verdict."
            )
        elif self.seen_until is not None:
            notes.append(
                f"These rules were written after the hours until {self.seen_until:%Y-%m-%d %H:%M} UTC had been seen: "
                f"{rounded_up(self.promoting_hours)} of {rounded_up(self.hours)} hours count towards promotion. "
                f"As set number {self.number} for these releases, they need {self.number**2} times the evidence."
            )
        if self.evidence_from is not None:
            notes.append(
                f"Hours before {self.evidence_from:%Y-%m-%d %H:%M} UTC are not scored, as launch.evidence_from says: "
                f"{self.evidence_why}"
            )
        if self.independent:
            notes.append(
                "No row names a unit_id: requests are counted as independent; with sessions this may promote a release "
                "at the limit up to 40 % of the time."
            )
        if self.ids_of_another_case:
            rows = "row" if self.ids_of_another_case == 1 else "rows"
            notes.append(
                f"{rounded_up(self.ids_of_another_case)} {rows} of the shadow without one of production would pair if "
                "the case of request ids were ignored: record the ids as they were sent, in every arm."
            )
        return tuple(notes)
