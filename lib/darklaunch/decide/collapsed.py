"""Volatile paths whose values hardly vary in the shadow, as reasons."""

from collections.abc import Iterable

from darklaunch.capture.endpoint import FLEET
from darklaunch.diff.window_summary import CollapsedPath
from darklaunch.text.escape import cut
from darklaunch.text.numbers import count


def collapsed_sentences(paths: Iterable[CollapsedPath]) -> dict[str, tuple[str, ...]]:
    """A sentence for each path, by endpoint and for the fleet (``*``)."""
    sentences: dict[str, list[str]] = {}
    for each in paths:
        values = "1 value" if each.shadow_values == 1 else f"{count(each.shadow_values)} values"
        said = (
            f"At {cut(each.path)} production had {count(each.production_values)} values in {count(each.requests)} "
            f"requests and the shadow {values}: what was learned to be volatile hardly varies in the shadow."
        )
        sentences.setdefault(each.endpoint, []).append(said)
        sentences.setdefault(FLEET, []).append(f"{cut(each.endpoint)}: {said}")
    return {endpoint: tuple(each) for endpoint, each in sentences.items()}
