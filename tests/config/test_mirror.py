"""The mirror's file and its values."""

from pathlib import Path

import pytest

from darklaunch.capture.mirror.redaction.names import Redaction
from darklaunch.capture.mirror.settings import Limits, MirrorSettings, Sampling, Target
from darklaunch.config.mirror import load_mirror
from darklaunch.errors import ConfigError

LEAST = ("production.url=http://p", "shadow.url=http://s", "out=captures")


def test_what_is_not_said_is_the_default_of_the_values():
    plan = load_mirror(overrides=LEAST)
    assert plan.production == Target(url="http://p")
    assert plan.settings == MirrorSettings(out="captures", shadow=Target(url="http://s"))


def test_every_key_reaches_its_value(tmp_path):
    path = Path(tmp_path / "mirror.yaml")
    path.write_text("""
production: {url: "http://p", release: "1"}
shadow: {url: "http://s", release: "2"}
baseline: {url: "http://b"}
out: captures
sampling: {rate: 0.5, rates: {"GET /x": 0.1}, by_unit: true, salt: a secret of sixteen, salt_period: 1h}
redaction: {headers: [x-a], query: [q], json_paths: [$.a]}
limits:
  {copy_time: 1s, copies_at_once: 2, waiting_copies: 3, memory_bytes: 4, body_bytes: 5, breaker_failures: 6,
   breaker_time: 7s, rotate_time: 8s, rotate_bytes: 9, drain_time: 10s}
safe_endpoints: [POST /search]
endpoints: [{template: "/x", name: "/y"}]
unit_header: x-user
attributes: {region: x-region}
keep_host: false
""")
    assert load_mirror(conf=path).settings == MirrorSettings(
        out="captures",
        shadow=Target(url="http://s", release="2"),
        baseline=Target(url="http://b"),
        production_release="1",
        sampling=Sampling(
            rate=0.5, rates=(("GET /x", 0.1),), by_unit=True, salt="a secret of sixteen", salt_seconds=3600.0
        ),
        limits=Limits(
            copy_seconds=1.0,
            copies_at_once=2,
            waiting_copies=3,
            memory_bytes=4,
            body_bytes=5,
            breaker_failures=6,
            breaker_seconds=7.0,
            rotate_seconds=8.0,
            rotate_bytes=9,
            drain_seconds=10.0,
        ),
        redaction=Redaction(headers=("x-a",), query=("q",), json=("$.a",)),
        safe=("POST /search",),
        templates=(("/x", "/y"),),
        unit_header="x-user",
        attributes=(("region", "x-region"),),
        keep_host=False,
    )


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("sampling.rat=1", "did you mean 'rate'"),
        ("sampling.rate=2", "wanted a number from 0 to 1"),
        ("shadow.url=ftp://x", "wanted http://host:port"),
        ("redaction.json_paths=[a]", "wanted a path such as"),
        ("unit_header=x-user", "sampling.salt"),
    ],
)
def test_what_is_wrong_is_said(override, said):
    with pytest.raises(ConfigError, match=said):
        load_mirror(overrides=(*LEAST, override))


def test_what_is_missing_is_said():
    with pytest.raises(ConfigError, match="shadow: found nothing"):
        load_mirror(overrides=("production.url=http://p", "out=c"))
