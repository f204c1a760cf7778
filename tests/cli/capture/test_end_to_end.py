"""Recordings to a verdict, by the commands that a user types."""

import json

import pytest
import yaml

from darklaunch.cli.main import main
from tests.capture.importers.recordings import AT_NS, buffered, gor, har, har_entry, request, response, tap_request
from tests.whole_runs.runs import run, verdict

MS = 1_000_000


def recording(count=400, wrong=0):
    """A `.gor` of originals and replays; every eighth replay fails and leaves no record."""
    records = []
    for n in range(count):
        identity, at = f"{n:024x}", AT_NS + n * 1000 * MS
        records.append(gor(1, identity, at, 0, request(f"/items/{n}")))
        records.append(gor(2, identity, at + 5 * MS, MS, response(b'{"n":%d}' % n)))
        if n % 8:
            body = b'{"n":%d}' % (n if n >= wrong else -1)
            records.append(gor(3, identity, at + MS, 9 * MS, response(body)))
    return b"".join(records)


def test_a_recording_becomes_a_verdict(tmp_path, capsys):
    (tmp_path / "a.gor").write_bytes(recording(wrong=200))
    (tmp_path / "routes.yaml").write_text("- /items/{id}")
    log = str(tmp_path / "log")
    words = ["--arm", "production", "--release", "1.0", "--replayed-release", "2.0", "--out", log]
    words += ["--endpoints", str(tmp_path / "routes.yaml")]
    assert main(["capture", "import", "gor", str(tmp_path / "a.gor"), *words]) == 0
    told = capsys.readouterr().out
    assert "production          400 rows" in told
    assert "shadow              350 rows" in told
    assert run(tmp_path / "log", tmp_path / "out") == 0
    found = verdict(tmp_path / "out")
    assert found["verdict"] == "block"
    assert found["launch"]["production_release"] == "1.0"
    assert (found["funnel"]["paired"], found["funnel"]["shadow_missing"]) == (350, 50)
    (endpoint,) = found["endpoints"]
    assert (endpoint["endpoint"], endpoint["pairs"], endpoint["mismatches"]) == ("GET /items/{id}", 350, 175)


def stats(log, capsys, *more):
    assert main(["capture", "stats", str(log), *more]) == 0
    return capsys.readouterr().out


@pytest.fixture
def log(tmp_path, capsys):
    (tmp_path / "a.gor").write_bytes(recording() + b"rubbish")
    words = ["--arm", "production", "--sample-rate", "0.5", "--release", "1.0", "--out", str(tmp_path / "log")]
    assert main(["capture", "import", "gor", str(tmp_path / "a.gor"), *words, "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["rows"] == {"production": 400, "shadow": 350}
    assert report["passed_over"] == [
        {"reason": "the file ends within the record", "records": 1, "examples": [f"a.gor:{len(recording())}"]}
    ]
    return tmp_path / "log"


def test_stats_tell_what_a_log_holds(log, capsys):
    found = json.loads(stats(log, capsys, "--json"))
    assert found["window"] == {"from": "2026-03-02T14:00:00Z", "to": "2026-03-02T15:00:00Z"}
    production = found["arms"]["production"]
    assert (production["rows"], production["releases"]) == (400, ["1.0"])
    assert (production["least_sample_rate"], production["largest_sample_rate"]) == (0.5, 0.5)
    bodies = [b'{"n":%d}' % n for n in range(400)]
    assert (production["bodies"], production["body_bytes"]) == (400, sum(map(len, bodies)))
    assert production["largest_body_bytes"] == 9
    assert found["pairing"] == {
        "requests": {"paired": 350, "shadow_missing": 50},
        "completeness": 0.875,
        "wanted_completeness": 0.999,
    }
    assert found["endpoints"] == [{"endpoint": "GET (unmatched)", "requests": 400, "paired": 350}]
    assert found["passed_over"]["records_of_imports"] == {"the file ends within the record": 1}
    assert found["contract"] == {"kept": True, "findings": []}
    assert any("12.5 % of the requests were not compared" in line for line in found["run_would_say"])
    assert any("match no template" in line for line in found["run_would_say"])


def test_stats_read_as_text(log, capsys):
    text = stats(log, capsys)
    assert "production        400 rows, release 1.0, sampled 50.0 %" in text
    assert "pairing: 87.5 % of the requests" in text
    assert "what a run would say:\n  the contract is kept" in text
    assert text.isascii()


def test_stats_tell_of_broken_files_rows_and_contracts(log, capsys):
    (broken,) = log.rglob("arm=shadow/*.parquet")
    broken.write_bytes(b"PAR1")
    found = json.loads(stats(log, capsys, "--json"))
    assert [each["reason"] for each in found["passed_over"]["files"]] == ["not Parquet, or cut short"]
    assert not found["contract"]["kept"]
    told = "\n".join(found["run_would_say"])
    assert "shadow: " in told
    assert "nothing can be compared" in told
    assert "1 files are lost" in told


def test_stats_of_a_window_and_of_other_settings(log, capsys):
    settings = ["-o", "policy.minimum_completeness=0.5", "-o", "captures.endpoints=[{template: '/items/{id}'}]"]
    found = json.loads(stats(log, capsys, "--json", *settings))
    assert found["run_would_say"] == ["the contract is kept"]
    assert main(["capture", "stats", str(log), "--from", "2026-03-03T00", "--to", "2026-03-03T01"]) == 3


def test_suggested_endpoints_are_settings(log, tmp_path, capsys):
    assert main(["capture", "endpoints", "suggest", str(log)]) == 0
    text = capsys.readouterr().out
    assert "# 750 rows, such as /items/" in text
    (tmp_path / "conf.yaml").write_text(text)
    assert yaml.safe_load(text) == {"captures": {"endpoints": [{"template": "/items/{id}"}]}}
    found = json.loads(stats(log, capsys, "--json", "--conf", str(tmp_path / "conf.yaml")))
    assert [each["endpoint"] for each in found["endpoints"]] == ["GET /items/{id}"]


def test_every_format_is_imported_by_its_command(tmp_path, capsys):
    lines = [json.dumps(buffered(tap_request(x_request_id="r2", host="shop-shadow")))]
    (tmp_path / "tap.json").write_text("".join(lines))
    (tmp_path / "a.har").write_bytes(har(har_entry("/x")))
    (tmp_path / "a.ndjson").write_text('{"rid": "r2", "at": 1772460000000, "m": "GET", "url": "/y?z", "code": 200}\n')
    log = ["--arm", "production", "--out", str(tmp_path / "log")]
    mapping = ["--map", "request_id=rid,captured_at=at:ms", "--map", "method=m,path=url,status=code"]
    for name, file, more in (("envoy-tap", "tap.json", []), ("har", "a.har", []), ("table", "a.ndjson", mapping)):
        assert main(["capture", "import", name, str(tmp_path / file), *log, *more]) == 0
    capsys.readouterr()
    found = json.loads(stats(tmp_path / "log", capsys, "--json"))
    assert {arm: own["rows"] for arm, own in found["arms"].items()} == {"production": 2, "shadow": 1}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--arm", "left"], "--arm: found 'left', wanted one of production, shadow, baseline"),
        ([], "--arm: found nothing, wanted"),
        (["--arm", "shadow", "--sample-rate", "0"], "--sample-rate: found '0', wanted a number above 0"),
        (["--arm", "shadow", "--sample-rate", "x"], "--sample-rate: found 'x'"),
        (["--arm", "shadow", "--replayed-arm", "x"], "--replayed-arm: found 'x'"),
        (["--arm", "shadow", "--release", " "], "--release: found ' ', wanted a name"),
        (["--arm", "shadow", "--endpoints", "none.yaml"], "--endpoints: found 'none.yaml' that can't be read"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_written(tmp_path, monkeypatch, capsys, words, message):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.gor").write_bytes(recording(8))
    assert main(["capture", "import", "gor", "a.gor", *words]) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "captures").exists()


def test_a_file_that_is_not_there_is_told_before_anything_is_written(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.gor").write_bytes(recording(8))
    assert main(["capture", "import", "gor", "a.gor", "b.gor", "--arm", "shadow"]) == 2
    assert "import: found nothing at 'b.gor'" in capsys.readouterr().err
    assert not (tmp_path / "captures").exists()
