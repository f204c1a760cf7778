"""The comparison of many responses under the rules of their endpoints, made once for a worker."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from darklaunch.diff.compare import compare
from darklaunch.diff.difference import Comparison
from darklaunch.diff.guarded import compare_safely
from darklaunch.diff.http.body import is_plain_json
from darklaunch.diff.members import EndpointComparer
from darklaunch.diff.privacy.masking import Masking
from darklaunch.diff.responses import ResponsePairs
from darklaunch.diff.rule_index import RuleIndexes
from darklaunch.diff.rules.rule_set import RuleSet
from darklaunch.garbage import no_cycle_search
from darklaunch.stats.arrays import IntArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Comparisons:
    """The comparisons of a bucket's requests, each distinct one once: most requests differ alike.

    Attributes:
        distinct: what comparisons came to.
        codes: each request's place in ``distinct``, -1 where it was not compared; shape (requests,).
    """

    distinct: Sequence[Comparison] = ()
    codes: IntArray

    @classmethod
    def of(cls, places: IntArray, compared: Sequence[Comparison], size: int) -> "Comparisons":
        """Those of some requests among ``size``; what came to the same is one object."""
        codes = np.full(size, -1, np.int64)
        coded = pa.array(map(id, compared), pa.uint64()).dictionary_encode()
        codes[places] = coded.indices.to_numpy()
        first = np.empty(len(coded.dictionary), np.int64)
        backwards = np.arange(len(compared) - 1, -1, -1)
        first[coded.indices.to_numpy()[::-1]] = backwards
        return cls(distinct=[compared[at] for at in first.tolist()], codes=codes)

    def at(self, request: int) -> Comparison | None:
        """The comparison of a request; None: it was not compared."""
        code = int(self.codes[request])
        return self.distinct[code] if code >= 0 else None

    def numbers(self, number_of: Callable[[Comparison], int], otherwise: int) -> IntArray:
        """A number of each request's comparison, or another where it was not compared; shape (requests,)."""
        # the place -1 is the last
        return np.asarray([*map(number_of, self.distinct), otherwise], np.int64)[self.codes]

    def including(self, places: IntArray, compared: Sequence[Comparison]) -> "Comparisons":
        """These, and the comparisons of some further requests."""
        more = Comparisons.of(places, compared, len(self.codes))
        codes = np.where(more.codes >= 0, more.codes + len(self.distinct), self.codes)
        return Comparisons(distinct=[*self.distinct, *more.distinct], codes=codes)

    @property
    def requests(self) -> IntArray:
        """How many requests came to each of ``distinct``; shape (distinct,)."""
        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.distinct))


class Comparers:
    """Compares responses; what an endpoint's paths resolve to is remembered."""

    def __init__(self, rules: RuleSet, masking: Masking) -> None:
        self._indexes = RuleIndexes(rules)
        self._masking = masking
        self._of_endpoint: dict[str, EndpointComparer] = {}

    def compare(self, responses: ResponsePairs, places: IntArray, endpoints: pa.DictionaryArray) -> list[Comparison]:
        """Compares the responses at some places.

        Args:
            responses: of production and another arm.
            places: of those that differ in a byte.
            endpoints: the endpoint at each of these places.

        Returns:
            A comparison each; one that fails makes its pair incomparable, and no other.
        """
        production, other = responses.read(places)
        names, codes = endpoints.dictionary.to_pylist(), endpoints.indices.to_pylist()
        by_members = {code: self._at(names[code]).compare_bodies for code in set(codes)}
        plain = np.asarray(list(map(is_plain_json, production.headers)), bool)
        bodies_alone = responses.same_head[places] & plain[production.header_codes]
        compared: list[Comparison] = []
        columns = zip(codes, bodies_alone.tolist(), production.bodies, other.bodies, strict=True)
        with no_cycle_search():
            for at, (code, alone, body, other_body) in enumerate(columns):
                quick: Comparison | None = None
                if alone and body and other_body:
                    quick = compare_safely(by_members[code], body, other_body)
                if quick is None:
                    index = self._indexes.at(names[code])
                    quick = compare_safely(compare, production.at(at), other.at(at), index, self._masking)
                compared.append(quick)
        return compared

    def watches(self, endpoint: str) -> bool:
        """Whether something was learned at an endpoint, so that its volatile values are watched."""
        return self._indexes.at(endpoint).watches

    def compare_cut(self, responses: ResponsePairs, endpoints: pa.DictionaryArray) -> list[Comparison]:
        """Compares responses of which the body of one, or of both, was cut; ``endpoints`` are theirs."""
        production, other = responses.read(np.arange(len(endpoints)))
        cut = (replace(each, truncated=True) for each in production)
        pairs = zip(cut, other, map(self._indexes.at, endpoints.to_pylist()), strict=True)
        return [compare_safely(compare, reference, shadow, index, self._masking) for reference, shadow, index in pairs]

    def _at(self, endpoint: str) -> EndpointComparer:
        comparer = self._of_endpoint.get(endpoint)
        if comparer is None:
            comparer = self._of_endpoint[endpoint] = EndpointComparer(self._indexes.at(endpoint), self._masking)
        return comparer
