"""Footers: which files of a log can be read, and what is told of the others."""

from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from darklaunch.capture.columns import NEEDED
from darklaunch.capture.footers import check_files
from darklaunch.capture.inventory import list_log
from darklaunch.capture.rows import read_file
from darklaunch.errors import ContractError
from tests.benchmarks.generate import SCHEMA
from tests.capture.log_files import FOLDER, TABLE, TEXT, check, with_type, write


def test_files_are_read_whatever_their_names(tmp_path):
    root = tmp_path / "log[1] %41"
    for name in ("part-[1].parquet", "{1,2}*?.parquet", "a b%20c#d.parquet", "back\\slash.parquet", "14:00.parquet"):
        write(root, TABLE, name)
    log = list_log(str(root))
    assert [read_file(log.store, file, ["request_id"]).num_rows for file in log.files] == [1] * 5


def test_files_that_cannot_be_read_are_set_apart_with_a_reason(tmp_path):
    write(tmp_path, TABLE)
    folder = tmp_path / FOLDER
    whole = (folder / "part-0.parquet").read_bytes()
    (folder / "cut.parquet").write_bytes(whole[: len(whole) // 2])
    (folder / "empty.parquet").write_bytes(b"")
    (folder / "gone.parquet").write_bytes(whole)
    (folder / "text.parquet").write_bytes(b"PAR1 but no more than that PAR1")
    log = list_log(str(tmp_path))
    (folder / "gone.parquet").unlink()
    checked = check_files(log)
    assert [file.place for file in checked.good] == [f"{FOLDER}/part-0.parquet"]
    assert {Path(each.file.place).name: each.reason for each in checked.corrupt} == {
        "cut.parquet": "not Parquet, or cut short",
        "empty.parquet": "empty: 0 bytes",
        "gone.parquet": "can't be opened: No such file or directory",
        "text.parquet": "not Parquet, or cut short",
    }


def test_only_the_files_that_are_asked_for_are_opened(tmp_path):
    write(tmp_path, TABLE)
    (tmp_path / FOLDER / "empty.parquet").write_bytes(b"")
    log = list_log(str(tmp_path))
    assert not check_files(log, log.files[1:]).corrupt


def test_the_same_finding_in_many_files_is_told_once(tmp_path):
    for number in range(7):
        write(tmp_path, TABLE.drop_columns(["body"]), f"part-{number}.parquet")
    with pytest.raises(ContractError) as error:
        check(tmp_path)
    (line,) = str(error.value).splitlines()
    assert line.startswith(f"{FOLDER}/part-0.parquet and 6 more files: column body: found none, wanted binary")


def test_at_most_five_findings_are_told(tmp_path):
    with pytest.raises(ContractError) as error:
        check(write(tmp_path, TABLE.select(["query", "unit_id"])))
    lines = str(error.value).splitlines()
    assert len(lines) == 6
    assert lines[-1] == f"and {len(NEEDED) - 5} more"


def test_a_type_with_a_strangers_words_in_it_is_told_printable(tmp_path):
    kind = pa.struct([("\x1b[31m", TEXT)])
    with pytest.raises(ContractError) as error:
        check(write(tmp_path, with_type("body", kind, {"\x1b[31m": "x"})))
    assert str(error.value).isprintable()


@given(data=st.data())
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_damage_to_a_file_is_more_than_a_corrupt_file_or_a_finding(tmp_path, data):
    path = write(tmp_path, EMPTY) / FOLDER / "part-0.parquet"
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content)
    try:
        checked = check(tmp_path)
    except ContractError as error:
        assert all(line.isprintable() for line in str(error).splitlines())  # noqa: PT017 - either end is fine
    else:
        assert len(checked.good) + len(checked.corrupt) == 1


EMPTY = SCHEMA.empty_table()
