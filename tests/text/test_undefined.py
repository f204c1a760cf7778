"""Is a number that can't be computed left out of tables?"""

from darklaunch.text.undefined import Undefined, number_or_none


def test_what_can_not_be_computed_is_no_number():
    assert number_or_none(Undefined("nothing was seen")) is None
    assert Undefined().reason == ""


def test_a_number_stays_what_it_is():
    assert number_or_none(0.0) == 0.0
