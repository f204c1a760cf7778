"""The files of a finished run, read as little as will do: a launch can have hundreds of runs of megabytes each."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NoReturn

from darklaunch.errors import UsageError
from darklaunch.publish import formatting
from darklaunch.window import parse_moment

SCHEMA_VERSION: Final = 1

_HEAD_BYTES: Final = 65_536
_BODY: Final = b'\n  "endpoints": ['
"""What follows the fleet in `verdict.json`; line breaks inside strings are escaped, so nothing else looks like it."""

_TAIL: Final = b"}"
_NUMBERS: Final = ("confidence", "regression_confidence", "excess", "excess_low", "excess_high", "tolerated_excess")
_COUNTS: Final = ("pairs", "mismatches")


class NoRunError(ValueError):
    """A folder holds no run that can be read; says why."""


def head(folder: Path) -> dict[str, Any]:
    """Reads what `verdict.json` says of the launch, the window and the fleet.

    Raises:
        NoRunError: it is missing, broken, or of another version.
    """
    try:
        with (folder / "verdict.json").open("rb") as file:
            start = file.read(_HEAD_BYTES)
            ends = _ends(start, _last(file))
    except OSError as error:
        raise NoRunError(f"verdict.json can't be read: {error.strerror or error}") from error
    if not ends:
        raise NoRunError("verdict.json is cut short")
    before, found, _ = start.partition(_BODY)
    return _checked_head(_parsed(before.rstrip().rstrip(b",") + _TAIL)) if found else whole(folder)


def whole(folder: Path) -> dict[str, Any]:
    """Reads all of `verdict.json`.

    Raises:
        NoRunError: it is missing, broken, or of another version.
    """
    try:
        text = (folder / "verdict.json").read_bytes()
    except OSError as error:
        raise NoRunError(f"verdict.json can't be read: {error.strerror or error}") from error
    verdict = _checked_head(_parsed(text))
    endpoints = verdict.get("endpoints")
    if not isinstance(endpoints, list) or not all(map(_is_endpoint, endpoints)):
        raise NoRunError("verdict.json has no endpoints as darklaunch writes them")
    return verdict


def endpoint_columns(folder: Path, names: Sequence[str]) -> dict[str, list[Any]]:
    """Reads numbers of all endpoints: from `scores.parquet`, or else from `verdict.json`, thirty times slower.

    Args:
        folder: the run's.
        names: of columns that both files have.

    Returns:
        A list for each name, all in the same order; null is None.

    Raises:
        NoRunError: neither can be read.
    """
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(folder / "scores.parquet") as file:
            table = file.read(columns=list(names))
            return {name: table[name].to_pylist() for name in names}
    except (OSError, ValueError, KeyError):
        entries = whole(folder)["endpoints"]
        return {name: [entry.get(name) for entry in entries] for name in names}


def _last(file: Any) -> bytes:  # noqa: ANN401 - a file of bytes
    file.seek(max(0, file.seek(0, 2) - 64))
    return bytes(file.read())


def _ends(start: bytes, last: bytes) -> bool:
    return start[:1] == b"{" and last.rstrip().endswith(_TAIL)


def _parsed(text: bytes) -> object:
    try:
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise NoRunError("verdict.json is no JSON") from error


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"found {constant}, which is no number of JSON")


def _checked_head(verdict: object) -> dict[str, Any]:
    """A foreign file is told from a run here, so that nothing behind has to doubt what it reads."""
    if not isinstance(verdict, dict):
        raise NoRunError("verdict.json is no verdict")
    version = verdict.get("schema_version")
    if version != SCHEMA_VERSION:
        raise NoRunError(
            f"verdict.json has schema_version {formatting.visible(version, longest=20)}, not {SCHEMA_VERSION}"
        )
    launch, window, look = (verdict.get(name) for name in ("launch", "window", "look"))
    if not isinstance(launch, dict) or not all(isinstance(launch.get(name), str) for name in ("name", "key")):
        raise NoRunError("verdict.json names no launch")
    if not isinstance(window, dict) or not all(_is_moment(window.get(name)) for name in ("from", "to")):
        raise NoRunError("verdict.json names no window")
    if not isinstance(look, int) or not isinstance(verdict.get("reasons"), list):
        raise NoRunError("verdict.json counts no look or gives no reasons")
    if verdict.get("verdict") not in formatting.VERDICTS or not _is_entry(verdict.get("fleet")):
        raise NoRunError("verdict.json has no verdict")
    return verdict


def _is_moment(text: object) -> bool:
    try:
        return isinstance(text, str) and bool(parse_moment(text))
    except UsageError:
        return False


def _is_entry(entry: object) -> bool:
    if not isinstance(entry, Mapping) or entry.get("verdict") not in formatting.VERDICTS:
        return False
    numbers = all(name in entry and isinstance(entry[name], (int, float, type(None))) for name in _NUMBERS)
    counts = all(isinstance(entry.get(name), int) for name in _COUNTS)
    return numbers and counts and isinstance(entry.get("reasons"), list)


def _is_endpoint(entry: object) -> bool:
    if not isinstance(entry, Mapping) or not _is_entry(entry) or not isinstance(entry.get("endpoint"), str):
        return False
    differences = entry.get("differences")
    return isinstance(differences, list) and all(map(_is_difference, differences))


def _is_difference(one: object) -> bool:
    if not isinstance(one, Mapping) or not {"ignored_by", "requests", "share"} <= one.keys():
        return False
    return all(isinstance(one.get(name), str) for name in ("path", "kind"))
