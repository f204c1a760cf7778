"""What a diagnosis says of a log's files that no run reads."""

import pytest

from darklaunch.capture import choice
from darklaunch.cli.doctor import examine
from darklaunch.config.settings.model import Settings
from tests.worlds import pairs, write_log


def captures(folder):
    settings = Settings.model_validate({"captures": {"uri": str(folder)}, "spark": {"master": "none"}})
    return {each.subject: each for each in examine(settings, folder.parent / "out")}["captures"]


@pytest.fixture
def log(tmp_path):
    folder = write_log(tmp_path / "log", pairs(60))
    good = next(folder.rglob("arm=shadow/*.parquet"))
    raw = good.read_bytes()
    (good.parent / "000000_0").write_bytes(raw[:-9])
    (good.parent / "pages.parquet").write_bytes(raw[:4] + bytes(200) + raw[204:])
    for name in ("_SUCCESS", ".part-0.parquet.crc", "notes.txt"):
        (good.parent / name).write_bytes(b"anything")
    (folder / "date=2026-03-02/hour=7x/arm=shadow").mkdir(parents=True)
    (folder / "date=2026-03-02/hour=7x/arm=shadow/part-0.parquet").write_bytes(raw)
    return folder


def test_a_diagnosis_says_which_files_are_not_read_and_why(log):
    found = captures(log).found.splitlines()
    assert captures(log).good
    assert "4 files from " in found[0]
    assert ", 3 unreadable; their pages were read; " in found[0]
    told = [line.strip() for line in found[1:]]
    folder = "date=2026-03-02/hour=00/arm=shadow"
    assert f"set apart: {folder}/000000_0: not Parquet, or cut short" in told
    assert f"set apart: {folder}/pages.parquet: its pages can't be decoded" in told
    assert any(line.startswith("set apart: date=2026-03-02/hour=7x/arm=shadow/part-0.parquet: found ") for line in told)
    hidden = "its name, or that of a folder above it, begins with a dot or an underscore"
    assert f"passed over: {folder}/.part-0.parquet.crc, {folder}/_SUCCESS: {hidden}" in told
    assert f"passed over: {folder}/notes.txt: no Parquet, by its name or its first four bytes" in told
    assert len(told) == 5


def test_pages_of_a_large_log_are_not_read_and_that_is_said(log, monkeypatch):
    monkeypatch.setattr(choice, "MOST_BYTES", 1_000)
    assert ", 2 unreadable; their pages, which are too many, were not read; " in captures(log).found


def test_many_files_with_one_reason_are_one_line(log):
    for number in range(1_200):
        (log / f"_{number:04}").write_bytes(b"")
    (line,) = (line for line in captures(log).found.splitlines() if "_0000" in line)
    assert " and 1,199 more: its name" in line
