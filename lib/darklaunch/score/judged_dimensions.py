"""The dimensions that an endpoint is scored on, chosen by settings and traffic alone."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from darklaunch.capture.endpoint import is_group
from darklaunch.evidence.dimension import ALWAYS, RUNGS, Dimension
from darklaunch.evidence.latency.counts import LatencyCounts
from darklaunch.evidence.latency.thresholds import Thresholds
from darklaunch.score.latency_ratios import quantile_ratios
from darklaunch.score.latency_report import LatencyReport
from darklaunch.stats.latency import LOG_STEP
from darklaunch.stats.resolution import spread
from darklaunch.text.numbers import rate

RECENT: Final = timedelta(days=7)
"""So many days back a threshold has to suit the traffic."""

_DRIFT: Final = 2.0
_LEAST_BEYOND: Final = 50
"""Requests that are expected beyond a threshold before its share is looked at: fewer leave the range by chance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedDimensions:
    """The dimensions of every endpoint at one look, and the latencies behind them.

    Attributes:
        histograms: latencies by endpoint, as they were at the look.
        recent: those of the last seven days, the day that thresholds were learned from apart.
        thresholds: what is slow; None: not frozen yet at the look.
        rungs: those that the settings ask for.
        level: coverage of the intervals of quantiles, a fraction.
    """

    histograms: Mapping[str, LatencyCounts]
    recent: Mapping[str, LatencyCounts] = field(default_factory=dict)
    thresholds: Thresholds | None
    rungs: frozenset[Dimension]
    level: float

    def at(self, endpoint: str, counted: Collection[Dimension] = ()) -> dict[Dimension, str | None]:
        """The dimensions of one endpoint, or of a group; where one can't be judged, the reason, which holds it.

        Args:
            endpoint: its name.
            counted: the dimensions that there are units of; a group is judged by the thresholds of its members.
        """
        judged: dict[Dimension, str | None] = dict.fromkeys(ALWAYS)
        if is_group(endpoint):
            unjudged = _NEVER_RECORDED if not self.histograms else _NOT_YET if self.thresholds is None else None
            return judged | {rung: unjudged for rung in self.rungs if unjudged is not None or rung in counted}
        for rung in sorted(self.rungs, key=list(Dimension).index):
            if endpoint not in self.histograms:
                judged[rung] = _NEVER_RECORDED
            elif self.thresholds is None:
                judged[rung] = _NOT_YET
            elif endpoint not in self.thresholds.limits_ms:
                judged[rung] = f"No {rung.words} has been judged yet: that begins after the endpoint's first full day."
            elif rung in self.thresholds.judged(endpoint):
                judged[rung] = self._drifted(endpoint, rung, self.thresholds)
        return judged

    def latencies(self) -> dict[str, dict[str, LatencyReport]]:
        """The quantiles of every endpoint as the report has them."""
        return {name: quantile_ratios(each, self.level, self.at(name)) for name, each in self.histograms.items()}

    def _drifted(self, endpoint: str, rung: Dimension, thresholds: Thresholds) -> str | None:
        """Whether a threshold no longer is about the quantile that it was learned as."""
        recent, beyond = self.recent.get(endpoint), 1.0 - RUNGS[rung]
        if recent is None or recent.counts[recent.reference].sum() * beyond < _LEAST_BEYOND:
            return None
        step = thresholds.resolution_ms.get(recent.reference, 0.0)
        share = _share_above(recent, thresholds.limits_ms[endpoint][rung], step)
        if beyond / _DRIFT <= share <= min(beyond * _DRIFT, (1.0 + beyond) / 2.0):
            return None
        return (
            f"{rung.words[0].upper()}{rung.words[1:]} is not judged: in the last {RECENT.days} days {rate(share)} of "
            f"{recent.reference.value}'s requests were slower than its threshold, on the launch's first day "
            f"{rate(beyond)}. Another launch learns a new one."
        )


_NOT_YET: Final = "No latency has been judged yet: that begins after the launch's first full day."
_NEVER_RECORDED: Final = (
    "Latency was asked for and never recorded in the shadow, or not in production: let the recorder write latency_ms, "
    "or set the rungs of scoring.latency_ratios to null."
)


def _share_above(counts: LatencyCounts, limit_ms: float, step_ms: float) -> float:
    """The share of the reference's requests above a latency, even within a bin."""
    requests, first = spread(counts.total(counts.reference), counts.first_bin, step_ms)
    place = np.log(limit_ms) / LOG_STEP - first
    whole = int(np.clip(np.floor(place), -1, requests.size))
    inside = requests[whole] * (1.0 - (place - whole)) if 0 <= whole < requests.size else 0.0
    return float((requests[whole + 1 :].sum() + inside) / requests.sum())


def judged_dimensions(
    histograms: Iterable[LatencyCounts],
    thresholds: Thresholds | None,
    *,
    recent: Iterable[LatencyCounts] = (),
    until: datetime,
    rungs: Iterable[Dimension],
    level: float,
) -> JudgedDimensions:
    """Chooses the dimensions of a look.

    Args:
        histograms: latencies of the launch until the look.
        thresholds: those of the launch; they count only from a look after their first hour on.
        recent: latencies of the last seven days until the look, the day of the thresholds apart.
        until: the end of what the look has seen.
        rungs: those that the settings ask for.
        level: coverage of the intervals of quantiles, a fraction.
    """
    hold = thresholds is not None and thresholds.begins < until
    return JudgedDimensions(
        histograms={each.endpoint: each for each in histograms},
        recent={each.endpoint: each for each in recent},
        thresholds=thresholds.as_of(until) if thresholds is not None and hold else None,
        rungs=frozenset(rungs),
        level=level,
    )
