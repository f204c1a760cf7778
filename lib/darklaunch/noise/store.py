"""The store of a launch's noise: A/A counts by window while it is learned, and the rules once they are frozen."""

from typing import Any, Final

from darklaunch.noise.counts import NoiseCounts
from darklaunch.noise.learned import FrozenNoise
from darklaunch.storage.state import LaunchState, StateTable
from darklaunch.window import Window, parse_moment

_LEARNED: Final = "learned"


def keep_counts(state: LaunchState, window: Window, counts: NoiseCounts) -> LaunchState:
    """The state with the counts of a window, in the place of all that share an hour with it."""
    kept = {
        name: document
        for name, document in state.documents(StateTable.NOISE).items()
        if name == _LEARNED or not _shares_hours(_window(document), window)
    }
    span = {"from": window.start.isoformat(), "to": window.end.isoformat()}
    fresh = {f"{window.slug}-{window.hours}h": span | counts.as_dict()}
    return state.with_documents(StateTable.NOISE, kept | fresh)


def read_counts(state: LaunchState) -> dict[Window, NoiseCounts]:
    """The counts of a launch by window, in the order of their ends."""
    documents = state.documents(StateTable.NOISE)
    return {
        _window(document): NoiseCounts.from_dict(document) for name, document in documents.items() if name != _LEARNED
    }


def read_frozen(state: LaunchState) -> FrozenNoise | None:
    """The noise that a launch has frozen; None while it is learning."""
    frozen = state.documents(StateTable.NOISE).get(_LEARNED)
    return FrozenNoise.from_dict(frozen) if frozen is not None else None


def freeze(state: LaunchState, noise: FrozenNoise) -> LaunchState:
    """The state with learned noise, for the rest of the launch."""
    return state.with_documents(StateTable.NOISE, {**state.documents(StateTable.NOISE), _LEARNED: noise.as_dict()})


def _window(document: dict[str, Any]) -> Window:
    return Window(start=parse_moment(document["from"]), end=parse_moment(document["to"]))


def _shares_hours(window: Window, other: Window) -> bool:
    return other.start < window.end and window.start < other.end
