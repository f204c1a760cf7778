"""The dimensions that an endpoint is scored on, chosen by settings and traffic alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from darklaunch.evidence.dimension import Dimension
from darklaunch.evidence.latency.counts import LatencyCounts, Thresholds
from darklaunch.score.latency_ratios import quantile_ratios
from darklaunch.score.latency_report import LatencyReport

ALWAYS = frozenset({Dimension.BODY, Dimension.STATUS})


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedDimensions:
    """The dimensions of every endpoint at one look, and the latencies behind them.

    Attributes:
        histograms: latencies by endpoint, as they were at the look.
        thresholds: what is slow; None: not frozen yet at the look.
        rungs: those that the settings ask for.
        level: coverage of the intervals of quantiles, a fraction.
    """

    histograms: Mapping[str, LatencyCounts]
    thresholds: Thresholds | None
    rungs: frozenset[Dimension]
    level: float

    def at(self, endpoint: str) -> frozenset[Dimension]:
        """The dimensions of one endpoint; until there are thresholds all rungs, which then hold it."""
        if endpoint not in self.histograms:
            return ALWAYS
        judged = self.rungs if self.thresholds is None else self.thresholds.judged(endpoint) & self.rungs
        return judged | ALWAYS

    def latencies(self) -> dict[str, dict[str, LatencyReport]]:
        """The quantiles of every endpoint as the report has them."""
        return {name: quantile_ratios(each, self.level, self.at(name)) for name, each in self.histograms.items()}


def judged_dimensions(
    histograms: Iterable[LatencyCounts],
    thresholds: Thresholds | None,
    *,
    until: datetime,
    rungs: Iterable[Dimension],
    level: float,
) -> JudgedDimensions:
    """Chooses the dimensions of a look.

    Args:
        histograms: latencies of the launch until the look.
        thresholds: those of the launch; they count only from a look after their first hour on.
        until: the end of what the look has seen.
        rungs: those that the settings ask for.
        level: coverage of the intervals of quantiles, a fraction.
    """
    hold = thresholds is not None and thresholds.begins < until
    return JudgedDimensions(
        histograms={each.endpoint: each for each in histograms},
        thresholds=thresholds if hold else None,
        rungs=frozenset(rungs),
        level=level,
    )
