"""Files that name the routes of a service: a list of templates, settings, or an OpenAPI description."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from darklaunch.capture.location import printable_uri, why
from darklaunch.capture.templates.route import Route, Routes, by_specificity
from darklaunch.errors import UsageError
from darklaunch.text.escape import quoted

_TEMPLATE: Final = re.compile(r"/(?:[^{}\s?#]|\{[A-Za-z_][A-Za-z0-9_-]*(?:\.\.\.)?\})*")
_PARAMETER: Final = re.compile(r"\{([^{}]*)\}")
_NO_NAME: Final = re.compile(r"[^A-Za-z0-9_-]")
_WANTED: Final = "a list of {template, name}, settings with captures.endpoints, or an OpenAPI description"


def read_routes(path: str) -> Routes:
    """Reads the routes of a YAML or JSON file.

    A list keeps its order, because the team wrote it; the paths of a description, which have none, are sorted so that
    what is written out comes before what is variable.

    Args:
        path: of the file.

    Raises:
        UsageError: it can't be read, or holds no routes.
    """
    import yaml

    try:
        document = yaml.safe_load(Path(path).read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UsageError(
            f"--endpoints: found {printable_uri(path)} that can't be read ({why(error)}), wanted {_WANTED}"
        ) from error
    # a document may nest deeper than Python calls, or repeat itself without end
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError) as error:
        raise UsageError(
            f"--endpoints: found {printable_uri(path)} that is no YAML or JSON, wanted {_WANTED}"
        ) from error
    routes = _routes(document)
    if not routes.routes:
        raise UsageError(f"--endpoints: found {printable_uri(path)} without a route, wanted {_WANTED}")
    return routes


def _routes(document: object) -> Routes:
    match document:
        case list():
            return Routes(tuple(_listed(document)))
        case {"captures": {"endpoints": list() as listed}}:
            return Routes(tuple(_listed(listed)))
        case Mapping() if isinstance(paths := document.get("paths"), Mapping):
            return by_specificity(_described(paths, _base_paths(document)))
        case _:
            return Routes()


def _listed(entries: list[object]) -> Iterator[Route]:
    for entry in entries:
        match entry:
            case str() as template:
                yield _route(template, template)
            case {"template": str() as template, "name": str() as name}:
                yield _route(template, name)
            case {"template": str() as template}:
                yield _route(template, template)
            case _:
                raise UsageError(f"--endpoints: found {quoted(str(entry))}, wanted a template with a name")


def _described(paths: Mapping[object, object], bases: tuple[str, ...]) -> Iterator[Route]:
    """Every path under every base; a parameter keeps its name as far as a template can hold it."""
    for path in paths:
        if isinstance(path, str) and path.startswith("/"):
            template = _PARAMETER.sub(lambda found: f"{{{_parameter(found[1])}}}", path)
            for base in bases:
                yield _route(f"{base}{template}", f"{base}{template}")


def _base_paths(document: Mapping[object, object]) -> tuple[str, ...]:
    """What stands before the paths: of OpenAPI 3 the paths of its servers, of Swagger 2 ``basePath``."""
    base = document.get("basePath")
    if isinstance(base, str):
        return (base.rstrip("/"),)
    servers = document.get("servers")
    urls = [server.get("url") for server in servers if isinstance(server, Mapping)] if isinstance(servers, list) else []
    bases = [_path_of(url) for url in urls if isinstance(url, str)]
    return tuple(dict.fromkeys(bases)) or ("",)


def _path_of(url: str) -> str:
    try:
        return _PARAMETER.sub(lambda found: f"{{{_parameter(found[1])}}}", urlsplit(url).path).rstrip("/")
    except ValueError:
        return ""


def _parameter(name: str) -> str:
    plain = _NO_NAME.sub("_", name)
    return plain if plain and not plain[0].isdigit() and plain[0] != "-" else f"p{plain}"


def _route(template: str, name: str) -> Route:
    if _TEMPLATE.fullmatch(template) is None or not template.isprintable():
        raise UsageError(f"--endpoints: found the template {quoted(template)}, wanted one such as /users/{{id}}")
    if not name.strip() or not name.isprintable():
        raise UsageError(f"--endpoints: found the name {quoted(name)}, wanted a text on one line")
    return Route(template=template, name=name)
