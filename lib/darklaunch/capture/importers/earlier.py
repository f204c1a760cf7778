"""The accounts that imports have left in a capture log."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import msgspec
from pyarrow import fs

from darklaunch.capture.importers.run import ACCOUNTS
from darklaunch.capture.location import open_store

_MOST_BYTES: Final = 1 << 20


class PassedOverRecords(msgspec.Struct, frozen=True):
    """What one import did not take, for one reason."""

    reason: str
    records: int


class ImportAccount(msgspec.Struct, frozen=True):
    """What one import left behind."""

    format: str
    files: tuple[str, ...]
    rows: dict[str, int]
    passed_over: tuple[PassedOverRecords, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierImports:
    """The imports of a log together.

    Attributes:
        imports: how many.
        rows: that they wrote, by arm.
        passed_over: records that they did not take, by reason.
    """

    imports: int
    rows: Mapping[str, int]
    passed_over: Mapping[str, int]


def earlier_imports(uri: str) -> EarlierImports:
    """Adds up the accounts of a log; what is no account is left out.

    Args:
        uri: the log's folder.

    Raises:
        UsageError: it is no path or URI that can be opened.
    """
    store = open_store(uri)
    selector = fs.FileSelector(store.location(ACCOUNTS), allow_not_found=True)
    rows: dict[str, int] = {}
    passed_over: dict[str, int] = {}
    imports = 0
    for info in store.filesystem.get_file_info(selector):
        try:
            with store.filesystem.open_input_stream(info.path) as source:
                account = msgspec.json.decode(source.read(_MOST_BYTES), type=ImportAccount)
        except (OSError, ValueError, RecursionError):
            continue
        imports += 1
        for arm, count in account.rows.items():
            rows[arm] = rows.get(arm, 0) + count
        for each in account.passed_over:
            passed_over[each.reason] = passed_over.get(each.reason, 0) + each.records
    return EarlierImports(imports=imports, rows=rows, passed_over=passed_over)
