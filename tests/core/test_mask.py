"""What may be seen of a value."""

import pytest

from darklaunch.core.mask import MAXIMUM_LENGTH, Masking, is_secret, show


@pytest.mark.parametrize(
    "value", ["ann@example.org", "Bearer abcdefghijkl", "4111 1111 1111 1111", 4111111111111111, "+44 20 7946 0958"]
)
def test_what_looks_secret_or_personal_is_not_shown(value):
    shown = show(value, Masking.SENSITIVE, secret=False)
    assert "[masked]" in shown
    assert str(value) not in shown


@pytest.mark.parametrize("value", ["plain", 9007199254740993, "2026-03-02T10:00:00Z", 1.25, "4111 1111 1111 1112"])
def test_what_does_not_is_shown(value):
    assert str(value) in show(value, Masking.SENSITIVE, secret=False)


@pytest.mark.parametrize("name", ["Authorization", "set-cookie", "user_password", "apiKey", "accessToken", "e-mail"])
def test_names_of_secrets_are_known(name):
    assert is_secret(("headers", name))
    assert show("s3cr3t", Masking.SENSITIVE, secret=True) == "masked text"


def test_masking_all_shows_kinds_alone_and_none_shows_everything():
    assert show("plain", Masking.ALL, secret=False) == "masked text"
    assert show(1, Masking.ALL, secret=False) == "masked number"
    assert show("ann@example.org", Masking.NONE, secret=True) == '"ann@example.org"'


def test_values_are_cut_and_containers_told_by_size():
    assert len(show("x" * 10_000, Masking.NONE, secret=False)) == MAXIMUM_LENGTH
    assert show({"a": 1}, Masking.NONE, secret=False) == "{1 members}"
