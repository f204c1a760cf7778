"""Readers of what strangers write, with damaged input: what is expected, or a named error, within seconds.

Importers have such a test of their own, and so have bodies. ``DARKLAUNCH_LONG=1 pytest tests/trust`` reads 20,000 each.
"""

import datetime as dt
import io
import random
from contextlib import suppress

import pyarrow as pa
import pyarrow.parquet as pq

from darklaunch.capture.footers import check_files
from darklaunch.capture.inventory import list_log
from darklaunch.capture.mirror.redaction.json_members import parse_path
from darklaunch.capture.rows import CAPTURE, UnreadableFileError, read_file
from darklaunch.config.loading.load import load
from darklaunch.diff.values.json_path import PathPattern, parse_pattern
from darklaunch.errors import ContractError, UsageError
from tests.capture.log_files import FOLDER, TABLE
from tests.engine.buckets import counted
from tests.engine.test_adding import SELECTION
from tests.trust.damage import COUNTS, damaged, in_time, shown
from tests.worlds import row, write_log

CONFIGURATION = b"""
launch: {name: shop, production_release: "1.0"}
captures:
  uri: captures
  max_pair_gap: 10m
  endpoints: [{template: "/users/{id}", name: users}]
rules:
  - {path: "$.body.at", ignore: true, why: "a time, of the answer"}
  - path: $.body.price
    tolerance: {absolute: 0.01}
    why: rounded
    expires: 2027-01-01
scoring: &scoring {alpha: 0.05, latency_ratios: {p50: 1.1}}
policy: {minimum_days: 7, critical_endpoints: [GET /users]}
"""
YAML = [
    b"!!python/object/apply:os.system [id]",
    b"&a [*a, *a]",
    b"<<: *scoring",
    b"\t",
    b"\0",
    b"9" * 5000,
    b"1e999",
    b"? ",
]
YAML += [
    b"[" * 3000,
    b"{" * 3000,
    b"!!binary x",
    b"\xef\xbb\xbf",
    b"---\n",
    b"%TAG ! x",
    b"0x" + b"f" * 999,
    b".inf",
    b"| \n",
]
PATHS = [
    "$",
    ".",
    "..",
    "[",
    "]",
    "'",
    '"',
    "*",
    "[*]",
    "['a']",
    "body",
    "headers",
    "status",
    "\\",
    "\\u",
    "\\ud800",
    "0",
]
PATHS += ["[-1:2]", "[?(@.a)]", " ", "\n", "é", "\U0001f600", "-", "x" * 2000, "[" * 500, "..*" * 300, "\x1b[31m"]


@COUNTS
def test_a_configuration_is_read_or_every_finding_is_named(tmp_path, count):
    file = tmp_path / "conf.yaml"
    refused = 0
    for seed in range(count):
        file.write_bytes(damaged(random.Random(f"yaml {seed}"), CONFIGURATION, YAML))
        with in_time(seed):
            try:
                load(conf=file)
            except UsageError as error:
                refused += 1
                shown(error, seed)
    assert refused > count / 3


@COUNTS
def test_a_path_is_read_or_refused(count):
    read = 0
    for seed in range(count):
        chance = random.Random(f"path {seed}")
        text = chance.choice(["$", "$.body", "$..", ""]) + "".join(chance.choices(PATHS, k=chance.randrange(8)))
        with in_time(seed):
            with suppress(UsageError):
                pattern = parse_pattern(text)
                read += 1
                assert isinstance(pattern, PathPattern)
                pattern.matches(("body", "a", 0) * 20)
                pattern.overlaps(pattern)
            with suppress(ValueError):
                parse_path(text)
    assert read > count / 50


def parquet_file(table):
    sink = io.BytesIO()
    pq.write_table(table, sink, row_group_size=20, compression="zstd")
    return sink.getvalue()


@COUNTS
def test_a_capture_file_is_read_set_apart_or_refused(tmp_path, count):
    whole = parquet_file(pa.concat_tables([TABLE] * 50))
    footer = int.from_bytes(whole[-8:-4], "little") + 8
    file = tmp_path / FOLDER / "part-0.parquet"
    file.parent.mkdir(parents=True)
    unreadable = 0
    for seed in range(count):
        chance = random.Random(f"parquet {seed}")
        # half of them are hit in the footer alone, and keep its length and magic
        body, end = whole[:-footer], whole[-footer:-8]
        data = (
            body + damaged(chance, end, [b"\0"])[: len(end)].ljust(len(end), b"\0") + whole[-8:]
            if seed % 2
            else damaged(chance, whole, [b"PAR1", b"\0"])
        )
        file.write_bytes(data)
        with in_time(seed):
            log = list_log(str(tmp_path))
            try:
                checked = check_files(log)
                for each in checked.good:
                    read_file(log.store, each, CAPTURE.names)
                unreadable += len(checked.corrupt)
            except (ContractError, UnreadableFileError) as error:
                unreadable += 1
                shown(error, seed)
    assert unreadable > count / 10


HOSTILE_TEXTS = [
    None,
    "",
    " ",
    "\0",
    "\x1b]0;x\x07",
    "../../etc/passwd",
    "a" * 70_000,
    "=1+1",
    "<script>",
    "\u202e",
    "{}",
    "\ud7ff",
    "%",
]
HOSTILE_NUMBERS = [None, 0.0, -1.0, 1e308, 5e-324, float("nan"), float("inf"), float("-inf"), 1.0]
MOMENTS = [dt.datetime(year, 1, 1, tzinfo=dt.timezone.utc) for year in (1, 1969, 1970, 2262, 9999)]


def hostile_row(chance, number):
    """A row of which a few values are what nobody would write in good faith."""
    arm = chance.choice(["production", "shadow", "baseline"])
    own = {}
    for name in chance.sample(["path", "query", "endpoint", "method", "unit_id", "release", "error", "request_id"], 2):
        own[name] = chance.choice(HOSTILE_TEXTS)
    for name in chance.sample(["latency_ms", "sample_rate"], 1):
        own[name] = chance.choice(HOSTILE_NUMBERS)
    own["status"] = chance.choice([200, 200, None, -1, 0, 99, 600, 2**31 - 1])
    own["body_truncated"] = chance.choice([False, False, True, None])
    own["response_headers"] = chance.choice([[], None, [(None, None)], [(chance.choice(HOSTILE_TEXTS), "x")] * 3])
    own["hour"] = dt.datetime(2026, 5, 7, 0, tzinfo=dt.timezone.utc)
    if chance.random() < 0.2:
        own["captured_at"] = chance.choice([None, *MOMENTS])
    request_id = own.pop("request_id", f"r{number // 3}")
    return row(request_id, arm, at=chance.uniform(-100, 5000), body=chance.choice([None, b"", b"{", {"a": 1}]), **own)


@COUNTS
def test_rows_that_nobody_would_write_are_counted_or_set_apart(tmp_path, count):
    rows_a_log = 60
    for seed in range(max(3, count // rows_a_log)):
        chance = random.Random(f"rows {seed}")
        folder = write_log(tmp_path / str(seed), [hostile_row(chance, number) for number in range(rows_a_log)])
        with in_time(seed):
            counted(folder, SELECTION)
