"""Recordings written to the letter of their formats, and their import."""

import datetime as dt
import itertools
from types import SimpleNamespace

from darklaunch.capture.arm import Arm
from darklaunch.capture.importers.account import Account
from darklaunch.capture.importers.gor import GorImporter, GorOptions
from darklaunch.capture.importers.options import ImportOptions
from darklaunch.capture.importers.run import Format, Progress, find_sources, import_files
from darklaunch.capture.inventory import list_log
from darklaunch.capture.rows import CAPTURE, read_file
from darklaunch.errors import UsageError

SILENT = Progress(begin=lambda _name: None, advance=lambda _size: None)
SEPARATOR = "\n🐵🙈🙉\n".encode()
AT_NS = 1_772_460_000_000_000_000  # 2026-03-02T14:00:00Z
AT = dt.datetime(2026, 3, 2, 14, tzinfo=dt.timezone.utc)
OLD_ID = "8e091765ae902fef8a2b7d9dd960e9d52222bd8c"  # of the format's own documentation
NEW_ID = "1f90c35a7f0000010a2b3c4d"


def gor(kind, identity, at_ns, latency, message):
    """One record; ``latency`` None: three fields, as old versions and the documentation have it."""
    fields = [str(kind), identity, str(at_ns), *([] if latency is None else [str(latency)])]
    return " ".join(fields).encode() + b"\n" + message + SEPARATOR


def request(target="/items/1?q=a%20b", method="GET", headers=(("Host", "shop"),), body=b""):
    return _message(f"{method} {target} HTTP/1.1", headers, body)


def response(body=b'{"n":1}', status="200 OK", headers=None):
    own = (("Content-Type", "application/json"), ("Content-Length", str(len(body)))) if headers is None else headers
    return _message(f"HTTP/1.1 {status}", own, body)


def chunked(*chunks):
    return b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in (*chunks, b""))


def _message(start, headers, body):
    lines = [start, *(f"{name}: {value}" for name, value in headers)]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def importer_of(file_format, options, account, **own):
    match file_format:
        case Format.GOR:
            return GorImporter(options, GorOptions(**own), account)


def imported(tmp_path, file_format, files, *, arm=Arm.PRODUCTION, own=None, **options):
    """Imports files, by name and bytes; the rows by arm in the order of time, and the report."""
    folder = tmp_path / "in"
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    account = Account()
    importer = importer_of(file_format, ImportOptions(arm=arm, **options), account, **(own or {}))
    out = tmp_path / "log"
    sources = find_sources([str(folder / name) for name in files])
    try:
        report = import_files(
            sources, importer, account, file_format=file_format, arm=arm, out=str(out), progress=SILENT
        )
    except UsageError as error:
        return SimpleNamespace(
            rows={}, report=None, error=str(error), reasons={p.reason: p.records for p in account.passed_over}, out=out
        )
    reasons = {each.reason: each.records for each in report.passed_over}
    return SimpleNamespace(rows=rows_of(out), report=report, error=None, reasons=reasons, out=out)


def rows_of(out):
    log = list_log(str(out))
    assert not log.strays
    rows = [(file.arm, row) for file in log.files for row in read_file(log.store, file, CAPTURE.names).to_pylist()]
    rows.sort(key=lambda each: (each[0], each[1]["captured_at"]))
    return {arm: [row for _, row in own] for arm, own in itertools.groupby(rows, key=lambda each: each[0])}


def headers_of(row, name="response_headers"):
    return [(header["name"], header["value"]) for header in row[name]]
