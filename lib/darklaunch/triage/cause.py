"""Causes: differences that occur together on the same requests."""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

from darklaunch.diff.rules.severity import Severity

VARYING: Final = r"\d{2,}"
"""Digits of a path that count as data, not as structure, when signatures are compared: ``prices['sku-1234']``."""

_TYPICAL_SHARE: Final = 0.1
"""A difference counts for the severity of a cause from this share of its requests; chosen by judgement."""

SEVERITIES: Final = (Severity.LOW, Severity.MEDIUM, Severity.HIGH)
"""All severities, the least first."""


class Element(NamedTuple):
    """A differing path with the kind and the severity of its difference."""

    path: str
    kind: str
    severity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One set of differing paths and kinds, with the compared requests of one endpoint that show exactly this set.

    Attributes:
        endpoint: the endpoint of the requests.
        key: identifies it within its endpoint.
        elements: requests by difference; more paths than a request shows where they vary in data only.
        requests: number of requests that show it, at least 1.
        weight: requests they stand for (the sum of 1 / sample rate).
        answered: number of them that the baseline answered as well.
        noisy: number of them in which the baseline differs from production at every path of the set.
        first_hour: hour of its first request, in hours since 1970.
        last_hour: hour of its last request.
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
            raise ValueError(
                f"noisy {self.noisy} of answered {self.answered} of requests {self.requests}: "
                "give numbers that don't grow, and one request or more"
            )

    @property
    def shape(self) -> frozenset[Element]:
        """Its elements with data in paths replaced by ``#``."""
        return frozenset(element._replace(path=re.sub(VARYING, "#", element.path)) for element in self.elements)

    @property
    def severity(self) -> Severity:
        """The worst severity of its differences."""
        return worst(self.elements)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One bug, presumably: at least one signature of one endpoint, the most frequent first."""

    members: tuple[Signature, ...]

    @property
    def endpoint(self) -> str:
        """The endpoint of its requests."""
        return self.members[0].endpoint

    @property
    def requests(self) -> int:
        """Number of compared requests that show it; a request shows one cause."""
        return sum(member.requests for member in self.members)

    @property
    def noise_share(self) -> float | None:
        """The share of its requests that differ in the baseline as well; None where no baseline answered one."""
        answered = sum(member.answered for member in self.members)
        return sum(member.noisy for member in self.members) / answered if answered else None

    @property
    def elements(self) -> dict[Element, int]:
        """Requests by difference, the most frequent first."""
        totals: dict[Element, int] = {}
        for member in self.members:
            for element, requests in member.elements.items():
                totals[element] = totals.get(element, 0) + requests
        return dict(sorted(totals.items(), key=lambda item: (-item[1], item[0])))

    @property
    def severity(self) -> Severity:
        """The worst severity typical of it: in its first signature, or in a tenth of its requests."""
        typical = [element for element, requests in self.elements.items() if requests >= _TYPICAL_SHARE * self.requests]
        return worst([*typical, *self.members[0].elements])

    @property
    def id(self) -> str:
        """Twelve characters that stay the same from run to run."""
        identity = json.dumps([self.endpoint, sorted(self.members[0].shape)], ensure_ascii=False)
        return hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def worst(elements: Iterable[Element]) -> Severity:
    """The worst severity of some differences, at least one."""
    return max((Severity(element.severity) for element in elements), key=SEVERITIES.index)
