"""Latency thresholds while a window is compared: its histograms are kept before its requests are judged by them."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from darklaunch.evidence import latency_store
from darklaunch.evidence.dimension import Dimension
from darklaunch.evidence.latency import LatencyThresholds
from darklaunch.window import Window


def keep(
    launch: Path, window: Window, ratios: Mapping[Dimension, float], histograms: pa.Table
) -> LatencyThresholds | None:
    """Replaces the histograms of a window's hours; freezes the thresholds once the launch's first day is over."""
    latency_store.replace_histograms(launch, window, histograms)
    return ladder(launch, window.end, ratios)


def ladder(launch: Path, seen_until: datetime, ratios: Mapping[Dimension, float]) -> LatencyThresholds | None:
    """The thresholds that hold for a launch; None: there are none yet, or none are asked for."""
    thresholds = latency_store.frozen_thresholds(launch, seen_until)
    if thresholds is None or not ratios:
        return None
    return LatencyThresholds(begins=thresholds.begins, ratios=ratios, thresholds_ms=thresholds.limits_ms)
