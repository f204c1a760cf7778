"""The claims of bounds and confidences in words: how often they mislead at most, and nothing beyond that."""

import math
from typing import Final

from darklaunch.publish import formatting
from darklaunch.publish.report.endpoint import EndpointReport
from darklaunch.text import numbers
from darklaunch.text.undefined import Maybe, Undefined

ALWAYS: Final = "however often anybody looks"


def rarely(level: float) -> str:
    """The frequency at which a claim of this level misleads at most: `at most once in 20 such launches`.

    Args:
        level: 1 - alpha, in (0, 1).
    """
    alpha = round(1 - level, 12)
    launches = 1 / alpha
    if math.isclose(launches, round(launches), rel_tol=1e-9):
        return f"at most once in {round(launches):,} such launches"
    return f"in at most {numbers.rate(alpha)} of such launches"


def confidence_claim(report: EndpointReport) -> str:
    """Says what the confidence to promote claims."""
    truth = f"as bad as tolerated or worse{_dimensions(report, 'any')}"
    return _claim("Confidence to promote", report.confidence, truth, "a promotion")


def regression_claim(report: EndpointReport) -> str:
    """Says what the confidence in a regression claims."""
    truth = f"as good as tolerated or better{_dimensions(report, 'all')}"
    return _claim("Confidence in a regression", report.regression_confidence, truth, "a block")


def _claim(name: str, value: Maybe, truth: str, more: str) -> str:
    if isinstance(value, Undefined):
        return f"{name} can't be said: {formatting.formatted(value, formatting.confidence).reason}."
    if value <= 0:
        return f"There is no evidence for {more}: {name[0].lower()}{name[1:]} is 0 %."
    return (
        f"{name} is {_said(value)}: a release that is in truth {truth} would ever get that far in "
        f"{_at_most(value)} of such launches, {ALWAYS}."
    )


def _said(confidence: float) -> str:
    return formatting.confidence(confidence).replace(">", "above ").replace("<", "below ")


def _at_most(confidence: float) -> str:
    """One less the confidence as it is shown, so that the two add up to 100 %."""
    text = formatting.confidence(confidence)
    if text.startswith(">"):
        return "less than 0.01 %"
    if text.startswith("<"):
        return "at most 100 %"
    shown = text.removesuffix(" %")
    digits = len(shown.partition(".")[2])
    return f"at most {100 - float(shown):.{digits}f} %"


def _dimensions(report: EndpointReport, how_many: str) -> str:
    named = [each.dimension.words for each in report.dimensions]
    return f" in {how_many} of {', '.join(named[:-1])} and {named[-1]}" if len(named) > 1 else ""
