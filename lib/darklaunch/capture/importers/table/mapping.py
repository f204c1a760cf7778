"""Which columns of a table are those of the contract."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from darklaunch.capture.importers.table.values import UNITS_US, Cell
from darklaunch.capture.rows import CAPTURE
from darklaunch.errors import UsageError
from darklaunch.text.escape import quoted

_PART: Final = re.compile(r"\s*([a-z_]+)\s*=\s*('(?:[^']|'')*'|[^,']+?)\s*(?:,|$)")
_FORMS: Final[Mapping[str, frozenset[str]]] = {
    "captured_at": frozenset({"utc", *UNITS_US}),
    "latency_ms": frozenset(UNITS_US),
    "body": frozenset({"base64"}),
    "request_body": frozenset({"base64"}),
}
NEEDED: Final = ("request_id", "captured_at", "method", "path")


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnSource:
    """Where the values of a column come from.

    Attributes:
        path: names from the table's column inwards; empty where there is a literal.
        form: how the value is written, such as ``ms`` or ``base64``; None: as its type tells.
        literal: the same value for every row; None: there is a path.
    """

    path: tuple[str, ...] = ()
    form: str | None = None
    literal: str | None = None

    def value(self, row: Mapping[str, Cell]) -> Cell:
        """The value of a row; None where it has none."""
        if self.literal is not None:
            return self.literal
        # a name with dots may be one column's
        whole = ".".join(self.path)
        if whole in row:
            return row[whole]
        value: Cell = row
        for name in self.path:
            if not isinstance(value, Mapping):
                return None
            value = value.get(name)
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class TableMapping:
    """The columns of the contract by name, each with its source; those that are left out are read by their own name."""

    sources: Mapping[str, ColumnSource]

    @property
    def columns(self) -> frozenset[str]:
        """The columns of a table that are asked for: by their whole names, and by the first part of them."""
        paths = [source.path for source in self.sources.values() if source.path]
        return frozenset({".".join(path) for path in paths} | {path[0] for path in paths})

    def value(self, row: Mapping[str, Cell], name: str) -> tuple[Cell, str | None]:
        """A row's value of a column, and how it is written."""
        source = self.sources[name]
        return source.value(row), source.form


def read_mapping(texts: Sequence[str]) -> TableMapping:
    """Reads what the command line says.

    Args:
        texts: each ``column=name.of.column``, with ``:form`` behind it or a literal in single quotes instead; several
            in one text are separated by commas.

    Raises:
        UsageError: it can't be read, or names a column that the contract has not.
    """
    sources = {name: ColumnSource(path=(name,)) for name in CAPTURE.names}
    mapped: set[str] = set()
    for part in texts:
        position = 0
        while position < len(part):
            match = _PART.match(part, position)
            if match is None:
                raise UsageError(
                    f"--map: found {quoted(part[position:])}, wanted column=name, such as request_id=trace.id, "
                    "captured_at=ts:ms, method='GET'"
                )
            name, position = match[1], match.end()
            if name not in CAPTURE.names:
                raise UsageError(f"--map: found the column {quoted(name)}, wanted one of {', '.join(CAPTURE.names)}")
            if name in mapped:
                raise UsageError(f"--map: found the column {name} twice, wanted it once")
            mapped.add(name)
            sources[name] = _source(name, match[2])
    return TableMapping(sources=sources)


def _source(name: str, written: str) -> ColumnSource:
    if written.startswith("'"):
        return ColumnSource(literal=written[1:-1].replace("''", "'"))
    path, separator, form = written.rpartition(":")
    forms = _FORMS.get(name, frozenset())
    if separator and form in forms:
        return ColumnSource(path=tuple(path.split(".")), form=form)
    if separator and form.isalnum() and forms:
        raise UsageError(f"--map: found {quoted(f'{name}={written}')}, wanted one of :{', :'.join(sorted(forms))}")
    return ColumnSource(path=tuple(written.split(".")))
