"""The importer of any table."""

from collections.abc import Iterable, Iterator
from itertools import chain

from darklaunch.capture.importers.account import Account
from darklaunch.capture.importers.http_message import split_target
from darklaunch.capture.importers.options import (
    ImportedRow,
    ImportOptions,
    UnreadableRecordError,
    hash_unit,
    moment_of,
    redacted,
)
from darklaunch.capture.importers.source import SourceFile
from darklaunch.capture.importers.table import values
from darklaunch.capture.importers.table.mapping import NEEDED, TableMapping
from darklaunch.capture.importers.table.rows import MAGIC, Row, parquet_rows, text_rows
from darklaunch.capture.writing.exchange import Exchange

_BODILESS = (204, 304)


class TableImporter:
    """Makes rows of the contract of the rows of Parquet, CSV and JSON lines."""

    def __init__(
        self,
        options: ImportOptions,
        mapping: TableMapping,
        account: Account,
    ) -> None:
        self._options, self._mapping, self._account = options, mapping, account

    def rows(self, pieces: Iterable[bytes], source: SourceFile) -> Iterator[ImportedRow]:
        """The rows of one file.

        Raises:
            BrokenSourceError: the pieces end in it.
        """
        iterator = iter(pieces)
        first = next(iterator, b"")
        if first.startswith(MAGIC):
            rows = parquet_rows(source, self._mapping.columns, self._account.pass_over)
        else:
            rows = text_rows(chain([first], iterator), self._account.pass_over)
        for offset, row in rows:
            try:
                yield self._options.arm, self._exchange(row)
            except (ValueError, ArithmeticError) as error:  # noqa: PERF203 - one bad row never ends an import
                self._account.pass_over(str(error), offset)

    def rest(self) -> Iterator[ImportedRow]:
        """The rows that wait for the end of the last file: none."""
        yield from ()

    def _exchange(self, row: Row) -> Exchange:
        options = self._options
        request_id, method, path, query, endpoint, error, release, unit = (
            values.text(self._mapping.value(row, name)[0], name)
            for name in ("request_id", "method", "path", "query", "endpoint", "error", "release", "unit_id")
        )
        headers = values.pairs(self._mapping.value(row, "request_headers")[0], "request_headers")
        request_id = options.named_id(headers) or request_id
        at, at_form = self._mapping.value(row, "captured_at")
        for name, value in zip(NEEDED, (request_id, at, method, path), strict=True):
            if value is None:
                raise UnreadableRecordError(f"it has no {name}")
        path, own_query = split_target(path or "")
        rate = values.number(self._mapping.value(row, "sample_rate")[0], "sample_rate")
        latency, unit_of_latency = self._mapping.value(row, "latency_ms")
        status = values.whole(self._mapping.value(row, "status")[0], "status")
        latency_ms = values.duration_ms(latency, "latency_ms", unit_of_latency)
        if latency_ms is None:
            self._account.keep_without("latency_ms")
        body = values.raw(*self._named(row, "body"))
        unseen = body is None and status is not None and not (method == "HEAD" or status in _BODILESS)
        if unseen:
            self._account.keep_without("body")
        truncated = values.flag(self._mapping.value(row, "body_truncated")[0], "body_truncated")
        return Exchange(
            request_id=request_id or "",
            captured_at=moment_of(values.moment_us(at, "captured_at", at_form)),
            method=method or "",
            path=path,
            query=own_query if query is None else query,
            endpoint=endpoint or options.routes.name_of(path),
            request_headers=redacted(headers),
            request_body=values.raw(*self._named(row, "request_body")),
            status=status,
            response_headers=redacted(
                values.pairs(self._mapping.value(row, "response_headers")[0], "response_headers")
            ),
            body=body,
            # nobody saw it, so that nothing may be concluded from it
            body_truncated=truncated or unseen,
            latency_ms=latency_ms,
            error=error,
            sample_rate=options.sample_rate if rate is None else rate,
            unit_id=options.unit_id(headers) if unit is None else hash_unit(unit),
            release=options.release or release,
            attributes=values.pairs(self._mapping.value(row, "attributes")[0], "attributes"),
        )

    def _named(self, row: Row, name: str) -> tuple[values.Cell, str, str | None]:
        value, form = self._mapping.value(row, name)
        return value, name, form
