"""What changed since the look before: verdicts, the fleet's figures, and causes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from darklaunch.decide.verdict import WORST_FIRST, Verdict
from darklaunch.publish.look import Look, Standing, look_of
from darklaunch.publish.report.run import RunReport
from darklaunch.triage.cause_report import CauseReport

LISTED: Final = 10
"""So many of each list are shown; ``darklaunch runs diff`` has them all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnedEndpoint:
    """An endpoint whose verdict is another one than before; None: that look had not seen it."""

    name: str
    before: Verdict | None
    after: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class SinceLook:
    """One look against the one before it.

    Attributes:
        before: the earlier look.
        after: this one.
        turned: endpoints whose verdict turned, those that are worst now first.
        new_causes: those that the earlier look did not have, in the order of the report.
        gone_causes: those that this look does not have any more.
        kept_causes: how many both have; None where either look did not look for causes.
    """

    before: Look
    after: Look
    turned: tuple[TurnedEndpoint, ...]
    new_causes: tuple[CauseReport, ...]
    gone_causes: tuple[CauseReport, ...]
    kept_causes: int | None


def since_look(report: RunReport, earlier: Sequence[Look]) -> SinceLook | None:
    """Compares a run with the last of the looks before it.

    Returns:
        None where there was none, or where only its fleet is known.
    """
    if not earlier or not (earlier[-1].endpoints or earlier[-1].causes):
        return None
    before, after = earlier[-1], look_of(report)
    both = before.causes is not None and after.causes is not None
    earlier_causes, causes = (look.causes or () if both else () for look in (before, after))
    ids = {cause.id for cause in earlier_causes}, {cause.id for cause in causes}
    return SinceLook(
        before=before,
        after=after,
        turned=_turned(before.endpoints, after.endpoints),
        new_causes=tuple(cause for cause in causes if cause.id not in ids[0]),
        gone_causes=tuple(cause for cause in earlier_causes if cause.id not in ids[1]),
        kept_causes=len(ids[0] & ids[1]) if both else None,
    )


def _turned(before: Mapping[str, Standing], after: Mapping[str, Standing]) -> tuple[TurnedEndpoint, ...]:
    verdicts = {name: standing.verdict for name, standing in before.items()}
    turned = [
        TurnedEndpoint(name=name, before=verdicts.get(name), after=standing.verdict)
        for name, standing in after.items()
        if verdicts.get(name) != standing.verdict
    ]
    worst = len(WORST_FIRST)
    return tuple(
        sorted(
            turned, key=lambda each: (each.after.rank, worst if each.before is None else each.before.rank, each.name)
        )
    )
