"""What a reader of each page has in the folder where its commands are executed."""

import gzip
import json
import shutil
from pathlib import Path

from tests.capture.importers.recordings import AT_NS, buffered, har, har_entry, tap_request
from tests.cli.capture.test_end_to_end import recording
from tests.docs.demo_run import CAPTURES, CONF


def prepare(folder: Path, demo_run: Path, page: str) -> None:
    """Puts the demo's log, its configuration and a copy of its run into a folder, and recordings for their page."""
    (folder / "captures").symlink_to(CAPTURES)
    shutil.copy(CONF, folder / "demo.yaml")
    if page == "captures":
        _recordings(folder)
    else:
        shutil.copytree(demo_run / "out", folder / "out")


def _recordings(folder: Path) -> None:
    (folder / "captures").unlink()
    (folder / "requests_0.gor.gz").write_bytes(gzip.compress(recording(16)))
    hosts = ("shop", "shop-shadow")
    taps = [buffered(tap_request(x_request_id=f"t{n}", host=host)) for n in range(3) for host in hosts]
    (folder / "tap_1.json").write_text("".join(map(json.dumps, taps)))
    (folder / "openapi.yaml").write_text('openapi: 3.1.0\npaths: {"/items/{id}": {}}\n')
    named = [{"name": "X-Request-Id", "value": "h1"}]
    row = {"trace": {"id": "n1"}, "ts": AT_NS // 10**6, "url": "/items/1?a", "code": 200, "took": 0.1, "answer": "x"}
    (folder / "access.ndjson").write_text(json.dumps(row))
    for arm in ("production", "shadow"):
        (folder / f"{arm}.har").write_bytes(har(har_entry(request__headers=named)))
        logged = {"id": "a1", "at": AT_NS / 1e9, "method": "GET", "url": "/items/1?a=b", "status": 200, "took": 0.012}
        (folder / f"{arm}.ndjson").write_text(json.dumps(logged) + "\n")
