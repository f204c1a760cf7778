"""The commands of the page on captures make the rows that it says."""

import gzip
import json
import re
import shlex
from pathlib import Path

from darklaunch import docs
from darklaunch.cli.main import main
from tests.capture.importers.recordings import AT_NS, buffered, har, har_entry, tap_request
from tests.cli.capture.test_end_to_end import recording


def commands():
    block = re.search(r"```sh\n(# GoReplay.*?)```", docs.page("captures"), re.DOTALL)[1]
    lines = block.replace("\\\n", " ").splitlines()
    return [shlex.split(line, comments=True) for line in lines if line.startswith("darklaunch ")]


def test_every_command_runs(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("requests_0.gor.gz").write_bytes(gzip.compress(recording(16)))
    taps = [
        buffered(tap_request(x_request_id=f"t{n}", host=host)) for n in range(3) for host in ("shop", "shop-shadow")
    ]
    Path("tap_1.json").write_text("".join(map(json.dumps, taps)))
    Path("openapi.yaml").write_text('openapi: 3.1.0\npaths: {"/items/{id}": {}}\n')
    named = [{"name": "X-Request-Id", "value": "h1"}]
    for arm in ("production", "shadow"):
        Path(f"{arm}.har").write_bytes(har(har_entry(request__headers=named)))
    row = {"trace": {"id": "n1"}, "ts": AT_NS // 10**6, "url": "/items/1?a", "code": 200, "took": 0.1, "answer": "x"}
    Path("access.ndjson").write_text(json.dumps(row))
    asked = commands()
    assert len(asked) == 7
    for words in asked:
        files = [name for word in words for name in (sorted(map(str, Path().glob(word))) if "*" in word else [word])]
        assert main([*files[1:], *(["--json"] if "stats" in words else [])]) == 0, words
        told = capsys.readouterr().out
        if "stats" in words:
            arms = json.loads(told)["arms"]
            assert {arm: own["rows"] for arm, own in arms.items()} == {"production": 16 + 3 + 2, "shadow": 14 + 3 + 1}
            assert json.loads(told)["contract"]["kept"] is False
    assert 'template: "/items/{id}"' in told
