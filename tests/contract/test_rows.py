"""Which rows break the contract, and which the settings left out by their release."""

import datetime as dt
from dataclasses import replace

import pytest

from darklaunch.capture.selection import Selection
from darklaunch.contract.rows import Breach, breaches, is_broken
from darklaunch.window import Window
from tests.engine.buckets import read_arms
from tests.worlds import START, row, write_log

HOUR = Window(start=START, end=START + dt.timedelta(hours=1))
ANY = Selection(window=HOUR, max_pair_gap=dt.timedelta(minutes=10))
RELEASES = ("1.0", "1.1", None)


@pytest.mark.parametrize(
    ("arm", "chosen", "left_out"),
    [
        ("production", {}, [False, False, False]),
        ("production", {"production_release": "1.0"}, [False, True, True]),
        ("production", {"shadow_release": "1.0"}, [False, False, False]),
        ("shadow", {"shadow_release": "1.1"}, [True, False, True]),
        ("shadow", {"production_release": "1.0"}, [False, False, False]),
        ("baseline", {"production_release": "unversioned"}, [True, True, False]),
    ],
)
def test_rows_of_another_release_than_the_chosen_one_are_left_out_and_break_nothing(arm, chosen, left_out, tmp_path):
    rows = [row(f"r{n}", arm, release=release) for n, release in enumerate(RELEASES)]
    selection = replace(ANY, **chosen)
    table = read_arms(write_log(tmp_path, rows), selection)[arm]
    codes = breaches(table, arm, selection)
    assert [list(Breach)[code] is Breach.OTHER_RELEASE and code >= 0 for code in codes] == left_out
    assert not is_broken(codes).any()


def test_a_row_of_an_unknown_arm_is_of_no_release_that_could_be_chosen(tmp_path):
    selection = replace(ANY, production_release="1.0", shadow_release="2.0")
    table = read_arms(write_log(tmp_path, [row("r", "canary", release="9")]), selection)["canary"]
    codes = breaches(table, "canary", selection)
    assert [list(Breach)[code] for code in codes] == [Breach.UNKNOWN_ARM]
    assert is_broken(codes).all()
