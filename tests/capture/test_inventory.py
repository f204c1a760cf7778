from datetime import datetime, timedelta, timezone
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from darklaunch.capture.files import CaptureFile, CaptureLog
from darklaunch.capture.inventory import list_log
from darklaunch.capture.location import open_store
from darklaunch.errors import ContractError, UsageError
from darklaunch.window import Window
from tests.benchmarks.generate import SCHEMA

PLACE = "date=2026-03-02/hour=14/arm=production/part-0.parquet"
EMPTY = SCHEMA.empty_table()


def at(hour: int, day: int = 2) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=timezone.utc)


def write(root: Path, *places: str) -> Path:
    for place in places:
        (root / place).parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(EMPTY, root / place)
    return root


def test_every_parquet_file_of_the_layout_is_listed_by_hour_and_arm(tmp_path):
    write(
        tmp_path,
        "date=2026-03-03/hour=00/arm=shadow/z.parquet",
        "date=2026-03-02/hour=23/arm=shadow/b.parquet",
        "date=2026-03-02/hour=23/arm=production/a.parquet",
    )
    log = list_log(str(tmp_path))
    assert [(file.hour, file.arm) for file in log.files] == [
        (at(23), "production"),
        (at(23), "shadow"),
        (at(0, day=3), "shadow"),
    ]
    assert [Path(log.store.location(file.place)).exists() for file in log.files] == [True] * 3
    assert log.span == (at(23), at(1, day=3))
    assert not log.strays


def test_what_a_writer_leaves_beside_its_files_is_passed_over(tmp_path):
    write(tmp_path, PLACE, "_temporary/0/x.parquet", ".staging/date=2026-03-02/hour=14/arm=shadow/y.parquet")
    folder = (tmp_path / PLACE).parent
    for name in ("_SUCCESS", ".part-0.parquet.crc", "part-0.parquet.crc", "_metadata.parquet", "notes.txt"):
        (folder / name).write_bytes(b"x")
    (tmp_path / "date=2026-03-02/hour=15/arm=shadow").mkdir(parents=True)
    log = list_log(str(tmp_path))
    assert [file.place for file in log.files] == [PLACE]
    assert not log.strays
    told = {Path(each.file).name: each.reason for each in log.passed_over}
    assert sorted(told) == sorted(
        [
            "_SUCCESS",
            ".part-0.parquet.crc",
            "part-0.parquet.crc",
            "_metadata.parquet",
            "notes.txt",
            "x.parquet",
            "y.parquet",
        ]
    )
    assert told.pop("part-0.parquet.crc") == told.pop("notes.txt") == "too short for Parquet: 1 bytes"
    assert {reason.partition(",")[0] for reason in told.values()} == {"its name"}


@pytest.mark.parametrize("name", ["20260302_081500_00042_x7k2q_5d1e", "000000_0", "part-0.parq", "part-0.PARQUET"])
def test_a_file_of_any_name_that_is_parquet_by_its_bytes_is_listed(tmp_path, name):
    write(tmp_path, PLACE, f"date=2026-03-02/hour=14/arm=shadow/{name}")
    log = list_log(str(tmp_path))
    assert [file.arm for file in log.files] == ["production", "shadow"]
    assert not log.passed_over


def test_a_file_without_a_suffix_that_was_cut_short_is_listed_to_be_set_apart(tmp_path):
    write(tmp_path, PLACE, "date=2026-03-02/hour=14/arm=shadow/000000_0")
    file = tmp_path / "date=2026-03-02/hour=14/arm=shadow/000000_0"
    file.write_bytes(file.read_bytes()[:-20])
    assert len(list_log(str(tmp_path)).files) == 2


@pytest.mark.parametrize(
    "content", [b"", b"PAR", b"ORC\x08 and more", b"Obj\x01avro", b'{"request_id": 1}', b"PAX1PAR1"]
)
def test_a_file_of_another_format_is_passed_over_with_its_reason(tmp_path, content):
    write(tmp_path, PLACE)
    ((tmp_path / PLACE).parent / "000000_0").write_bytes(content)
    log = list_log(str(tmp_path))
    assert [file.place for file in log.files] == [PLACE]
    assert [each.file for each in log.passed_over] == [str(Path(PLACE).parent / "000000_0")]


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ("date=2026-02-30/hour=14/arm=shadow/x.parquet", "date=2026-02-30/hour=14"),
        ("date=20260302/hour=14/arm=shadow/x.parquet", "date=20260302/hour=14"),
        ("date=9999-12-31/hour=23/arm=shadow/x.parquet", "date=9999-12-31"),
        ("date=2026-03-02/hour=99/arm=shadow/x.parquet", "hour=99"),
        ("date=2026-03-02/hour=7x/arm=shadow/x.parquet", "hour=7"),
        ("date=2026-03-02/hour=14/shadow/x.parquet", "wanted an arm"),
        ("date=2026-03-02/hour=14/arm=/x.parquet", "wanted an arm"),
        ("date=2026-03-02/hour=14/x.parquet", "found 2 folders above it, wanted 3"),
        ("x.parquet", "found 0 folders above it, wanted 3"),
        ("date=2026-03-02/hour=14/arm=shadow/more/x.parquet", "found 4 folders above it, wanted 3"),
    ],
)
def test_a_data_file_out_of_place_is_a_stray_with_its_reason(tmp_path, place, reason):
    log = list_log(str(write(tmp_path, PLACE, place)))
    (stray,) = log.strays
    assert stray.file == place
    assert reason in stray.reason
    assert [file.place for file in log.files] == [PLACE]


def test_an_arm_that_nobody_knows_is_listed_as_its_folder_says(tmp_path):
    log = list_log(str(write(tmp_path, PLACE, "date=2026-03-02/hour=14/arm=my%20canary/x.parquet")))
    assert [file.arm for file in log.files] == ["my canary", "production"]


def test_names_from_strangers_are_told_printable(tmp_path):
    log = list_log(str(write(tmp_path, PLACE, "date=\x1b[31m/hour=14/arm=shadow/\n.parquet")))
    (stray,) = log.strays
    assert stray.file.isprintable()
    assert stray.reason.isprintable()


@pytest.mark.parametrize("uri", ["{}", "{}/", "file://{}", "{}/../{name}"])
def test_every_way_to_name_a_local_folder_lists_absolute_paths(tmp_path, uri):
    write(tmp_path, PLACE)
    log = list_log(uri.format(tmp_path, name=tmp_path.name))
    assert [log.store.location(file.place) for file in log.files] == [str(tmp_path / PLACE)]
    assert log.store.base == str(tmp_path)


def test_a_relative_path_is_meant_from_here(tmp_path, monkeypatch):
    write(tmp_path / "log", PLACE)
    monkeypatch.chdir(tmp_path)
    log = list_log("log")
    assert [log.store.location(file.place) for file in log.files] == [str(tmp_path / "log" / PLACE)]


@pytest.mark.parametrize("scheme", ["s3", "s3a"])
def test_an_object_stores_path_keeps_its_scheme(scheme):
    store = open_store(f"{scheme}://key:secret@bucket/log/?region=us-east-1&endpoint_override=localhost:9")
    assert store.root == "bucket/log"
    assert store.base == f"{scheme}://bucket/log"


@pytest.mark.parametrize("uri", ["", "ftp://host/log", "file://elsewhere/log", "file:log", "s3://", "a\0b"])
def test_a_uri_that_cannot_be_opened_is_a_usage_error(uri):
    with pytest.raises(UsageError, match=r"found .*wanted .*"):
        open_store(uri)


@pytest.mark.parametrize("password", ["secret", "se@secret", "my secret"])
def test_a_uri_is_told_without_its_secret(password):
    with pytest.raises(UsageError) as error:
        open_store(f"ftp://me:{password}@host/log")
    assert "secret" not in str(error.value)


def test_a_folder_that_is_missing_is_a_usage_error(tmp_path):
    with pytest.raises(UsageError, match=r"found nothing at .*wanted the folder of a capture log; check"):
        list_log(str(tmp_path / "none"))


def test_a_file_is_no_capture_log(tmp_path):
    pq.write_table(EMPTY, tmp_path / "x.parquet")
    with pytest.raises(UsageError, match="found a file at"):
        list_log(str(tmp_path / "x.parquet"))


def test_a_folder_without_any_file_of_the_layout_breaks_the_contract(tmp_path):
    with pytest.raises(ContractError, match=r"found no Parquet file .*wanted date=YYYY-MM-DD/hour=HH"):
        list_log(str(tmp_path))


def test_the_first_stray_tells_why_nothing_follows_the_layout(tmp_path):
    write(tmp_path, "date=2026-03-02/hour=7x/arm=shadow/x.parquet")
    with pytest.raises(ContractError, match=r"1 elsewhere or of another kind, such as .*hour=7x"):
        list_log(str(tmp_path))


def _log(tmp_path: Path, hours: int) -> CaptureLog:
    start = at(0)
    files = tuple(
        CaptureFile(place=f"{n}", hour=start + timedelta(hours=n), arm="shadow", size_bytes=1, changed_ns=0)
        for n in range(hours)
    )
    return CaptureLog(store=open_store(str(tmp_path)), files=files, strays=())


@pytest.mark.parametrize(
    ("before", "after", "hours"),
    [(0, 0, [10, 11]), (1, 0, [9, 10, 11]), (0, 1, [10, 11, 12]), (60, 60, [9, 10, 11, 12]), (61, 61, range(8, 14))],
)
def test_the_hours_around_a_window_are_those_that_can_hold_its_rows(tmp_path, before, after, hours):
    window = Window(start=at(10), end=at(12))
    nearby = _log(tmp_path, 24).around(window, timedelta(minutes=before), timedelta(minutes=after))
    assert [file.hour.hour for file in nearby] == list(hours)


@given(st.integers(0, 20), st.integers(1, 4), st.integers(0, 200), st.integers(0, 24 * 60 - 1))
def test_no_hour_that_holds_a_row_around_the_window_is_left_out(first, length, margin, minute):
    window = Window(start=at(first), end=at(first) + timedelta(hours=length))
    row, before, after = at(0) + timedelta(minutes=minute), timedelta(minutes=margin), timedelta(minutes=margin // 2)
    nearby = _log(Path(), 24).around(window, before, after)
    wanted = window.start - before <= row < window.end + after
    assert (row.replace(minute=0) in {file.hour for file in nearby}) >= wanted


def test_a_log_without_files_or_an_hour_that_is_none_cannot_be_built(tmp_path):
    with pytest.raises(ValueError, match="files"):
        CaptureLog(store=open_store(str(tmp_path)), files=(), strays=())
    with pytest.raises(ValueError, match="whole hour"):
        CaptureFile(place="x", hour=at(1) + timedelta(minutes=1), arm="shadow", size_bytes=1, changed_ns=0)


def test_listing_opens_no_file_that_is_parquet_by_its_name(tmp_path):
    folder = (tmp_path / PLACE).parent
    folder.mkdir(parents=True)
    (folder / "part-0.parquet").write_bytes(b"not Parquet")
    assert list_log(str(tmp_path)).files[0].size_bytes == len(b"not Parquet")
