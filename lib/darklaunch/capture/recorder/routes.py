"""Routes as frameworks know them."""

import re
from collections.abc import Mapping
from typing import Any, Final

_WERKZEUG: Final = re.compile(r"<(?:[^:<>]+:)?([^<>]+)>")


def asgi_route(scope: Mapping[str, Any]) -> str | None:
    """The template of the route that Starlette or FastAPI has chosen; None: another framework, or below a mount."""
    route = scope.get("route")
    if route is None and (endpoint := scope.get("endpoint")) is not None and not scope.get("root_path"):
        routes = getattr(scope.get("app"), "routes", ())
        route = next(
            (each for each in routes if getattr(each, "endpoint", None) is endpoint and _fits(each, scope)), None
        )
    template = getattr(route, "path_format", None) or getattr(route, "path", None)
    return template if isinstance(template, str) and template.startswith("/") else None


def _fits(route: object, scope: Mapping[str, Any]) -> bool:
    pattern = getattr(route, "path_regex", None)
    return pattern is not None and pattern.match(scope["path"]) is not None


def wsgi_route(environ: Mapping[str, Any]) -> str | None:
    """The template of the route that Flask has chosen, with the variables in braces; None: another framework."""
    rule = getattr(getattr(environ.get("werkzeug.request"), "url_rule", None), "rule", None)
    return _WERKZEUG.sub(r"{\1}", rule) if isinstance(rule, str) and rule.startswith("/") else None
