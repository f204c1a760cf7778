"""Damaged recordings: no importer crashes or hangs, and sound records around the damage come through unchanged."""

import io
import itertools
import json
import random
import time
from contextlib import suppress

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from darklaunch.capture.arm import Arm
from darklaunch.capture.importers.account import Account
from darklaunch.capture.importers.options import ImportOptions
from darklaunch.capture.importers.run import Format
from darklaunch.capture.importers.source import BrokenSourceError, Pieces, find_source
from tests.capture.importers.recordings import (
    AT_NS,
    SEPARATOR,
    buffered,
    chunked,
    gor,
    har_entry,
    importer_of,
    request,
    response,
    segments,
    tap_headers,
    tap_request,
)
from tests.trust.damage import damaged

FEW = 300
MANY = 20_000
LONGEST_SECONDS = 5.0


def gor_part(first, count):
    parts = []
    for n in range(first, first + count):
        identity, at = f"{n:024x}", AT_NS + n * 10**9
        answer = response(chunked(b"[%d" % n, b"]"), headers=(("Transfer-Encoding", "chunked"),))
        parts += [gor(1, identity, at, 0, request(f"/items/{n}?q=é"))]
        parts += [gor(2, identity, at + 5, 9, answer), gor(3, identity, at + 1, 9, response(b'{"n":%d}' % n))]
    return b"".join(parts)


def tap_part(first, count):
    names = range(first, first + count)
    objects = [buffered(tap_request(x_request_id=f"r{n}"), body=b'{"n":%d}' % n) for n in names]
    return "\n".join(map(json.dumps, objects)).encode() + b"\n"


def tap_middle(first, count):
    streams = (segments(str(n), tap_request(x_request_id=f"r{n}")) for n in range(first, first + count))
    mixed = itertools.chain.from_iterable(zip(*streams, strict=True))
    sized = buffered(tap_request(x_request_id="m"), tap_headers(_status="200", content_length="7"))
    return "\n".join(map(json.dumps, [*mixed, sized])).encode() + b"\n"


def har_part(first, count):
    entries = [har_entry(f"/{n}", at="2026-03-02T14:00:00Z") for n in range(first, first + count)]
    return b"".join(json.dumps(entry).encode() + b",\n" for entry in entries)


def lines_part(first, count):
    row = {"captured_at": "2026-03-02T14:00:00Z", "method": "GET", "path": "/", "status": 200, "body": "x"}
    rows = [row | {"request_id": f"r{n}", "response_headers": {"a": "b"}} for n in range(first, first + count)]
    return b"".join(json.dumps(each).encode() + b"\n" for each in rows)


def csv_part(first, count):
    lines = [f'r{n},2026-03-02T14:00:00Z,GET,/,200,"two\nlines, {n}"\r\n' for n in range(first, first + count)]
    return "".join(lines).encode()


# name: format, what stands first, the sound parts, the part that is damaged, what stands last
WORLDS = {
    "gor": (Format.GOR, b"", gor_part, gor_part, b""),
    "envoy-tap": (Format.ENVOY_TAP, b"", tap_part, tap_middle, b""),
    "har": (Format.HAR, b'{"log":{"version":"1.2","entries":[', har_part, har_part, b"]}}"),
    "ndjson": (Format.TABLE, b"", lines_part, lines_part, b""),
    "csv": (Format.TABLE, b"request_id,captured_at,method,path,status,body\n", csv_part, csv_part, b""),
}
# what lies against the damage may be drawn into it: a record whose end is gone takes the next one with it
BESIDE = {"gor": 2, "envoy-tap": 1, "har": 1, "ndjson": 1, "csv": 2}


RUBBISH = [SEPARATOR, b'"', b"{", b"}", b"]", b"[", b"\n", b"\\", b'"entries":[', b"\0"]


def rows_of(file_format, pieces):
    """What an importer makes of pieces, as identities that can be compared, and its account."""
    account = Account()
    importer = importer_of(file_format, ImportOptions(arm=Arm.PRODUCTION), account)
    source = find_source(__file__)
    rows = list(importer.rows(pieces, source))
    rows += importer.rest()
    return [(arm, row) for arm, row in rows], account


def in_pieces(chance, data):
    size = chance.choice([7, 64, 1000, 1 << 20])
    return [data[at : at + size] for at in range(0, len(data), size)]


def sound_rows(name):
    """The rows of the sound parts, without those that lie against the damage."""
    file_format, first, part, _, last = WORLDS[name]
    before, _ = rows_of(file_format, [first + part(0, 6) + last])
    after, _ = rows_of(file_format, [first + part(100, 6) + last])
    each = len(before) // 6
    return before[: len(before) - each * BESIDE[name]], after[each * BESIDE[name] :]


@pytest.mark.parametrize("count", [FEW, pytest.param(MANY, marks=pytest.mark.long)])
@pytest.mark.parametrize("name", WORLDS)
def test_sound_records_around_the_damage_come_through_unchanged(name, count):
    file_format, first, part, middle, last = WORLDS[name]
    before, after = sound_rows(name)
    # other records than the sound ones: a cut copy of one of these would be a second answer under its id
    whole = part(200, 6) + middle(50, 4) + part(300, 6)
    touched = 0
    for seed in range(count):
        chance = random.Random(f"{name} {seed}")
        data = first + part(0, 6) + damaged(chance, middle(50, 4), RUBBISH, whole=whole) + part(100, 6) + last
        began = time.perf_counter()
        rows, account = rows_of(file_format, in_pieces(chance, data))
        assert time.perf_counter() - began < LONGEST_SECONDS, seed
        missing = [row for row in (*before, *after) if row not in rows]
        assert not missing, (seed, missing[:1])
        touched += bool(account.passed_over)
    # damage that nobody notices would prove nothing
    assert touched > count / 3


@pytest.mark.parametrize("count", [FEW, pytest.param(MANY, marks=pytest.mark.long)])
@pytest.mark.parametrize("name", WORLDS)
def test_files_that_are_damaged_anywhere_end_no_import(name, count):
    file_format, first, part, middle, last = WORLDS[name]
    whole = first + part(0, 3) + middle(50, 2) + part(100, 3) + last
    for seed in range(count):
        chance = random.Random(f"anywhere {name} {seed}")
        began = time.perf_counter()
        rows_of(file_format, in_pieces(chance, damaged(chance, whole, RUBBISH)))
        assert time.perf_counter() - began < LONGEST_SECONDS, seed


@pytest.mark.parametrize("count", [FEW // 3, pytest.param(MANY, marks=pytest.mark.long)])
@pytest.mark.parametrize("codec", ["gzip", "zstd"])
def test_packed_files_that_are_damaged_end_no_import(tmp_path, codec, count):
    whole = pa.Codec(codec).compress(gor_part(0, 20), asbytes=True)
    file = tmp_path / "a.gor"
    for seed in range(count):
        chance = random.Random(f"{codec} {seed}")
        file.write_bytes(damaged(chance, whole, RUBBISH))
        with suppress(BrokenSourceError), Pieces(find_source(str(file)), lambda _size: None) as pieces:
            rows_of(Format.GOR, pieces)


@pytest.mark.parametrize("count", [FEW // 3, pytest.param(MANY, marks=pytest.mark.long)])
def test_parquet_files_that_are_damaged_end_no_import(tmp_path, count):
    rows = [json.loads(line) for line in lines_part(0, 50).splitlines()]
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), sink, row_group_size=10, compression="zstd")
    whole, file = sink.getvalue(), tmp_path / "a.parquet"
    for seed in range(count):
        chance = random.Random(f"parquet {seed}")
        file.write_bytes(b"PAR1" + damaged(chance, whole, RUBBISH)[4:])
        account = Account()
        importer = importer_of(Format.TABLE, ImportOptions(arm=Arm.PRODUCTION), account)
        with Pieces(find_source(str(file)), lambda _size: None) as pieces:
            list(importer.rows(pieces, find_source(str(file))))
