"""Replacement of files and folders: what is read is whole, the old one or the new one, whenever a run breaks off."""

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import UnionType
from typing import Any, Final

from darklaunch.errors import OutsideError
from darklaunch.text.escape import printable

_ASIDE: Final = ".old-"
_REMOVED: Final = ".removed-"
_ATTEMPTS: Final = 3


def replace_folder(fresh: Path, target: Path) -> None:
    """Puts a finished folder in the place of an older one.

    No file system swaps two folders everywhere, so the older one steps aside first. Where that is all that
    happened, ``restore`` puts it back: readers call it before they look.

    Raises:
        OSError: the file system refused; the older folder is in its place, or aside.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    restore(target)
    if target.exists():
        _remove(_aside(target))
    for attempt in range(1, _ATTEMPTS + 1):
        if target.exists():
            target.rename(_aside(target))
        try:
            fresh.rename(target)
            break
        except OSError:
            # a reader has put the older one back in the meantime
            if attempt == _ATTEMPTS or not target.exists():
                raise
    _remove(_aside(target))


def restore(target: Path) -> None:
    """Puts an older folder back that a replacement has moved aside without getting any further.

    Nothing happens where that can't be: a reader may not be allowed to write, or the replacement goes on just now.
    """
    if not target.exists() and _aside(target).exists():
        with suppress(OSError):
            _aside(target).rename(target)


def folders_in(parent: Path) -> list[Path]:
    """The finished folders in a folder, by name; those of broken-off replacements are restored first."""
    if not parent.is_dir():
        return []
    for aside in parent.glob(f"{_ASIDE}*"):
        restore(parent / aside.name.removeprefix(_ASIDE))
    # what begins with a dot is in the making or on its way out
    return sorted(folder for folder in parent.iterdir() if folder.is_dir() and not folder.name.startswith("."))


def remove_folder(target: Path) -> None:
    """Removes a folder in one step, as far as readers see; what breaks off then is rubbish that nobody reads."""
    if target.exists():
        _remove(_aside(target))
        target.rename(_aside(target))
    _remove(_aside(target))


def _aside(target: Path) -> Path:
    return target.with_name(f"{_ASIDE}{target.name}")


def _remove(aside: Path) -> None:
    removed = aside.with_name(aside.name.replace(_ASIDE, _REMOVED, 1))
    shutil.rmtree(removed, ignore_errors=True)
    if aside.exists():
        # under another name first: half of a folder must not be restored
        aside.rename(removed)
        shutil.rmtree(removed, ignore_errors=True)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path to write a file at, which then takes the place of an older file in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.fresh")
    yield fresh
    os.replace(fresh, path)  # noqa: PTH105 - Path.replace says less about being atomic


def write_text(path: Path, text: str) -> None:
    """Writes a file in one step."""
    with replacing(path) as fresh:
        fresh.write_text(text, encoding="utf-8")


def write_json(path: Path, value: Mapping[str, Any]) -> None:
    """Writes JSON for people and programs: the same value always gives the same bytes.

    Raises:
        ValueError: a number is NaN or infinite, which JSON can't hold.
    """
    write_text(path, json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def read_json(path: Path) -> dict[str, Any]:
    """Reads a JSON object.

    Raises:
        OSError, ValueError: there is none.
    """
    try:
        value: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    return value


def read_members(path: Path, **kinds: type | UnionType) -> dict[str, Any]:
    """Reads members of a JSON object that darklaunch keeps for itself.

    Args:
        path: the file.
        kinds: the type of each member's value, by its name.

    Raises:
        OutsideError: the file is not as it was written.
    """
    try:
        value = read_json(path)
        members = {name: value[name] for name in kinds}
        if all(isinstance(members[name], kind) for name, kind in kinds.items()):
            return members
    except (OSError, ValueError, KeyError, TypeError):
        pass
    raise OutsideError(
        f"{printable(str(path))}: found a file that can't be read, wanted what the launch's last run left; "
        "restore it from a copy"
    )
