"""What the report says of learned noise."""

import pytest

from darklaunch.publish.html import render_html
from darklaunch.publish.page.script import page_script
from tests.cli.test_rules_yaml import noise
from tests.publish.sample import full, report

SCRIPT = "$.body['<script>alert(1)</script>\x1b[2J']"


@pytest.fixture
def verdict():
    members = full()
    learned = [noise(path=f"$.body.at{n}").as_dict() for n in range(2)]
    refused = [noise(path=SCRIPT, refused="the root <b>").as_dict()]
    members["noise"] = {
        "baseline": True,
        "learning": None,
        "learned": learned,
        "refused": refused,
        "refused_beyond": 4,
        "lost_hours": 0,
    }
    members["rules"] = [
        *members["rules"],
        *({**members["rules"][0], "rule": f"learned {n}", "requests": 11_111 * (n + 1)} for n in range(2)),
    ]
    return members


def test_learned_rules_are_listed_with_their_evidence_and_apart_from_the_written_ones(verdict):
    page = render_html(report(verdict))
    assert "2</span> rules learned from the baseline arm" in page
    assert "a token of 0-9 a-f, 8 characters" in page
    assert "22,222" in page
    assert "learned 1" not in page


def test_many_learned_rules_are_folded_away(verdict):
    many = [noise(path=f"$.body.at{n}").as_dict() for n in range(30)]
    verdict["noise"]["learned"] = many
    verdict["rules"] = [*verdict["rules"][:-2], *(verdict["rules"][-1] for _ in many)]
    page = render_html(report(verdict))
    assert "30</span> rules learned from the baseline arm" in page
    assert "<details open><summary><span" not in page


def test_refusals_are_listed_and_strings_of_strangers_do_nothing(verdict):
    page = render_html(report(verdict))
    assert "5</span> volatile paths still counted" in page
    assert "the root &lt;b&gt;" in page
    assert page.count("<script") == page.count(f"<script>{page_script().text}</script>") == 1
    assert "\x1b" not in page


def test_a_launch_that_still_learns_says_so(verdict):
    verdict["noise"]["learning"] = {"hours_seen": 3, "hours_wanted": 24}
    page = render_html(report(verdict))
    assert 'Noise is being learned from the baseline arm: <span class="n">3</span> of <span class="n">24</span>' in page
