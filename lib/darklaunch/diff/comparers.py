"""The comparison of many responses under the rules of their endpoints, made once for a worker."""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from darklaunch.diff.compare import compare
from darklaunch.diff.difference import Comparison
from darklaunch.diff.guarded import compare_safely
from darklaunch.diff.http.body import is_plain_json
from darklaunch.diff.members import EndpointComparer
from darklaunch.diff.privacy.masking import Masking
from darklaunch.diff.responses import ResponsePairs
from darklaunch.diff.rule_index import RuleIndexes
from darklaunch.diff.rules.rule_set import RuleSet
from darklaunch.stats.arrays import IntArray


class Comparers:
    """Compares responses; what an endpoint's paths resolve to is remembered."""

    def __init__(self, rules: RuleSet, masking: Masking) -> None:
        self._indexes = RuleIndexes(rules)
        self._masking = masking
        self._of_endpoint: dict[str, EndpointComparer] = {}

    def compare(self, responses: ResponsePairs, places: IntArray, endpoints: Sequence[str]) -> list[Comparison]:
        """Compares the responses at some places.

        Args:
            responses: of production and another arm.
            places: of those that differ in a byte.
            endpoints: the endpoint at each of these places.

        Returns:
            A comparison each; one that fails makes its pair incomparable, and no other.
        """
        production, other = responses.read(places)
        plain = list(map(is_plain_json, production.headers))
        bodies_alone = responses.same_head[places].tolist()
        compared: list[Comparison] = []
        with no_cycle_search():
            for place, endpoint in enumerate(endpoints):
                quick: Comparison | None = None
                body, other_body = production.bodies[place], other.bodies[place]
                if bodies_alone[place] and body and other_body and plain[production.header_codes[place]]:
                    quick = compare_safely(self._at(endpoint).compare_bodies, body, other_body)
                if quick is None:
                    index = self._indexes.at(endpoint)
                    quick = compare_safely(compare, production.at(place), other.at(place), index, self._masking)
                compared.append(quick)
        return compared

    def watches(self, endpoint: str) -> bool:
        """Whether something was learned at an endpoint, so that its volatile values are watched."""
        return self._indexes.at(endpoint).watches

    def compare_cut(self, responses: ResponsePairs, places: IntArray, endpoints: Sequence[str]) -> list[Comparison]:
        """Compares responses of which the body of one, or of both, was cut."""
        production, other = responses.read(places)
        cut = (replace(each, truncated=True) for each in production)
        pairs = zip(cut, other, map(self._indexes.at, endpoints), strict=True)
        return [compare_safely(compare, reference, shadow, index, self._masking) for reference, shadow, index in pairs]

    def _at(self, endpoint: str) -> EndpointComparer:
        comparer = self._of_endpoint.get(endpoint)
        if comparer is None:
            comparer = self._of_endpoint[endpoint] = EndpointComparer(self._indexes.at(endpoint), self._masking)
        return comparer


@contextmanager
def no_cycle_search() -> Iterator[None]:
    """Pauses Python's search for reference cycles.

    Parsed bodies are trees, which reference counts free; to search them for cycles took a fifth of the time.
    """
    searching = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searching:
            gc.enable()
