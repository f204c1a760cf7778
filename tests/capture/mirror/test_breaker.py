"""The breaker opens, waits, lets one try, and closes."""

from darklaunch.capture.mirror.budget import Budget
from darklaunch.capture.mirror.copying.breaker import Breaker


def test_it_opens_after_failures_in_a_row_and_lets_one_copy_try_when_its_time_is_over():
    now = [0.0]
    breaker = Breaker(3, 30.0, lambda: now[0])
    breaker.failed()
    breaker.failed()
    breaker.succeeded()
    for _ in range(3):
        assert breaker.lets_through()
        breaker.failed()
    assert not breaker.lets_through()
    now[0] = 30.0
    assert [breaker.lets_through() for _ in range(3)] == [True, False, False]
    breaker.failed()
    now[0] = 59.0
    assert not breaker.lets_through()
    now[0] = 60.0
    assert breaker.lets_through()
    breaker.succeeded()
    assert breaker.lets_through()
    assert breaker.lets_through()


def test_a_budget_gives_what_it_has_and_no_more():
    budget = Budget(10)
    assert budget.take(7)
    assert not budget.take(4)
    budget.give(7)
    assert budget.take(10)
    assert budget.free_bytes == 0
