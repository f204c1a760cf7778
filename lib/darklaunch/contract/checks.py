"""One thing to judge of a profile."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from darklaunch.capture.arm import Arm
from darklaunch.contract.limits import ContractLimits
from darklaunch.contract.measures import LOG, Measures
from darklaunch.text.escape import cut
from darklaunch.text.numbers import rate


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing to judge: that a measure lies between two numbers, or is there at all where both are None.

    Attributes:
        arm: whose measure.
        column: the measure.
        expectation: what is judged, in words.
        found: the measure, in words.
        wanted: what it should be, in words.
        do: what to do where it is not so.
        minimum: the least it may be; None: any.
        maximum: the most it may be; None: any.
    """

    arm: str
    column: str
    expectation: str
    found: str
    wanted: str
    do: str
    minimum: float | None = None
    maximum: float | None = None


_MOST_RELEASES: Final = 5


def checks(measures: Measures, limits: ContractLimits) -> Iterator[Check]:
    """Everything that is asked of one arm, or of the log; of an arm without good rows only what can be."""
    arm = measures.arm
    if arm != "baseline":
        yield Check(
            arm=arm,
            column="rows",
            expectation="rows",
            found=f"{measures.rows:,} rows",
            wanted=f"at least {limits.minimum_rows:,}",
            do="take a longer window, or lower contract.minimum_rows",
            minimum=limits.minimum_rows,
        )
    if measures.quarantined_share is not None:
        yield _quarantined(measures, limits.maximum_quarantined_share)
    if measures.good:
        yield from _shares(measures, limits)
        yield from _bounds(measures)
    if measures.good and arm != "baseline":
        yield _releases(measures)


def reasons(measures: Measures) -> str:
    """The reasons why rows were quarantined, most first: ``bad_status 12, null_column 3``."""
    return ", ".join(f"{reason} {count:,}" for reason, count in measures.quarantined)


def _quarantined(measures: Measures, maximum: float) -> Check:
    count = sum(number for _, number in measures.quarantined)
    share = measures.quarantined_share or 0.0
    why = f": {reasons(measures)}" if count else ""
    return Check(
        arm=measures.arm,
        column="set_apart_share",
        expectation="quarantined share",
        found=f"{rate(share)} ({count:,} rows{why})",
        wanted=f"at most {rate(maximum)}",
        do="mend the recorder, or raise contract.maximum_quarantined_share",
        maximum=maximum,
    )


def _shares(measures: Measures, limits: ContractLimits) -> Iterator[Check]:
    asked = [
        ("duplicate", "find why rows are delivered twice", limits.maximum_duplicate_share, measures.duplicate_share),
        ("error", "find why there is no response", limits.maximum_error_share, measures.error_share),
        (
            "truncated",
            "let the recorder keep longer bodies",
            limits.maximum_truncated_share,
            measures.truncated_share,
        ),
        ("null_unit", "record unit_id", limits.maximum_null_unit_share, measures.null_unit_share),
        (
            "other_request",
            "find why one id names two requests",
            limits.maximum_other_request_share,
            measures.other_request_share,
        ),
    ]
    if measures.arm == Arm.PRODUCTION.value:
        # the others are held against it
        asked.pop()
    for name, do, maximum, share in asked:
        yield Check(
            arm=measures.arm,
            column=f"{name}_share",
            expectation=f"{name.replace('_', ' ')} share",
            found=f"{rate(share or 0.0)} of {measures.good:,} rows",
            wanted=f"at most {rate(maximum)}",
            do=f"{do}, or raise contract.maximum_{name}_share",
            maximum=maximum,
        )


def _bounds(measures: Measures) -> Iterator[Check]:
    for side, status in (("minimum", measures.minimum_status), ("maximum", measures.maximum_status)):
        yield Check(
            arm=measures.arm,
            column=f"{side}_status",
            expectation=f"{side} status",
            found="no row with a status" if status is None else str(status),
            wanted="100 to 599",
            do="mend the recorder",
            minimum=100,
            maximum=599,
        )
    for side, moment in (("first", measures.first_captured_at), ("last", measures.last_captured_at)):
        yield Check(
            arm=measures.arm,
            column=f"{side}_captured_at",
            expectation=f"{side} captured_at",
            found="none" if moment is None else f"{moment:%Y-%m-%dT%H:%M:%SZ}",
            wanted="a time",
            do="mend the recorder",
        )


def _releases(measures: Measures) -> Check:
    names = measures.distinct_releases
    owners = {name: [arm for arm, release in measures.releases if release == name] for name in names}
    listed = [f"{cut(name)} ({' and '.join(owners[name])})" for name in names[:_MOST_RELEASES]]
    more = f" and {len(names) - _MOST_RELEASES:,} more" if len(names) > _MOST_RELEASES else ""
    with_baseline = ", baseline included" if measures.arm == "production" else ""
    return Check(
        arm=measures.arm,
        column="releases",
        expectation="releases",
        found=f"{len(names)}: {', '.join(listed)}{more}",
        wanted=f"exactly one{with_baseline}",
        do=f"set launch.{measures.arm}_release to the one to judge",
        minimum=1,
        maximum=1,
    )


def title(arm: str) -> str:
    """The name of a measure's arm in a line."""
    return "capture log" if arm == LOG else arm
