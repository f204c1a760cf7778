"""Recordings written to the letter of their formats, and their import."""

import base64
import datetime as dt
import itertools
import json
from types import SimpleNamespace

from darklaunch.capture.arm import Arm
from darklaunch.capture.importers.account import Account
from darklaunch.capture.importers.envoy.importer import TapImporter, TapOptions
from darklaunch.capture.importers.gor.importer import GorImporter, GorOptions
from darklaunch.capture.importers.har.importer import HarImporter
from darklaunch.capture.importers.options import ImportOptions
from darklaunch.capture.importers.run import Format, Progress, find_sources, import_files
from darklaunch.capture.importers.table.importer import TableImporter
from darklaunch.capture.importers.table.mapping import read_mapping
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


def base64_of(data):
    return base64.b64encode(data).decode()


def tap_headers(**headers):
    """Headers as a tap has them; ``_`` before a name stands for ``:``, within it for ``-``."""
    return [
        {"key": name.replace("_", ":", name[0] == "_").replace("_", "-"), "value": value}
        for name, value in headers.items()
    ]


def tap_request(path="/items/1?q=1", host="shop:8080", **more):
    return tap_headers(_method="GET", _path=path, _authority=host, _scheme="http", **{"x_request_id": "r1"} | more)


def buffered(request=None, response=None, body=b'{"n":1}', *, at="2026-03-02T14:00:00.000Z", **own):
    """A buffered trace as Envoy prints it, defaults included."""
    parts = {
        "request": {"headers": request or tap_request(), "body": None, "trailers": [], "headers_received_time": at},
        "response": {
            "headers": response or tap_headers(_status="200", content_type="application/json"),
            "body": {"truncated": False, "as_bytes": base64_of(body)},
            "trailers": [],
            "headers_received_time": "2026-03-02T14:00:00.0125Z",
        },
        "downstream_connection": None,
        "upstream_connection": None,
    }
    for key, value in own.items():
        part, _, name = key.partition("__")
        parts[part] = parts[part] | {name: value} if name else value
    return {"http_buffered_trace": parts}


def segments(trace="7", request=None, response=None, chunks=(b'{"n"', b":1}")):
    """The segments of a streamed trace."""
    yield _segment(
        trace, request_headers={"headers": request or tap_request(), "headers_received_time": "2026-03-02T14:00:00Z"}
    )
    own = response or tap_headers(_status="200")
    yield _segment(trace, response_headers={"headers": own, "headers_received_time": "2026-03-02T14:00:00.5Z"})
    for chunk in chunks:
        yield _segment(trace, response_body_chunk={"as_bytes": base64_of(chunk), "truncated": False})


def _segment(trace, **part):
    return {"http_streamed_trace_segment": {"trace_id": trace, **part}}


def har(*entries, **log):
    """A HAR file."""
    return json.dumps(
        {"log": {"version": "1.2", "creator": {"name": "t", "version": "1"}, "pages": [], "entries": entries} | log}
    ).encode()


def har_entry(
    url="https://shop/items/1?q=1", method="GET", *, status=200, text='{"n":1}', at="2026-03-02T14:00:00.000Z", **own
):
    """An entry; ``part__name`` in ``own`` replaces a member of a part."""
    entry = {
        "startedDateTime": at,
        "time": 30,
        "request": {
            "method": method,
            "url": url,
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": [],
            "queryString": [],
            "headersSize": -1,
            "bodySize": 0,
        },
        "response": {
            "status": status,
            "statusText": "",
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": [{"name": "Content-Type", "value": "application/json"}],
            "content": {"size": len(text.encode()), "mimeType": "application/json", "text": text},
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": -1,
        },
        "cache": {},
        "timings": {"blocked": 5, "dns": -1, "connect": -1, "ssl": -1, "send": 1, "wait": 20.5, "receive": 3},
    }
    for key, value in own.items():
        part, _, name = key.partition("__")
        entry[part] = entry[part] | {name: value} if name else value
    return entry


def _message(start, headers, body):
    lines = [start, *(f"{name}: {value}" for name, value in headers)]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def importer_of(file_format, options, account, **own):
    match file_format:
        case Format.GOR:
            return GorImporter(options, GorOptions(**own), account)
        case Format.ENVOY_TAP:
            return TapImporter(options, TapOptions(**own), account)
        case Format.HAR:
            return HarImporter(options, account)
        case Format.TABLE:
            return TableImporter(options, read_mapping(own.get("mapping", ())), account)


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
