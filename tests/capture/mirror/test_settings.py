"""Settings of the mirror can't be built wrong."""

import pytest

from darklaunch.capture.mirror.redaction.names import Redaction
from darklaunch.capture.mirror.settings import Limits, MirrorSettings, Sampling, Target

SHADOW = Target(url="http://shadow:8000")
SALT = "a secret of sixteen"


@pytest.mark.parametrize("url", ["", "shadow:80", "ftp://x", "http://", "http://u:p@h", "http://h/?q=1", "http://h/#f"])
def test_a_target_is_a_plain_url(url):
    with pytest.raises(ValueError, match="url"):
        Target(url=url)


def test_a_password_in_a_url_is_not_repeated():
    with pytest.raises(ValueError, match="url") as refused:
        Target(url="http://me:hunter2@host")
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    "wrong",
    [
        {"rate": 1.5},
        {"rate": float("nan")},
        {"rates": (("GET /x", 2.0),)},
        {"rates": (("/x", 0.5),)},
        {"rates": (("GET /x", 0.5), ("GET /x", 0.6))},
        {"salt": "short"},
        {"salt_seconds": 0},
    ],
)
def test_sampling_out_of_range_is_refused(wrong):
    with pytest.raises(ValueError, match="found"):
        Sampling(**wrong)


@pytest.mark.parametrize("name", Limits.__slots__)
def test_every_limit_is_positive(name):
    with pytest.raises(ValueError, match=name):
        Limits(**{name: 0})


@pytest.mark.parametrize(
    "wrong",
    [
        {"out": " "},
        {"safe": ("search",)},
        {"unit_header": "x-user"},
        {"unit_header": "x-user", "unit_cookie": "session", "sampling": Sampling(salt=SALT)},
        {"sampling": Sampling(by_unit=True, salt=SALT)},
        {"attributes": (("region", "cookie"),)},
        {"attributes": (("region", "x"), ("region", "y"))},
    ],
)
def test_contradictions_are_refused(wrong):
    with pytest.raises(ValueError, match="found"):
        MirrorSettings(**{"out": "captures", "shadow": SHADOW} | wrong)


@pytest.mark.parametrize("path", ["", "user", "$", "$.", "$.a[0]", "$.a..", "$['a"])
def test_a_path_that_names_no_member_is_refused(path):
    with pytest.raises(ValueError, match="json"):
        Redaction(json=(path,))


def test_the_salt_is_not_shown():
    settings = MirrorSettings(out="c", shadow=SHADOW, sampling=Sampling(salt=SALT), unit_header="x-user")
    assert SALT not in repr(settings)
