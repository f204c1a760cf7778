"""latency: keeps a window's histograms, and finds the thresholds that its requests are judged by."""

from datetime import datetime
from pathlib import Path
from typing import Any

from darklaunch.config.settings.model import Settings
from darklaunch.evidence import latency_store
from darklaunch.evidence.dimension import Dimension
from darklaunch.evidence.latency import Ladder, Thresholds
from darklaunch.score.latency_ratios import quantile_ratios
from darklaunch.score.latency_report import LatencyReport
from darklaunch.window import Window

ALWAYS = (Dimension.BODY, Dimension.STATUS)


def keep(launch: Path, window: Window, settings: Settings, histograms: Any) -> Ladder | None:  # noqa: ANN401 - PyArrow
    """Replaces the histograms of a window's hours; freezes the thresholds once the launch's first day is over."""
    latency_store.upsert(launch, window, histograms)
    return ladder(launch, window.end, settings)


def ladder(launch: Path, seen_until: datetime, settings: Settings) -> Ladder | None:
    """The thresholds that hold for a launch; None: there are none yet, or none are asked for."""
    ratios = settings.scoring.latency_ratios.by_rung
    found = latency_store.thresholds(launch, seen_until)
    if found is None or not ratios:
        return None
    return Ladder(begins=found.begins, ratios=ratios, thresholds_ms=found.limits_ms)


class Judged:
    """Which dimensions an endpoint is scored on, chosen by settings and traffic alone."""

    def __init__(self, launch: Path, until: datetime, settings: Settings) -> None:
        """Reads the latencies and thresholds of a launch as they were at a look.

        Args:
            launch: its folder.
            until: the end of what the look has seen.
            settings: with the ratios.
        """
        self._ratios = frozenset(settings.scoring.latency_ratios.by_rung)
        self._level = 1 - settings.scoring.alpha
        self._histograms = {one.endpoint: one for one in latency_store.read(launch, until)}
        found = latency_store.thresholds(launch, until)
        self._thresholds: Thresholds | None = found if found is not None and found.begins < until else None

    def at(self, endpoint: str) -> frozenset[Dimension]:
        """The dimensions of one endpoint; until there are thresholds all rungs, which then hold it."""
        if endpoint not in self._histograms:
            return frozenset(ALWAYS)
        known = self._ratios if self._thresholds is None else self._thresholds.judged(endpoint) & self._ratios
        return known | frozenset(ALWAYS)

    def told(self) -> dict[str, dict[str, LatencyReport]]:
        """The quantiles of every endpoint."""
        return {name: quantile_ratios(one, self._level, self.at(name)) for name, one in self._histograms.items()}
