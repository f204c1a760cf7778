"""Settings of the mirror, as values that can't be built wrong."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from darklaunch.capture.arm import Arm
from darklaunch.capture.mirror.redaction.names import Redaction
from darklaunch.text.credentials import without_credentials
from darklaunch.text.escape import quoted

_ENDPOINT: Final = re.compile(r"[A-Z][A-Z0-9_-]* /.*")
_SHORTEST_SALT: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """An instance of the service.

    Attributes:
        url: ``http`` or ``https``, a host, and a path that goes before that of every request.
        release: the build that answers there; None: not known, or that of production for a baseline.

    Raises:
        ValueError: the URL is none, holds a query, or names a user; the release is blank.
    """

    url: str
    release: str | None = None

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if (
            parts.scheme not in ("http", "https")
            or not parts.hostname
            or parts.query
            or parts.fragment
            or parts.username
        ):
            found = quoted(without_credentials(self.url))
            raise ValueError(f"url: found {found}, wanted http://host:port without a user and a query")
        if self.release is not None and not self.release.strip():
            raise ValueError("release: found a blank text, wanted a release")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """The share of the requests that is mirrored and recorded.

    A request is drawn by a hash of its unit's id, or of its own where it has none, so that every process that knows
    the salt draws the same.

    Attributes:
        rate: of endpoints that ``rates`` does not name, in [0, 1].
        rates: (endpoint, rate), such as ``("GET /items/{id}", 0.1)``; 0 leaves an endpoint out.
        by_unit: whether all requests of a unit are drawn together.
        salt: a secret that hides units and makes draws unpredictable; None: one of each process.
        salt_seconds: the drawn units change so often.

    Raises:
        ValueError: a value is out of its range, an endpoint is none or named twice.
    """

    rate: float = 1.0
    rates: tuple[tuple[str, float], ...] = ()
    by_unit: bool = False
    salt: str | None = field(default=None, repr=False)
    salt_seconds: float = 86_400.0

    def __post_init__(self) -> None:
        check_endpoints("rates", (endpoint for endpoint, _ in self.rates))
        for rate in (self.rate, *(rate for _, rate in self.rates)):
            if not 0 <= rate <= 1:
                raise ValueError(f"rate: found {rate}, wanted a number from 0 to 1")
        if self.salt is not None and len(self.salt) < _SHORTEST_SALT:
            raise ValueError(f"salt: found {len(self.salt)} characters, wanted a secret of at least {_SHORTEST_SALT}")
        _check_positive("salt_seconds", self.salt_seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the mirror may cost.

    Attributes:
        copy_seconds: a copy that takes longer is a ``timeout``.
        copies_at_once: copies that one arm answers at a time.
        waiting_copies: copies that wait for that; one more is ``dropped``.
        memory_bytes: all that is held of requests and answers until it is handed to the file; more is counted only.
        body_bytes: a longer answer is cut, a longer request not mirrored.
        breaker_failures: after so many copies in a row without an answer the rest is ``dropped`` for a while.
        breaker_seconds: after which one copy tries again.
        rotate_seconds: a file so old appears; what a killed process loses is at most that and what it held.
        rotate_bytes: a file whose rows took so much memory appears.
        drain_seconds: how long the end waits for copies that are on their way.

    Raises:
        ValueError: a limit is not positive.
    """

    copy_seconds: float = 10.0
    copies_at_once: int = 32
    waiting_copies: int = 256
    memory_bytes: int = 64 << 20
    body_bytes: int = 1 << 20
    breaker_failures: int = 20
    breaker_seconds: float = 30.0
    rotate_seconds: float = 60.0
    rotate_bytes: int = 128 << 20
    drain_seconds: float = 10.0

    def __post_init__(self) -> None:
        for name in self.__slots__:
            _check_positive(name, getattr(self, name))


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorSettings:
    """All that the mirror is told.

    Attributes:
        out: the capture log: a local path or a URI.
        shadow: the release under test.
        baseline: a second instance of the production release; None: there is none.
        production_release: the release that serves users; None: not known.
        sampling: which requests.
        limits: at what cost.
        redaction: what must not reach the disk.
        safe: endpoints that may be mirrored whatever their method, such as ``POST /search``.
        templates: (template, name) of endpoints, where no framework tells the route.
        unit_header: the request header that names the user, session or tenant.
        unit_cookie: the cookie that does.
        attributes: (name, request header) of what answers are sliced by.
        keep_host: whether copies keep the ``host`` that users ask for, or name that of the target.

    Raises:
        ValueError: a value is blank or a contradiction.
    """

    out: str
    shadow: Target
    baseline: Target | None = None
    production_release: str | None = None
    sampling: Sampling = field(default_factory=Sampling)
    limits: Limits = field(default_factory=Limits)
    redaction: Redaction = field(default_factory=Redaction)
    safe: tuple[str, ...] = ()
    templates: tuple[tuple[str, str], ...] = ()
    unit_header: str | None = None
    unit_cookie: str | None = None
    attributes: tuple[tuple[str, str], ...] = ()
    keep_host: bool = True

    def __post_init__(self) -> None:
        for name in ("out", "production_release", "unit_header", "unit_cookie"):
            value = getattr(self, name)
            if value is not None and not value.strip():
                raise ValueError(f"{name}: found a blank text, wanted a value")
        check_endpoints("safe", self.safe)
        if self.unit_header is not None and self.unit_cookie is not None:
            raise ValueError("unit_header and unit_cookie: found both, wanted one")
        has_unit = self.unit_header is not None or self.unit_cookie is not None
        if self.sampling.by_unit and not has_unit:
            raise ValueError("sampling.by_unit: found no unit, wanted unit_header or unit_cookie")
        if has_unit and self.sampling.salt is None:
            raise ValueError("sampling.salt: found none with a unit, wanted a secret that all processes share")
        if len({name for name, _ in self.attributes}) < len(self.attributes):
            raise ValueError("attributes: found a name twice, wanted each once")
        for name, header in self.attributes:
            if not name.strip() or self.redaction.hides_header(header):
                raise ValueError(
                    f"attributes: found {quoted(name)} of {quoted(header)}, wanted one that is not redacted"
                )

    @property
    def copies(self) -> dict[Arm, Target]:
        """The arms that get a copy."""
        arms = {Arm.SHADOW: self.shadow}
        return arms if self.baseline is None else {**arms, Arm.BASELINE: self.baseline}


def check_endpoints(name: str, endpoints: Iterable[str]) -> None:
    """Refuses what is no endpoint, or stands twice.

    Raises:
        ValueError: names it.
    """
    seen: set[str] = set()
    for endpoint in endpoints:
        if not _ENDPOINT.fullmatch(endpoint) or endpoint in seen:
            raise ValueError(
                f"{name}: found {quoted(endpoint)}, wanted endpoints such as 'GET /users/{{id}}', each once"
            )
        seen.add(endpoint)


def _check_positive(name: str, value: float) -> None:
    if not (value > 0 and math.isfinite(value)):
        raise ValueError(f"{name}: found {value}, wanted a number above 0")
