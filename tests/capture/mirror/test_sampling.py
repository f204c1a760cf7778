"""Draws are the same wherever the salt is known, and uniform."""

import pytest

from darklaunch.capture.mirror.endpoints import Endpoints
from darklaunch.capture.mirror.identity import RequestIds, cookie
from darklaunch.capture.mirror.sampling import Sampler
from darklaunch.capture.mirror.settings import MirrorSettings, Sampling, Target

SALT = "a secret of sixteen"
DAY = 86_400.0


def test_two_processes_draw_the_same():
    draws = [[Sampler(Sampling(salt=SALT)).draw(f"r{n}", 0.0) for n in range(50)] for _ in range(2)]
    assert draws[0] == draws[1]


def test_without_a_salt_nobody_can_foresee_a_draw():
    assert Sampler(Sampling()).draw("r", 0.0) != Sampler(Sampling()).draw("r", 0.0)


def test_the_drawn_requests_change_with_the_period_and_not_before():
    sampler = Sampler(Sampling(salt=SALT, salt_seconds=DAY))
    assert sampler.draw("r", 0.0) == sampler.draw("r", DAY - 1)
    assert sampler.draw("r", DAY - 1) != sampler.draw("r", DAY)


@pytest.mark.parametrize("rate", [0.01, 0.1, 0.5])
def test_the_share_of_draws_below_a_rate_is_the_rate(rate):
    sampler = Sampler(Sampling(salt=SALT))
    count = 20_000
    drawn = sum(sampler.draw(f"request-{n}", 0.0) < rate for n in range(count))
    # five standard deviations
    assert abs(drawn - count * rate) < 5 * (count * rate * (1 - rate)) ** 0.5


def test_an_endpoint_has_its_own_rate():
    sampler = Sampler(Sampling(rate=0.1, rates=(("GET /x", 0.7), ("GET /y", 0.0))))
    assert [sampler.rate(name) for name in ("GET /x", "GET /y", "GET /z", None)] == [0.7, 0.0, 0.1, 0.1]
    assert sampler.highest == 0.7


def test_a_unit_is_hidden_the_same_way_for_good_and_can_not_be_guessed():
    one, other = (Sampler(Sampling(salt=salt)) for salt in (SALT, SALT + "!"))
    assert one.hidden("user-1") == Sampler(Sampling(salt=SALT)).hidden("user-1") != one.hidden("user-2")
    assert one.hidden("user-1") != other.hidden("user-1")
    assert "user-1" not in one.hidden("user-1")


def test_the_id_that_comes_in_is_kept_and_no_two_requests_share_one():
    ids = RequestIds()
    assert ids.assign("abc-1") == "abc-1"
    again = ids.assign("abc-1")
    assert again.startswith("abc-1-")
    assert len({ids.assign(None) for _ in range(100)}) == 100


@pytest.mark.parametrize("hostile", ["", " ", "a b", "é", "x" * 129, "a\nb"])
def test_an_id_that_is_no_plain_word_is_replaced(hostile):
    assert RequestIds().assign(hostile) != hostile


def test_a_cookie_is_found_by_its_name():
    headers = (("cookie", 'a=1; session="x y"; sessions=2'), ("Cookie", "b=3"))
    assert [cookie(headers, name) for name in ("a", "session", "b", "c")] == ["1", "x y", "3", None]


def test_methods_with_side_effects_are_mirrored_only_where_the_endpoint_is_declared_safe():
    target = Target(url="http://s")
    endpoints = Endpoints(
        MirrorSettings(out="c", shadow=target, safe=("POST /search",), templates=(("/items/{id}", "/items/{id}"),))
    )
    assert endpoints.route("/items/7") == "/items/{id}"
    assert endpoints.route("/search") == "/search"
    assert endpoints.may_be_mirrored("GET", None)
    assert endpoints.may_be_mirrored("POST", "/search")
    assert not endpoints.may_be_mirrored("POST", "/items/{id}")
    assert not endpoints.may_be_mirrored("POST", None)
    assert not endpoints.might_be_mirrored("DELETE")
