"""Endpoints by the paths of their requests, and which of them may be mirrored."""

import re
from typing import Final

from darklaunch.capture.endpoint import template_pattern
from darklaunch.capture.mirror.settings import MirrorSettings

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that promise to change nothing (RFC 9110, 9.2.1); TRACE is answered by proxies."""


class Endpoints:
    """The endpoints that the settings name."""

    def __init__(self, settings: MirrorSettings) -> None:
        self._safe = frozenset(settings.safe)
        named = (
            endpoint.partition(" ")[2] for endpoint in (*settings.safe, *(name for name, _ in settings.sampling.rates))
        )
        # an endpoint that a rate or a declaration names is known by that alone
        templates = dict([*settings.templates, *((template, template) for template in named)])
        self._patterns = [(re.compile(template_pattern(template)), name) for template, name in templates.items()]

    def route(self, path: str) -> str | None:
        """The name of the first template that matches a path, without a method."""
        return next((name for pattern, name in self._patterns if pattern.match(path)), None)

    def may_be_mirrored(self, method: str, route: str | None) -> bool:
        """Whether a copy of such a request changes nothing; an unknown route of a method with side effects: no."""
        return method in SAFE_METHODS or f"{method} {route}" in self._safe

    def might_be_mirrored(self, method: str) -> bool:
        """Whether some endpoint of that method may be."""
        return method in SAFE_METHODS or any(name.startswith(f"{method} ") for name in self._safe)
