"""The store of a launch's noise: A/A counts by window while it is learned, and the rules once they are frozen."""

from pathlib import Path

from darklaunch.noise.counts import NoiseCounts
from darklaunch.noise.learned import FrozenNoise
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


def read_frozen(place: RunFolder) -> FrozenNoise | None:
    """The noise that a launch has frozen; None while it is learning."""
    return FrozenNoise.from_dict(read_json(place.learned)) if place.learned.exists() else None


def freeze(place: RunFolder, noise: FrozenNoise) -> None:
    """Keeps learned noise for the rest of the launch."""
    write_json(place.learned, noise.as_dict())


def _file(place: RunFolder, window: Window) -> Path:
    return place.noise_counts / f"{window.slug}-{window.hours}h.json"
