"""A whole run over a log that a stranger filled: names are no paths, secrets stay where they were, nothing acts."""

import re

import pytest

from darklaunch.contract.launch import Launch
from tests.capture.loopback import everything_on_disk
from tests.whole_runs.runs import newest, run, verdict
from tests.worlds import HEADERS, row, write_log

SECRET = "hunter2-S3cr3t"  # noqa: S105 - planted
SAFE = re.compile(r"[A-Za-z0-9._=%-]+")
NAMES = [
    "../../escaped",
    "/etc/escaped",
    "..\\escaped",
    "a\0b",
    "\x1b]0;escaped\x07",
    "con",
    "%2e%2e/escaped",
    "é" * 300,
    ".",
]


def pairs(count=20, **own):
    """Requests that both arms answered, each otherwise."""
    arms = ("production", "shadow")
    return [row(f"r{n}", arm, at=n, body={"n": n, "arm": arm}, **own) for n in range(count) for arm in arms]


def places(folder):
    return {path.relative_to(folder) for path in folder.rglob("*")}


def test_no_name_of_a_stranger_is_a_path(tmp_path, capsys):
    rows = [
        own | {"request_id": f"{number}-{own['request_id']}", "release": NAMES[0], "unit_id": name}
        for number, name in enumerate(NAMES)
        for own in pairs(5, endpoint=name, path=f"/{name}")
    ]
    log = write_log(tmp_path / "log", rows)
    before = places(tmp_path)
    assert run(log, tmp_path / "out", "-o", f"launch.name={NAMES[0]}") == 0
    fresh = places(tmp_path) - before
    assert {path.parts[0] for path in fresh} == {"out"}
    assert all(SAFE.fullmatch(part) for path in fresh for part in path.parts)
    said = capsys.readouterr()
    assert all(line.isprintable() for line in (said.out + said.err).splitlines())


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_launch_called_like_a_path_is_none(name):
    key = Launch(name=name, production_release=name, shadow_release=name, rules_digest="0").key
    assert SAFE.fullmatch(key)
    assert not key.startswith(".")


def test_folders_and_files_called_like_paths_are_read_or_set_apart(tmp_path, capsys):
    log = write_log(tmp_path / "log", pairs())
    (file,) = log.rglob("arm=shadow/*.parquet")
    for name in ("..%2Fescaped.parquet", "\x1b[31mred.parquet", "a=b.parquet"):
        (file.parent / name).write_bytes(b"PAR1 no more than that PAR1")
    (file.parents[1] / "arm=..").mkdir()
    (file.parents[1] / "arm=.." / "x.parquet").write_bytes(file.read_bytes())
    assert run(log, tmp_path / "out", "-o", "contract.maximum_quarantined_share=1") in {0, 3}
    said = capsys.readouterr()
    assert all(line.isprintable() for line in (said.out + said.err).splitlines())


def test_a_secret_of_the_log_is_in_no_file_and_no_line_of_a_run(tmp_path, capsys):
    def answer(arm):
        return {
            "password": f"{SECRET}-{arm}",
            "nested": [{"api_key": f"{SECRET}{arm}"}],
            "say": f"Bearer {SECRET}{arm}",
        }

    rows = []
    for n in range(20):
        for arm in ("production", "shadow"):
            header = ("set-cookie", f"session={SECRET}{arm}; Path=/")
            own = {
                "query": f"token={SECRET}&n={n}",
                "request_headers": [("authorization", f"Bearer {SECRET}")],
                "response_headers": [*HEADERS, header],
            }
            rows.append(row(f"r{n}", arm, at=n, body=answer(arm), **own))
    log = write_log(tmp_path / "log", rows)
    out = tmp_path / "out"
    assert run(log, out) == 0
    assert verdict(out)["fleet"]["mismatches"] == 20
    assert list((newest(out) / "differences").glob("*.parquet"))
    assert SECRET.encode() not in everything_on_disk(out)
    said = capsys.readouterr()
    assert SECRET not in said.out + said.err
