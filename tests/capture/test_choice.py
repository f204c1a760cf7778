"""The choice of a window's files, and what their footers tell."""

import datetime as dt

import pytest

from darklaunch.capture.choice import choose_files
from darklaunch.capture.inventory import list_log
from darklaunch.capture.selection import Selection
from darklaunch.errors import ContractError
from darklaunch.window import Window
from tests.worlds import START, row, write_log

SELECTION = Selection(
    window=Window(start=START, end=START + dt.timedelta(hours=2)), max_pair_gap=dt.timedelta(minutes=10)
)


def chosen(folder, unreadable=(), **options):
    return choose_files(list_log(str(folder)), SELECTION, dict(unreadable), **{"refuse_corrupt": False, **options})


@pytest.fixture
def log(tmp_path):
    rows = [row("a", "production"), row("a", "shadow"), row("b", "production", at=4000.0, release="0.9")]
    return write_log(tmp_path, rows)


def test_the_first_release_of_an_arm_is_that_of_its_first_rows(log):
    files = chosen(log)
    assert [files.first_release(arm) for arm in ("production", "shadow", "baseline")] == ["1.0", "2.0", None]


def test_sizes_and_arms_are_told_by_footers(log):
    files = chosen(log)
    assert [hour.hour for hour in files.bytes_by_hour] == [0, 1]
    assert all(size > 100 for size in files.bytes_by_hour.values())
    assert [files.has_rows(arm) for arm in ("production", "shadow", "baseline")] == [True, True, False]


def test_a_file_that_could_not_be_decoded_is_left_out_with_its_reason(log):
    place = chosen(log).good[0].place
    files = chosen(log, {place: "its pages can't be decoded"})
    assert place not in {file.place for file in files.good}
    assert [(skipped.file.strip("'"), skipped.reason) for skipped in files.corrupt] == [
        (place, "its pages can't be decoded")
    ]
    with pytest.raises(ContractError, match="found 1 unreadable files"):
        chosen(log, {place: "x"}, refuse_corrupt=True)


def test_a_window_without_a_readable_file_is_refused(log):
    with pytest.raises(ContractError, match="found no readable file"):
        chosen(log, {file.place: "x" for file in chosen(log).good})
