"""What pydantic found wrong, told as what was found, what was wanted and where it is written."""

import difflib
from collections.abc import Iterator
from typing import get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from darklaunch.config.loading.keys import dotted
from darklaunch.config.loading.tree import Node, Place, along, shown
from darklaunch.config.settings.model import Settings
from darklaunch.config.settings.types import Section
from darklaunch.text.escape import quoted


def findings_of(error: ValidationError, tree: Node) -> Iterator[str]:
    """One line for each thing that is wrong with the merged settings."""
    for detail in error.errors(include_url=False):
        if detail["type"] == "default_factory_not_called":  # follows from another finding
            continue
        place = tuple(step for step in detail["loc"] if step != "[key]")
        nodes = along(tree, place)
        where = nodes[-1].where
        found = "nothing" if len(nodes) <= len(place) else shown(nodes[-1])
        prefix = where if where == f"-o {dotted(place)}" else f"{where}: {dotted(place)}"
        is_key = detail["loc"][-1:] == ("[key]",)
        yield f"{prefix}: {_told(detail, place, quoted(str(place[-1])) if is_key else found)}"


def _told(detail: ErrorDetails, place: Place, found: str) -> str:
    match detail["type"]:
        case "finding":
            return detail["msg"]
        case "extra_forbidden":
            return _unknown(place)
        case "wanted":
            wanted = detail["msg"]
        case "missing":
            wanted = "a value, because there is no default"
        case "literal_error":
            wanted = detail["ctx"]["expected"]
        case "model_type" | "dict_type":
            wanted = "a mapping"
        case "tuple_type":
            wanted = "a list"
        case _:
            wanted = f"another value ({detail['msg']})"
    return f"found {found}, wanted {wanted}"


def _unknown(place: Place) -> str:
    section, key = section_at(place[:-1]), str(place[-1])
    known = list(section.model_fields)
    near = difflib.get_close_matches(key, known, n=1)
    hint = f"did you mean {quoted(near[0])}?" if near else f"wanted one of: {', '.join(known)}"
    return f"unknown key {quoted(key)}, {hint}"


def section_at(place: Place) -> type[Section]:
    """The section whose keys stand at a place; steps into lists and free mappings lead to what they hold."""
    section: type[Section] = Settings
    for step in place:
        if isinstance(step, str) and step in section.model_fields:
            section = _section_in(section.model_fields[step].annotation) or section
    return section


def _section_in(annotation: object) -> type[Section] | None:
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return annotation
    return next((found for each in get_args(annotation) if (found := _section_in(each))), None)
