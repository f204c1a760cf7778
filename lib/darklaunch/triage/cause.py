"""Causes: differences that occur together on the same requests."""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

from darklaunch.diff.rules.severity import Severity

VARYING: Final = r"\d{2,}"
"""What of a path is taken for data, not for structure, when signatures are told apart: ``prices['sku-1234']``."""

_TELLING_SHARE: Final = 0.1
BEST_FIRST: Final = (Severity.LOW, Severity.MEDIUM, Severity.HIGH)
"""Severities in the order in which they get worse."""


class Element(NamedTuple):
    """A differing path, the kind of its difference and how bad that is."""

    path: str
    kind: str
    severity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One set of differing paths and kinds, and the compared requests of one endpoint that show exactly it.

    Attributes:
        endpoint: where.
        key: names it within its endpoint.
        elements: requests by difference; more paths than a request shows where they vary in data only.
        requests: how many requests show it, at least 1.
        weight: requests they stand for (the sum of 1 / sample rate).
        answered: those of them that the baseline answered as well.
        noisy: those of them where the baseline differs from production at all of it.
        first_hour: of its first request, in hours since 1970.
        last_hour: of its last request.
    """

    endpoint: str
    key: int
    elements: dict[Element, int]
    requests: int
    weight: float
    answered: int
    noisy: int
    first_hour: int
    last_hour: int

    def __post_init__(self) -> None:
        if not 0 <= self.noisy <= self.answered <= self.requests or self.requests < 1:
            raise ValueError(f"noisy {self.noisy} of answered {self.answered} of requests {self.requests}")

    @property
    def shapes(self) -> frozenset[Element]:
        """Its elements without what varies."""
        return frozenset(element._replace(path=re.sub(VARYING, "#", element.path)) for element in self.elements)

    @property
    def severity(self) -> Severity:
        """The worst of its differences."""
        return worst(self.elements)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Signatures of one endpoint that are taken for one bug, the most frequent first; it has at least one."""

    members: tuple[Signature, ...]

    @property
    def endpoint(self) -> str:
        """Where it occurs."""
        return self.members[0].endpoint

    @property
    def requests(self) -> int:
        """Compared requests that show it; a request shows one cause."""
        return sum(member.requests for member in self.members)

    @property
    def noise_share(self) -> float | None:
        """How many of its requests differ in the baseline as well; None where no baseline answered one."""
        answered = sum(member.answered for member in self.members)
        return sum(member.noisy for member in self.members) / answered if answered else None

    @property
    def elements(self) -> dict[Element, int]:
        """Requests by difference, most first."""
        found: dict[Element, int] = {}
        for member in self.members:
            for element, requests in member.elements.items():
                found[element] = found.get(element, 0) + requests
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))

    @property
    def severity(self) -> Severity:
        """The worst of what is typical of it: of its first signature, or in a tenth of its requests."""
        often = [element for element, requests in self.elements.items() if requests >= _TELLING_SHARE * self.requests]
        return worst([*often, *self.members[0].elements])

    @property
    def id(self) -> str:
        """Twelve characters that stay the same from run to run."""
        named = json.dumps([self.endpoint, sorted(self.members[0].shapes)], ensure_ascii=False)
        return hashlib.sha256(named.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def worst(elements: Iterable[Element]) -> Severity:
    """The worst severity of some differences, at least one."""
    return max((Severity(element.severity) for element in elements), key=BEST_FIRST.index)
