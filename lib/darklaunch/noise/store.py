"""The store of a launch's noise: A/A counts by window while it is learned, and the rules once they are frozen."""

from pathlib import Path

from darklaunch.diff.rules.rule import Rule
from darklaunch.noise.candidate import Noise
from darklaunch.noise.counts import NoiseCounts
from darklaunch.storage.atomic import read_json, write_json
from darklaunch.storage.run_folder import RunFolder
from darklaunch.window import Window, parse_moment


def keep_counts(place: RunFolder, window: Window, counts: NoiseCounts) -> None:
    """Replaces the counts of all windows that share an hour with this one."""
    for other in read_counts(place):
        if other.start < window.end and window.start < other.end:
            _file(place, other).unlink()
    span = {"from": window.start.isoformat(), "to": window.end.isoformat()}
    write_json(_file(place, window), span | counts.as_dict())


def read_counts(place: RunFolder) -> dict[Window, NoiseCounts]:
    """The counts of a launch by window, in the order of their ends."""
    files = sorted(place.noise_counts.glob("*.json")) if place.noise_counts.exists() else []
    return {
        Window(start=parse_moment(counts["from"]), end=parse_moment(counts["to"])): NoiseCounts.from_dict(counts)
        for counts in map(read_json, files)
    }


def learned_rules(place: RunFolder) -> list[Rule]:
    """The rules that a launch has learned; none while it is learning."""
    if not place.learned.exists():
        return []
    return [Noise.from_dict(noise).rule() for noise in read_json(place.learned)["learned"]]


def _file(place: RunFolder, window: Window) -> Path:
    return place.noise_counts / f"{window.slug}-{window.hours}h.json"
