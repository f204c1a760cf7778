"""Causes: changes that occur together on the same requests."""

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final, NamedTuple

from darklaunch.diff.rules.severity import Severity

VARYING: Final = r"\d{2,}"
"""Digits of a path that count as data, not as structure, when signatures are compared: ``prices['sku-1234']``."""

_TYPICAL_SHARE: Final = 0.1
"""A difference counts for the severity of a cause from this share of its requests; chosen by judgement."""

_NOISE_SHARE: Final = 0.5
"""From this share of its requests on, noise explains a cause; chosen by judgement."""

SEVERITIES: Final = (Severity.LOW, Severity.MEDIUM, Severity.HIGH)
"""All severities, the least first."""


class Change(NamedTuple):
    """A path with the data in it replaced by ``#``, and the kind of the difference there: the same at any endpoint."""

    path: str
    kind: str


class Element(NamedTuple):
    """A differing path with the kind and the severity of its difference."""

    path: str
    kind: str
    severity: str

    @property
    def change(self) -> Change:
        """The same without data and severity."""
        return Change(path_shape(self.path), self.kind)


@lru_cache(maxsize=65_536)
def path_shape(path: str) -> str:
    """A path with the data in it replaced by ``#``."""
    return re.sub(VARYING, "#", path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One set of differing paths and kinds, with the compared requests of one endpoint that show exactly this set.

    Attributes:
        endpoint: the endpoint of the requests.
        keys: requests by the hash that they have in the pairs, the most first; more than one hash where a wide change
            was taken out of some.
        elements: requests by difference; more paths than a request shows where they vary in data only.
        requests: number of requests that show it, at least 1.
        weight: requests they stand for (the sum of 1 / sample rate).
        answered: number of them that the baseline answered as well.
        noisy: number of them in which the baseline differs from production at every path of the set.
        first_hour: hour of its first request, in hours since 1970.
        last_hour: hour of its last request.
        changes: its elements without data and severity.
    """

    endpoint: str
    keys: dict[int, int]
    elements: dict[Element, int]
    requests: int
    weight: float
    answered: int
    noisy: int
    first_hour: int
    last_hour: int
    changes: frozenset[Change] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not 0 <= self.noisy <= self.answered <= self.requests or self.requests < 1:
            raise ValueError(
                f"noisy {self.noisy} of answered {self.answered} of requests {self.requests}: "
                "give numbers that don't grow, and one request or more"
            )
        # made once, because grouping compares each with many others
        object.__setattr__(self, "changes", frozenset(element.change for element in self.elements))

    @property
    def shape(self) -> frozenset[Element]:
        """Its elements with data in paths replaced by ``#``."""
        return frozenset(element._replace(path=path_shape(element.path)) for element in self.elements)

    @property
    def severity(self) -> Severity:
        """The worst severity of its differences."""
        return worst(self.elements)

    def rank(self) -> tuple[object, ...]:
        """A sort key: the most frequent first."""
        return -self.requests, self.endpoint, tuple(self.keys)

    def part(self, changes: frozenset[Change]) -> "Signature":
        """The same requests with some of their changes, at least one of which they show."""
        if changes >= self.changes:
            return self
        return replace(self, elements={each: n for each, n in self.elements.items() if each.change in changes})


def merge(signatures: Sequence[Signature]) -> Signature:
    """One signature of several of one endpoint whose requests don't overlap, at least one."""
    ordered = sorted(signatures, key=Signature.rank)
    elements: dict[Element, int] = {}
    for signature in ordered:
        for element, requests in signature.elements.items():
            elements[element] = elements.get(element, 0) + requests
    return Signature(
        endpoint=ordered[0].endpoint,
        keys=dict(
            sorted((item for each in ordered for item in each.keys.items()), key=lambda item: (-item[1], item[0]))
        ),
        elements=elements,
        requests=sum(each.requests for each in ordered),
        weight=sum(each.weight for each in ordered),
        answered=sum(each.answered for each in ordered),
        noisy=sum(each.noisy for each in ordered),
        first_hour=min(each.first_hour for each in ordered),
        last_hour=max(each.last_hour for each in ordered),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One change, presumably: at least one signature, the most frequent first.

    Attributes:
        members: of one endpoint or of several.
        systematic: it was found in nearly all pairs of several endpoints.
    """

    members: tuple[Signature, ...]
    systematic: bool = False

    @property
    def endpoint(self) -> str:
        """The endpoint with the most of its requests."""
        return next(iter(self.endpoints))

    @property
    def endpoints(self) -> dict[str, tuple[Signature, ...]]:
        """Its members by endpoint, the endpoint with the most requests first."""
        by_endpoint: dict[str, tuple[Signature, ...]] = {}
        for member in self.members:
            by_endpoint[member.endpoint] = (*by_endpoint.get(member.endpoint, ()), member)
        return dict(sorted(by_endpoint.items(), key=lambda item: (-_requests(item[1]), item[0])))

    @property
    def requests(self) -> int:
        """Number of compared requests that show it; they may show a wide change beside it."""
        return _requests(self.members)

    @property
    def noise_share(self) -> float | None:
        """The share of its requests that differ in the baseline as well; None where no baseline answered one."""
        answered = sum(member.answered for member in self.members)
        return sum(member.noisy for member in self.members) / answered if answered else None

    @property
    def is_noise(self) -> bool:
        """Whether the baseline differs in the same way in most of its requests."""
        return (self.noise_share or 0.0) > _NOISE_SHARE

    @property
    def elements(self) -> dict[Element, int]:
        """Requests by difference, the most frequent first."""
        totals: dict[Element, int] = {}
        for member in self.members:
            for element, requests in member.elements.items():
                totals[element] = totals.get(element, 0) + requests
        return dict(sorted(totals.items(), key=lambda item: (-item[1], item[0])))

    @property
    def places(self) -> dict[Change, int]:
        """Requests by its paths as they are and their kinds, whatever their severity, the most frequent first."""
        totals: dict[Change, int] = {}
        for element, requests in self.elements.items():
            place = Change(element.path, element.kind)
            totals[place] = totals.get(place, 0) + requests
        return dict(sorted(totals.items(), key=lambda item: (-item[1], item[0])))

    @property
    def severity(self) -> Severity:
        """The worst severity typical of it: in its first signature, or in a tenth of its requests."""
        typical = [element for element, requests in self.elements.items() if requests >= _TYPICAL_SHARE * self.requests]
        return worst([*typical, *self.members[0].elements])

    @property
    def id(self) -> str:
        """Twelve characters that depend on its first set of changes, and on its endpoint where it has one alone."""
        endpoint = self.endpoint if len(self.endpoints) == 1 else None
        return digest(json.dumps([endpoint, sorted(self.members[0].changes)], ensure_ascii=False))


def digest(text: str) -> str:
    """Twelve characters that stand for a text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def worst(elements: Iterable[Element]) -> Severity:
    """The worst severity of some differences, at least one."""
    return max((Severity(element.severity) for element in elements), key=SEVERITIES.index)


def _requests(signatures: Iterable[Signature]) -> int:
    return sum(signature.requests for signature in signatures)
