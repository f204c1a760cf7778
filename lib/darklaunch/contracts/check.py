"""One thing to judge of a profile."""

from dataclasses import dataclass


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
