"""The files of a finished run, read as little as will do: a launch can have hundreds of runs of megabytes each."""

import codecs
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NoReturn

from darklaunch.decide.verdict import Verdict
from darklaunch.publish import formatting
from darklaunch.publish.report.codec import JsonShapeError
from darklaunch.publish.report.json import SCHEMA_VERSION, SchemaVersionError, read_head, read_verdict
from darklaunch.publish.report.run import RunHead, RunReport

_HEAD_BYTES: Final = 65_536
_HEAD: Final = frozenset({"schema_version", "launch", "window", "look", "verdict", "reasons", "fleet"})
_WORDS: Final = {
    "launch": "names no launch",
    "window": "names no window",
    "look": "counts no look or gives no reasons",
    "reasons": "counts no look or gives no reasons",
    "verdict": "has no verdict",
    "fleet": "has no verdict",
    "endpoints": "has no endpoints as darklaunch writes them",
}


class NoRunError(ValueError):
    """A folder holds no run that can be read; says why."""


def read_head_of(folder: Path) -> RunHead:
    """Reads what `verdict.json` says of the launch, the window and the fleet.

    These members come first, so that the first 64 KiB will do; where they don't, the whole file is read.

    Raises:
        NoRunError: it is missing, broken, or of another version.
    """
    try:
        with (folder / "verdict.json").open("rb") as file:
            start = file.read(_HEAD_BYTES)
            file.seek(max(0, file.seek(0, 2) - 64))
            end = file.read()
    except OSError as error:
        raise NoRunError(f"verdict.json can't be read: {error.strerror or error}") from error
    if start[:1] != b"{" or not end.rstrip().endswith(b"}"):
        raise NoRunError("verdict.json is cut short")
    members = dict(_first_members(start))
    return _typed_head(members if members.keys() >= _HEAD else _parsed(folder))


def read_report(folder: Path) -> RunReport:
    """Reads all of `verdict.json`.

    Raises:
        NoRunError: it is missing, broken, or of another version.
    """
    value = _parsed(folder)
    try:
        return read_verdict(value)
    except JsonShapeError as error:
        raise _refused(error) from error


def endpoint_columns(folder: Path, names: Sequence[str]) -> dict[str, list[Any]]:
    """Reads columns of `scores.parquet`: one entry an endpoint, null is None.

    Raises:
        OSError, ValueError, KeyError: it is missing or broken.
    """
    import pyarrow.parquet as pq

    with pq.ParquetFile(folder / "scores.parquet") as file:
        table = file.read(columns=list(names))
        return {name: table[name].to_pylist() for name in names}


def endpoint_verdicts(folder: Path) -> list[Verdict]:
    """The verdicts of all endpoints: from `scores.parquet`, or else from `verdict.json`, which takes far longer.

    Raises:
        NoRunError: neither can be read.
    """
    try:
        return [Verdict(word) for word in endpoint_columns(folder, ("verdict",))["verdict"]]
    except (OSError, ValueError, KeyError):
        return [endpoint.verdict for endpoint in read_report(folder).endpoints]


def _first_members(start: bytes) -> Iterator[tuple[str, object]]:
    """The members of a JSON object as far as the beginning of its text holds them whole, and no further than needed."""
    decoder = json.JSONDecoder(parse_constant=_refuse)
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(start)
        place, missing = 1, set(_HEAD)
        while missing:
            name, place = decoder.raw_decode(text, _skipped(text, place, ","))
            value, place = decoder.raw_decode(text, _skipped(text, place, ":"))
            missing.discard(name)
            yield str(name), value
    except (ValueError, RecursionError):
        # whatever is wrong here is told when the whole is read
        return


def _skipped(text: str, place: int, separator: str) -> int:
    while place < len(text) and (text[place].isspace() or text[place] == separator):
        place += 1
    return place


def _parsed(folder: Path) -> object:
    try:
        text = (folder / "verdict.json").read_bytes()
        return json.loads(text, parse_constant=_refuse)
    except OSError as error:
        raise NoRunError(f"verdict.json can't be read: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:
        raise NoRunError("verdict.json is no JSON") from error


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"found {constant}, which is no number of JSON")


def _typed_head(members: object) -> RunHead:
    try:
        return read_head(members)
    except JsonShapeError as error:
        raise _refused(error) from error


def _refused(error: JsonShapeError) -> NoRunError:
    if isinstance(error, SchemaVersionError):
        version = formatting.visible(error.version, longest=20)
        return NoRunError(f"verdict.json has schema_version {version}, not {SCHEMA_VERSION}")
    member = str(error).partition(":")[0].partition(" ")[0]
    words = _WORDS.get(member, "is no verdict as darklaunch writes them")
    return NoRunError(f"verdict.json {words}: {error}")
