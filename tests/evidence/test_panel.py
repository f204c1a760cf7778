"""Is a launch's sample a panel of the same users, or drawn anew?"""

import datetime as dt
import random

import pyarrow as pa
import pytest

from darklaunch.decide.guards import unmet_launch_guards
from darklaunch.evidence.coverage import Coverage
from darklaunch.evidence.panel import HourSample, panel
from darklaunch.evidence.panel_store import read_panel, replace_panel
from darklaunch.storage.state import read_state
from darklaunch.window import HOUR, Window
from tests.score.test_endpoint_score import POLICY

KEPT = 50


def days(draw, count=5, hours=4):
    """Samples of some days; ``draw(day, hour)`` gives the units of an hour."""
    samples = {}
    for day in range(count):
        for hour in range(hours):
            units = sorted(draw(day, hour))
            sample = HourSample(units=frozenset(units[:KEPT]), complete=len(units) <= KEPT, sample_rate=0.01)
            samples.setdefault(day, []).append(sample)
    return samples


def hashes(chance, count):
    return [chance.getrandbits(63) for _ in range(count)]


@pytest.mark.parametrize("size", [40, 4000])
def test_the_same_users_every_day_are_a_panel(size):
    chance = random.Random(1)
    users = hashes(chance, size)
    samples = panel(days(lambda _day, _hour: chance.sample(users, size * 9 // 10)))
    assert samples.returning > 0.9
    assert samples.is_fixed
    assert (
        "sampled on an earlier day"
        in unmet_launch_guards(POLICY, Coverage(hours=24, missing_hours_of_day=(), panel=samples))[0]
    )


def test_users_that_are_drawn_anew_are_none():
    chance = random.Random(2)
    users = hashes(chance, 50_000)
    samples = panel(days(lambda _day, _hour: chance.sample(users, 500)))
    assert samples.returning < 0.3
    assert not samples.is_fixed
    assert unmet_launch_guards(POLICY, Coverage(hours=24, missing_hours_of_day=(), panel=samples)) == []


def test_sessions_never_return():
    chance = random.Random(3)
    assert panel(days(lambda _day, _hour: hashes(chance, 300))).returning == 0


def test_a_few_days_or_units_tell_nothing():
    chance = random.Random(4)
    assert panel(days(lambda _day, _hour: hashes(chance, 300), count=2)) is None
    assert panel(days(lambda _day, _hour: hashes(chance, 3))) is None


@pytest.mark.parametrize(("hours", "returning"), [(96, 0.0), (73, 0.0), (72, 1.0), (48, None)])
def test_hours_from_a_moment_on_tell_nothing_of_the_days_before(hours, returning, tmp_path):
    start, chance = dt.datetime(2026, 3, 2, tzinfo=dt.timezone.utc), random.Random(5)
    users, strangers = sorted(hashes(chance, 40)), sorted(hashes(chance, 40))
    rows = [
        {"bucket": start + hour * HOUR, "unit": unit, "sample_rate": 0.01}
        for hour in range(0, 96, 8)
        for unit in (users if hour < 72 else strangers)
    ]
    schema = pa.schema([("bucket", pa.timestamp("us", "UTC")), ("unit", pa.int64()), ("sample_rate", pa.float64())])
    window = Window(start=start, end=start + 96 * HOUR)
    state = replace_panel(read_state(tmp_path), window, pa.Table.from_pylist(rows, schema=schema))
    found = read_panel(state, start + hours * HOUR, KEPT)
    assert (found and found.returning) == returning
