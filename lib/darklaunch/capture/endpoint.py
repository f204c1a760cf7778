"""Names of endpoints, of the fleet of all endpoints and of groups; route templates."""

from typing import Final

FLEET: Final = "*"
"""The name of all endpoints together, where endpoints are named."""

UNMATCHED: Final = "(unmatched)"
"""The template of a path that no template of the settings matches."""


def group_name(group: str) -> str:
    """The name of a group of endpoints among the endpoints."""
    return f"group {group}"


def is_group(name: str) -> bool:
    """Whether a name is that of a group: the method of an endpoint is written in capitals."""
    return name.startswith(group_name(""))


def template_pattern(template: str) -> str:
    """The regular expression of a route template: ``{id}`` is one segment of a path, ``{rest...}`` any number."""
    special = set("\\.[]()*+?^$|")
    pattern, start = "^", 0
    while start < len(template):
        close = template.find("}", start) if template[start] == "{" else -1
        if close > 0:
            pattern += ".+" if template[start:close].endswith("...") else "[^/]+"
            start = close + 1
        else:
            pattern += f"\\{template[start]}" if template[start] in special else template[start]
            start += 1
    return pattern + "/?$"
