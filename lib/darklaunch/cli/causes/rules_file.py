"""The file of the configuration that holds the rules, to which rules are added; all else in it stays as it is."""

import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import yaml

from darklaunch.cli.causes.rule_entry import as_block, as_flow
from darklaunch.config.loading.files import BASE, layers_of
from darklaunch.config.loading.tree import Branch, Items, plain
from darklaunch.config.loading.yaml_reader import read
from darklaunch.errors import UsageError
from darklaunch.text.escape import printable

_BOM: Final = b"\xef\xbb\xbf"
_KEY: Final = "rules"


class UnwritableError(UsageError):
    """Rules can't be added to a file; says why."""


def rules_file(conf: Path | None, env: str | None) -> Path:
    """Finds the file that the rules in force stand in, or the one that they would be looked for in.

    Raises:
        UsageError: there is no configuration to add to.
    """
    if conf is None:
        raise UsageError("--write: found no --conf, wanted the configuration to add the rules to; or leave out --write")
    layers = layers_of(conf, env)
    for layer in reversed(layers):
        for file in layer:
            reading = read(file.read_text(encoding="utf-8-sig"), lambda line: f"{file}:{line}")  # noqa: B023
            if isinstance(reading.tree, Branch) and _KEY in reading.tree.children:
                return file
    if not conf.is_dir():
        return conf
    return (conf / BASE if (conf / BASE).is_dir() else conf) / f"{_KEY}.yaml"


def add_rules(file: Path, entries: Sequence[Mapping[str, Any]], comment: str) -> bytes | None:
    """Adds rules to a file, whole or not at all.

    Args:
        file: of the configuration; it may not be there yet.
        entries: of the rules.
        comment: a line that is put above them, without its ``#``.

    Returns:
        What the file held before, for ``put_back``; None: there was none.

    Raises:
        UnwritableError: the rules can't be added without a change to something else.
    """
    before = file.read_bytes() if file.exists() else None
    raw = before or b""
    mark = _BOM if raw.startswith(_BOM) else b""
    try:
        text = raw[len(mark) :].decode()
        after = with_rules(text, entries, comment)
    except (UnicodeDecodeError, UnwritableError) as error:
        reason = str(error) if isinstance(error, UnwritableError) else "it is not UTF-8"
        raise UnwritableError(
            f"--write: found {printable(str(file))}, where {reason}; leave out --write and add the rules by hand"
        ) from error
    _replace(file, mark + after.encode())
    return before


def put_back(file: Path, before: bytes | None) -> None:
    """Undoes ``add_rules``."""
    if before is None:
        file.unlink()
    else:
        _replace(file, before)


def _replace(file: Path, content: bytes) -> None:
    """Writes beside the file, which may be a link, and renames."""
    place = file.resolve()
    beside = place.with_name(f".{place.name}.{uuid4().hex[:8]}")
    try:
        beside.write_bytes(content)
        if place.exists():
            shutil.copymode(place, beside)
        os.replace(beside, place)  # noqa: PTH105 - a name for it, not a new path
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise UnwritableError(
            f"--write: found {printable(str(file))}, which can't be written ({error.strerror}); leave out --write and "
            "add the rules by hand"
        ) from error


def with_rules(text: str, entries: Sequence[Mapping[str, Any]], comment: str) -> str:
    """The text of a file with rules added.

    Raises:
        UnwritableError: it can't be done without a change to something else.
    """
    after = _added(text, entries, comment)
    old, new = (read(each, lambda line: f"line {line}") for each in (text, after))
    expected = _plain_rules(text) + [dict(entry) for entry in entries]
    same_others = {**_plain(text), _KEY: None} == {**_plain(after), _KEY: None}
    if old.findings or new.findings or not same_others or _plain_rules(after) != expected:
        raise UnwritableError("rules can't be added without a change to something else")
    return after


def _plain(text: str) -> dict[str, Any]:
    tree = read(text, lambda line: f"line {line}").tree
    value = plain(tree) if isinstance(tree, Branch) else {}
    return value if isinstance(value, dict) else {}


def _plain_rules(text: str) -> list[Any]:
    tree = read(text, lambda line: f"line {line}").tree
    rules = tree.children.get(_KEY) if isinstance(tree, Branch) else None
    return list(plain(rules)) if isinstance(rules, Items) else []  # type: ignore[call-overload]


def _added(text: str, entries: Sequence[Mapping[str, Any]], comment: str) -> str:
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise UnwritableError("the YAML is broken, or more than one document") from error
    newline = "\r\n" if "\r\n" in text else "\n"
    block = f"# {comment}\n{as_block(entries)}"
    if root is None:
        return _at_line_end(text, len(text), f"{_KEY}:\n{block}", newline)
    if not isinstance(root, yaml.MappingNode) or root.flow_style:
        raise UnwritableError("the settings do not stand one a line")
    found = next(((key, value) for key, value in root.value if key.value == _KEY), None)
    if found is None:
        return _at_line_end(text, len(text), f"{_KEY}:\n{block}", newline)
    key, value = found
    if value.start_mark.index < key.end_mark.index:
        raise UnwritableError("the rules are an alias of something else")
    start, end = value.start_mark.index, value.end_mark.index
    if isinstance(value, yaml.ScalarNode) or not value.value:
        if text[start:end].strip() not in {"", "~", "null", "[]"}:
            raise UnwritableError("the rules are no list, or a comment stands in it")
        return _at_line_end(text[:start] + text[end:], start, block, newline)
    if not isinstance(value, yaml.SequenceNode):
        raise UnwritableError("the rules are no list")
    last = _end(value.value[-1], start)
    if value.flow_style:
        return text[:last] + "".join(f", {as_flow(entry)}" for entry in entries) + text[last:]
    margin = " " * value.start_mark.column
    return _at_line_end(text, last, "".join(margin + line for line in block.splitlines(keepends=True)), newline)


def _end(node: yaml.Node, start: int) -> int:
    """The index at which a node ends, before comments that follow it."""
    if node.start_mark.index < start:
        raise UnwritableError("the last rule is an alias of something else")
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(last[1] if isinstance(last, tuple) else last, start)
    return int(node.end_mark.index)


def _at_line_end(text: str, index: int, block: str, newline: str) -> str:
    """Inserts lines after the line in which an index lies, or before the one that it begins."""
    lines = block.replace("\n", newline)
    if index and text[index - 1] == "\n":
        return text[:index] + lines + text[index:]
    end = text.find("\n", index)
    if end < 0:
        return text + (newline if text else "") + lines
    return text[: end + 1] + lines + text[end + 1 :]
