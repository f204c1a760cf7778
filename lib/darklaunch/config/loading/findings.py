"""Findings of pydantic as lines: what was found, what was wanted, and where it is written."""

import difflib
from collections.abc import Iterator
from typing import get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from darklaunch.config.loading.keys import dotted
from darklaunch.config.loading.tree import KeyPath, Node, along, described
from darklaunch.config.settings.model import Settings
from darklaunch.config.settings.types import Section
from darklaunch.text.escape import quoted


def findings_of(error: ValidationError, tree: Node, top: type[Section] = Settings) -> Iterator[str]:
    """One line for each thing that is wrong with the merged settings, whose sections are those of ``top``."""
    for detail in error.errors(include_url=False):
        if detail["type"] == "default_factory_not_called":  # follows from another finding
            continue
        path = tuple(step for step in detail["loc"] if step != "[key]")
        nodes = along(tree, path)
        where = nodes[-1].where
        found = "nothing" if len(nodes) <= len(path) else described(nodes[-1])
        prefix = where if where == f"-o {dotted(path)}" else f"{where}: {dotted(path)}"
        is_key = detail["loc"][-1:] == ("[key]",)
        yield f"{prefix}: {_message(detail, path, quoted(str(path[-1])) if is_key else found, top)}"


def _message(detail: ErrorDetails, path: KeyPath, found: str, top: type[Section]) -> str:
    match detail["type"]:
        case "finding":
            return detail["msg"]
        case "extra_forbidden":
            return _unknown(path, top)
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


def _unknown(path: KeyPath, top: type[Section]) -> str:
    section, key = section_at(path[:-1], top), str(path[-1])
    keys = list(section.model_fields)
    near = difflib.get_close_matches(key, keys, n=1)
    hint = f"did you mean {quoted(near[0])}?" if near else f"wanted one of: {', '.join(keys)}"
    return f"unknown key {quoted(key)}, {hint}"


def section_at(path: KeyPath, top: type[Section] = Settings) -> type[Section]:
    """The section whose keys stand at a path; steps into lists and free mappings lead to what they hold."""
    section = top
    for step in path:
        if isinstance(step, str) and step in section.model_fields:
            section = _section_in(section.model_fields[step].annotation) or section
    return section


def _section_in(annotation: object) -> type[Section] | None:
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return annotation
    return next((section for argument in get_args(annotation) if (section := _section_in(argument))), None)
