"""Values of the contract: what they can't be, and how profiles of parts add up."""

from dataclasses import fields, replace

import pytest

from darklaunch.config.domain import contract_limits
from darklaunch.config.settings.model import Settings
from darklaunch.contract.checks import checks, title
from darklaunch.contract.judgement import Judgement, raise_if_broken
from darklaunch.contract.measures import LOG, measure
from darklaunch.errors import ContractError
from tests.contract.profiles import profile_of

LIMITS = contract_limits(Settings())
SHARES = [each.name for each in fields(LIMITS) if each.name.endswith("_share")]


@pytest.mark.parametrize("name", SHARES)
@pytest.mark.parametrize("value", [-0.01, 1.01])
def test_a_share_lies_between_nothing_and_all(name, value):
    with pytest.raises(ValueError, match=f"{name}: found {value}, wanted a number from 0 to 1"):
        replace(LIMITS, **{name: value})
    assert getattr(replace(LIMITS, **{name: 0.0}), name) == 0.0
    assert getattr(replace(LIMITS, **{name: 1.0}), name) == 1.0


def test_fewer_rows_than_none_can_not_be_wanted():
    with pytest.raises(ValueError, match="minimum_rows: found -1, wanted a whole number of at least 0"):
        replace(LIMITS, minimum_rows=-1)
    assert replace(LIMITS, minimum_rows=0).minimum_rows == 0


@pytest.mark.parametrize(("success", "findings"), [(True, ("a", "b")), (False, ())])
def test_a_judgement_succeeds_or_has_findings(success, findings):
    with pytest.raises(ValueError, match=f"success: found {success} with {len(findings)} findings, wanted one or the"):
        Judgement(success=success, expectations=(), findings=findings, result={})


def test_what_is_asked_of_the_whole_log_is_titled_so():
    assert (title(LOG), title("shadow")) == ("capture log", "shadow")


def test_of_a_log_without_rows_nothing_is_asked_but_rows():
    log, *_ = measure([])
    assert [(check.column, check.found) for check in checks(log, LIMITS)] == [("rows", "0 rows")]


def test_a_judgement_with_findings_is_refused_with_a_line_each():
    good = Judgement(success=True, expectations=(), findings=(), result={})
    raise_if_broken(good)
    with pytest.raises(ContractError) as refusal:
        raise_if_broken(replace(good, success=False, findings=("shadow: a", "shadow: b")))
    assert str(refusal.value) == "shadow: a\nshadow: b"


def test_what_one_part_does_not_know_is_taken_from_the_other():
    known = replace(profile_of("shadow", 4), maximum_status=200, releases=["1"])
    unknown = replace(known, minimum_status=None, maximum_status=None, first_captured_at=None, releases=["2"])
    for both in (known.merged(unknown), unknown.merged(known)):
        assert (both.minimum_status, both.maximum_status, both.first_captured_at) == (200, 200, known.first_captured_at)
        assert (both.rows, both.releases) == (8, ["1", "2"])
    neither = unknown.merged(unknown)
    assert (neither.minimum_status, neither.first_captured_at) == (None, None)


def test_of_both_parts_the_extremes_are_taken():
    low, high = profile_of("shadow", 4), replace(profile_of("shadow", 1), minimum_status=300, maximum_status=599)
    for both in (low.merged(high), high.merged(low)):
        assert (both.minimum_status, both.maximum_status) == (200, 599)
