"""The funnel: what a row's box means, and what it does with a log that changed."""

from dataclasses import replace

import pytest

from darklaunch.capture.arm import Arm
from darklaunch.errors import ContractError
from darklaunch.pair.funnel import Box, Fate, OutcomeCount, funnel
from darklaunch.pair.outcome import Outcome
from tests.contract.profiles import profile_of


def count(outcome, production, shadow=0, *, duplicates=0):
    return OutcomeCount(
        outcome=outcome,
        requests=max(production, shadow),
        conflicting=1,
        joined={Arm.PRODUCTION: production, Arm.SHADOW: shadow, Arm.BASELINE: 0},
        duplicates={Arm.PRODUCTION: duplicates, Arm.SHADOW: 0, Arm.BASELINE: 0},
        baseline_in_window=0,
    )


OUTCOMES = [count(Outcome.EQUAL, 5, 5, duplicates=2), count(Outcome.MISMATCH, 2, 2), count(Outcome.SHADOW_MISSING, 3)]
PROFILES = [
    profile_of("production", 12),
    profile_of("shadow", 7),
    profile_of("shadow", 4, "bad_status"),
    profile_of("canary", 9, "unknown_arm"),
]


def test_every_row_lies_in_one_box():
    boxes = funnel(OUTCOMES, iter(PROFILES))
    assert boxes.paired == 7
    assert boxes.read == {Arm.PRODUCTION: 12, Arm.SHADOW: 11, Arm.BASELINE: 0}
    assert {box.value: number for box, number in boxes.requests.items() if number} == {
        "paired": 7,
        "shadow_missing": 3,
        "duplicates": 2,
        "quarantined": 13,
    }
    assert boxes.rows[Box.QUARANTINED] == {Arm.PRODUCTION: 0, Arm.SHADOW: 4, Arm.BASELINE: 0}


def test_baseline_rows_of_no_request_are_those_that_were_not_joined_as_a_copy_either():
    with_baseline = replace(
        count(Outcome.EQUAL, 5, 5),
        joined={Arm.PRODUCTION: 5, Arm.SHADOW: 5, Arm.BASELINE: 5},
        duplicates={Arm.PRODUCTION: 0, Arm.SHADOW: 0, Arm.BASELINE: 2},
        baseline_in_window=7,
    )
    profiles = [profile_of("production", 5), profile_of("shadow", 5), profile_of("baseline", 11)]
    boxes = funnel([with_baseline], [*profiles[:2], replace(profiles[2], rows_in_window=8)])
    assert boxes.rows[Box.PRODUCTION_MISSING][Arm.BASELINE] == 1
    assert boxes.rows[Box.OTHER_WINDOW][Arm.BASELINE] == 3


def test_a_log_that_changed_between_two_readings_is_refused():
    with pytest.raises(ContractError) as refusal:
        funnel(OUTCOMES, [profile_of("production", 13), *PROFILES[1:]])
    assert str(refusal.value) == (
        "captures: found rows {'production': 13, 'shadow': 11, 'baseline': 0} and then {'production': 12, 'shadow': "
        "11, 'baseline': 0}: the log changed while it was read; run again"
    )


def test_counts_of_parts_add_up():
    some, more = count(Outcome.EQUAL, 5, 4, duplicates=2), count(Outcome.EQUAL, 3, 1, duplicates=4)
    both = replace(some, baseline_in_window=2).merged(replace(more, baseline_in_window=6))
    assert both == OutcomeCount(
        outcome=Outcome.EQUAL,
        requests=8,
        conflicting=2,
        joined={Arm.PRODUCTION: 8, Arm.SHADOW: 5, Arm.BASELINE: 0},
        duplicates={Arm.PRODUCTION: 6, Arm.SHADOW: 0, Arm.BASELINE: 0},
        baseline_in_window=8,
    )


def test_every_box_has_a_meaning_and_belongs_to_a_fate():
    assert {box.fate for box in Box} == set(Fate)
    assert len({box.meaning for box in Box}) == len(Box)
    assert [fate.meaning for fate in Fate] == ["paired", "an arm is missing", "no usable answer", "set aside"]
    assert [box.value for box in Box if box.fate is Fate.MISSING] == ["shadow_missing", "production_missing"]
