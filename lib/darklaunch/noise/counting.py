"""A/A counting: how often baseline and shadow differ from production, path by path, and the shapes of the values."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias

from darklaunch.diff.compare import compare
from darklaunch.diff.difference import Compared, Difference, Kind
from darklaunch.diff.http.response import Response
from darklaunch.diff.privacy.masking import Masking
from darklaunch.diff.rule_index import RuleIndexes
from darklaunch.diff.rules.rule_set import RuleSet
from darklaunch.noise.candidate import path_steps
from darklaunch.noise.counts import NoiseCounts, PathCount
from darklaunch.noise.name_limit import within_limit
from darklaunch.noise.shape_tally import Reading, ShapeTally, read

MAXIMUM_COUNTED: Final = 50_000
"""Differing paths of one endpoint that are counted at a time, so that memory is bounded. Chosen by hand."""

_CACHED_PATHS: Final = 65_536
_Key: TypeAlias = tuple[str, Kind]
"""A path as it may be shown, and the kind of difference."""


class _Differing(NamedTuple):
    """A path at which one request differs, and production's and the baseline's value there."""

    key: _Key
    baseline: bool
    shadow: bool
    values: tuple[Reading, ...] = ()


class NoiseCounter:
    """Counts requests that all three arms answered, of any endpoints and in any order.

    Attributes of a request are compared in the clear, because shapes are those of the true values; what is kept of
    them are masked paths, counts and shapes.
    """

    def __init__(self, rules: RuleSet, masking: Masking) -> None:
        """Makes a counter that has counted nothing.

        Args:
            rules: the written rules; what they settle is not noise.
            masking: which names in a path must not leave in the clear.
        """
        self._indexes = RuleIndexes(rules)
        self._endpoints: dict[str, _EndpointTally] = {}

        @lru_cache(maxsize=_CACHED_PATHS)
        def masked(path: str) -> str:
            steps = path_steps(path)
            return masking.mask_path(steps).text if steps else path

        self._masked = masked

    def add(self, endpoint: str, production: Response, shadow: Response | None, baseline: Response | None) -> None:
        """Counts one request, unless two of its responses can't be compared.

        Args:
            endpoint: the request's.
            production: the reference.
            shadow: None where no byte differs from production.
            baseline: the same of the baseline.
        """
        try:
            differing = self._differing(endpoint, production, shadow, baseline)
        except Exception:
            # one hostile response must not end the count of all others
            return
        if differing is not None:
            self._tally(endpoint).add(differing)

    def add_equal(self, endpoint: str, requests: int) -> None:
        """Counts requests at which no byte of shadow and baseline differs from production."""
        if requests > 0:
            self._tally(endpoint).requests += requests

    def counts(self) -> NoiseCounts:
        """All that was counted; not cut, so that counts of other requests can be merged in."""
        tallies = self._endpoints
        return NoiseCounts(
            pairs={endpoint: tally.requests for endpoint, tally in tallies.items()},
            paths={
                (endpoint, *key): path.count()
                for endpoint, tally in tallies.items()
                for key, path in tally.paths.items()
            },
            beyond={endpoint: tally.beyond for endpoint, tally in tallies.items() if tally.beyond},
        )

    def _tally(self, endpoint: str) -> "_EndpointTally":
        tally = self._endpoints.get(endpoint)
        if tally is None:
            tally = self._endpoints[endpoint] = _EndpointTally()
        return tally

    def _differing(
        self, endpoint: str, production: Response, shadow: Response | None, baseline: Response | None
    ) -> list[_Differing] | None:
        of_baseline = self._unsettled(endpoint, production, baseline)
        of_shadow = self._unsettled(endpoint, production, shadow)
        if of_baseline is None or of_shadow is None:
            return None
        differing = [
            _Differing(key, baseline=True, shadow=key in of_shadow, values=_values(difference))
            for key, difference in of_baseline.items()
        ]
        differing += [_Differing(key, baseline=False, shadow=True) for key in of_shadow if key not in of_baseline]
        return differing

    def _unsettled(
        self, endpoint: str, production: Response, other: Response | None
    ) -> Mapping[_Key, Difference] | None:
        """The differences that no written rule settles; None: incomparable with production.

        They are keyed by the path as it may be shown: masked names fall together, and a request counts once.
        """
        if other is None:
            return {}
        comparison = compare(production, other, self._indexes.at(endpoint), Masking.NONE)
        if not isinstance(comparison, Compared) or comparison.undecodable:
            return None
        return {(self._masked(difference.path), difference.kind): difference for difference in comparison.counting}


def _values(difference: Difference) -> tuple[Reading, ...]:
    if difference.kind is not Kind.VALUE_CHANGED or difference.production is None or difference.shadow is None:
        return ()
    return read(difference.production), read(difference.shadow)


class _PathTally:
    """The differences of one kind at one path."""

    __slots__ = ("baseline", "shadow", "shape")

    def __init__(self) -> None:
        self.baseline = self.shadow = 0
        self.shape = ShapeTally()

    def count(self) -> PathCount:
        return PathCount(aa_differs=self.baseline, shadow_differs=self.shadow, shape=self.shape.shape())


class _EndpointTally:
    """The requests of one endpoint, and the paths at which they differ."""

    __slots__ = ("_full", "beyond", "paths", "requests")

    def __init__(self) -> None:
        self.requests = self.beyond = 0
        self.paths: dict[_Key, _PathTally] = {}
        self._full = False

    def add(self, differing: list[_Differing]) -> None:
        """Counts a request."""
        self.requests += 1
        for key, baseline, shadow, values in differing:
            path = self.paths.get(key) or self._admitted(key)
            if path is None:
                self.beyond += baseline
                continue
            path.baseline += baseline
            path.shadow += shadow
            for value in values:
                path.shape.add(value)

    def _admitted(self, key: _Key) -> _PathTally | None:
        """A new path; None where there is no room for it."""
        if len(self.paths) >= MAXIMUM_COUNTED and not self._full:
            self._leave_out_crowds()
        if self._full:
            return None
        path = self.paths[key] = _PathTally()
        return path

    def _leave_out_crowds(self) -> None:
        kept = within_limit(path for path, _ in self.paths)
        self.beyond += sum(path.baseline for key, path in self.paths.items() if key[0] not in kept)
        self.paths = {key: path for key, path in self.paths.items() if key[0] in kept}
        # to search again for every few new paths would take quadratic time
        self._full = len(self.paths) > MAXIMUM_COUNTED // 2
