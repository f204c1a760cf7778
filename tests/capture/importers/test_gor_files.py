"""GoReplay files: cut, packed, in chunks, imported twice."""

import pyarrow as pa
import pytest

from darklaunch.capture.arm import Arm
from darklaunch.capture.importers.gor import records as gor_records
from darklaunch.capture.importers.gor.importer import recording_of
from tests.capture.importers.gor_exchanges import MS, exchange, read
from tests.capture.importers.recordings import (
    AT_NS,
    SEPARATOR,
)


def test_a_record_without_an_end_is_passed_over_as_goreplay_does(tmp_path):
    whole = b"".join(exchange())
    found = read(tmp_path, whole, exchange("f" * 24)[0][: -len(SEPARATOR)])
    assert found.reasons == {"the file ends within the record": 1}
    assert found.report.passed_over[0].examples == (f"a.gor:{len(whole)}",)


def test_a_record_that_is_too_long_is_passed_over(tmp_path, monkeypatch):
    monkeypatch.setattr(gor_records, "MOST_RECORD_BYTES", 1 << 20)
    found = read(tmp_path, *exchange(), bytes(3 << 20), SEPARATOR, *exchange("b" * 24, AT_NS + 1000 * MS))
    assert [len(found.rows[arm]) for arm in ("production", "shadow")] == [2, 2]
    assert found.reasons == {"the record is too long": 1}


def test_chunks_of_a_recording_are_read_in_their_order_and_share_their_requests(tmp_path):
    first, original, replayed = exchange()
    files = {f"x_{n}.gor": data for n, data in ((10, replayed), (2, original), (1, first))}
    assert set(read(tmp_path, files=files).rows) == {"production", "shadow"}
    assert read(tmp_path / "other", files={"a.gor": first, "b.gor": original}).rows == {}


def test_names_of_one_recording():
    assert {recording_of(name) for name in ("r_0.gor", "r_12.gor.gz", "r-2026030214.gor", "r_20260302_3.gor.zst")} == {
        "r"
    }
    assert recording_of("host1.gor") != recording_of("host2.gor")


@pytest.mark.parametrize("codec", ["gzip", "zstd", None])
def test_packed_files_are_known_by_their_first_bytes(tmp_path, codec):
    halves = [b"".join(exchange(identity * 24)) for identity in "ab"]
    packed = halves if codec is None else [pa.Codec(codec).compress(half, asbytes=True) for half in halves]
    assert len(read(tmp_path, files={"a.gor": b"".join(packed)}).rows["shadow"]) == 2


@pytest.mark.parametrize("codec", ["gzip", "zstd"])
def test_what_was_packed_before_the_break_survives(tmp_path, codec):
    data = b"".join(r for n in range(3000) for r in exchange(f"{n:024x}", AT_NS + n * MS, n))
    packed = pa.Codec(codec).compress(data, asbytes=True)
    found = read(tmp_path, files={"a.gor": packed[:-10], "b.gor": b"".join(exchange())})
    assert len(found.rows["shadow"]) >= 1
    assert any("rest of the file" in reason for reason in found.reasons)


def test_the_same_import_again_replaces_what_it_wrote(tmp_path):
    for options in ({}, {"release": "2"}):
        found = read(tmp_path, *exchange(), **options)
        assert len(found.rows["production"]) == 1
    assert found.rows["production"][0]["release"] == "2"
    read(tmp_path, *exchange("b" * 24), files={"b.gor": b"".join(exchange("b" * 24))})
    found = read(tmp_path, *exchange(), own={"replayed_arm": Arm.BASELINE})
    assert {arm: len(rows) for arm, rows in found.rows.items()} == {"baseline": 1, "production": 2, "shadow": 1}


def test_a_file_without_any_exchange_is_told_in_one_line(tmp_path):
    found = read(tmp_path, b"nothing of the kind")
    assert found.error == (
        "import: found 1 records that can't be imported, wanted at least one exchange in the format gor; "
        "most of them: the file ends within the record, such as a.gor:0"
    )
    assert "found nothing in 1 files" in read(tmp_path / "empty", b"").error
