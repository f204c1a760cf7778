"""The tables of `rules check`: totals, then what is hidden, in text that does nothing."""

import json

import pytest

from darklaunch.cli import main
from darklaunch.cli.check_view import check_table
from tests.cli.conftest import detection


@pytest.mark.usefixtures("requests")
def test_rules_check_prints_the_tables(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")
    assert main.main(["rules", "check"]) == 0
    assert capsys.readouterr().out == check_table(detection())
    assert main.main(["rules", "check", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == detection().as_dict()


def test_totals_come_first_and_then_what_each_rule_hides():
    lines = check_table(detection()).splitlines()
    assert lines[0] == "1 rule against faults planted in 4 shadow responses of 1 endpoint"
    assert any(line.split() == ["ruled", "paths,", "values", "4", "100", "%", "75", "%"] for line in lines)
    assert any(line.split() == ["other", "paths,", "high", "severity", "0", "-", "-"] for line in lines)
    (hidden,) = [line for line in lines if "ignore $.body.*" in line]
    assert hidden.split()[:4] == ["high", "nulled", "GET", "/x"]


def test_names_of_strangers_do_nothing():
    text = check_table(detection(endpoint="GET /[red]x\x1b[2J", path="$.body['\u202e']", rule="ignore \x9b31m"))
    assert "GET /[red]x\\x1b[2J" in text
    assert text.replace("\n", "").isprintable()


def test_rules_that_hide_nothing_are_said_to():
    assert "No rule hides a fault." in check_table(detection(paths=0))


def test_more_than_a_screen_of_them_is_counted():
    assert "and 3 more, all in --json" in check_table(detection(paths=43))
