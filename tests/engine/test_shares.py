"""Tasks in shares: none lost, the order kept, few of them where they are small, and small ones at the end."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from darklaunch.engine.tasks import LARGE_BYTES, SMALL_BYTES, in_shares


def shares_of(sizes):
    tasks = [SimpleNamespace(size=size) for size in sizes]
    return tasks, in_shares(tasks, sizes)


@given(st.lists(st.integers(0, 2**30), max_size=60))
def test_shares_hold_all_tasks_in_their_order_and_none_is_too_large_but_of_one_task(sizes):
    tasks, shares = shares_of(sorted(sizes, reverse=True))
    assert [task for share in shares for task in share] == tasks
    for share in shares:
        assert len(share) == 1 or sum(task.size for task in share) <= LARGE_BYTES


@pytest.mark.parametrize(("size_mb", "count", "most"), [(0.1, 48, 1), (1.5, 48, 9), (35, 24, 14), (200, 3, 3)])
def test_shares_are_few_where_tasks_are_small_and_become_smaller(size_mb, count, most):
    _, shares = shares_of([int(size_mb * 2**20)] * count)
    lengths = [len(share) for share in shares]
    assert len(lengths) <= most
    assert lengths == sorted(lengths, reverse=True)


def test_what_is_counted_before_another_process_would_have_started_is_one_share():
    _, shares = shares_of([SMALL_BYTES // 4] * 4)
    assert len(shares) == 1
