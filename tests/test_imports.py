"""Is what is imported beside other work there afterwards, and is its failure left to whoever needs it?"""

import warnings

import pytest

from darklaunch.imports import imported_beside


def test_imports_are_made_in_order_before_the_work_beside_them_is_left():
    made = []
    with imported_beside(lambda: made.append("first"), lambda: made.append("second")):
        pass
    assert made == ["first", "second"]


def test_an_import_that_fails_keeps_no_other_from_being_made():
    def fails():
        raise ImportError("broken")

    made = []
    with imported_beside(fails, lambda: made.append("next")):
        pass
    assert made == ["next"]


def test_an_import_may_warn_where_warnings_are_errors():
    made = []
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with imported_beside(lambda: warnings.warn("of a package", stacklevel=1), lambda: made.append("next")):
            pass
    assert made == ["next"]


def test_a_failure_of_the_work_beside_them_is_raised_once_they_are_made():
    made = []
    with pytest.raises(ZeroDivisionError), imported_beside(lambda: made.append("first")):
        _ = 1 / 0
    assert made == ["first"]
