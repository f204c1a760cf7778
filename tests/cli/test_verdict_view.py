"""What the command line prints at the end."""

import io
import re

import pytest
from rich.cells import cell_len
from rich.console import Console

from darklaunch.cli.verdict_view import print_summary
from tests.publish import sample


def printed(verdict, *, terminal=False, width=80, encoding="utf-8", mlflow_hint="mlflow ui"):
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding=encoding, newline="")
    console = Console(file=file, force_terminal=terminal, width=width, color_system="standard" if terminal else None)
    print_summary(sample.report(verdict), console=console, page="out/launches/x/report.html", mlflow_hint=mlflow_hint)
    file.flush()
    return raw.getvalue().decode(encoding)


def test_a_file_gets_plain_lines_one_for_each_endpoint():
    text = printed(sample.full())
    assert "\x1b" not in text
    lines = text.splitlines()
    assert lines[0] == (
        "BLOCK  checkout-v2, 2.13.0 to 2.14.0-rc1, look 7, 2026-05-07 00:00 UTC to 2026-05-08 00:00 UTC"
    )
    assert re.sub("  +", "  ", lines[3]) == (
        "block  POST /orders  pairs 24,120  differ 702  excess 0.96 to 5.84 %  confidence none  needed -  "
        "latency -  by -"
    )
    assert lines[-5] == (
        "cause  000000000186  high  390 (1.62 %)  $.body.total.amount type changed and 2 more paths  "
        "at POST /orders and 2 more endpoints"
    )
    assert len(lines) == 1 + 2 + 6 + 1 + 3 + 2


def test_the_fleet_comes_last_with_the_reasons_on_top():
    text = printed(sample.full())
    assert text.index("- POST /orders is blocked") < text.index("block    POST /orders")
    assert re.search("block    all endpoints +pairs 268,020 ", text)


def test_off_a_terminal_figures_stand_below_each_other_where_names_are_short():
    lines = [line for line in printed(sample.full()).splitlines() if "  pairs " in line]
    short = [line for line in lines if sample.LONG not in line]
    assert len(short) == len(lines) - 1
    for heading in ("pairs", "differ", "excess", "confidence", "needed", "latency", "by"):
        assert len({line.index(f"  {heading} ") for line in short}) == 1


@pytest.mark.parametrize("width", [60, 80, 100, 140])
def test_a_terminal_is_never_written_wider_than_it_is(width):
    console = Console(width=width, force_terminal=True, color_system=None, file=io.StringIO())
    print_summary(sample.report(sample.crowd(40)), console=console, page="r", mlflow_hint=None)
    assert max(cell_len(line) for line in console.file.getvalue().splitlines()) <= width


def test_a_terminal_gets_colours_and_words():
    text = printed(sample.full(), terminal=True)
    assert "\x1b[1;31mBLOCK" in text
    assert "promote" in text


def test_long_names_break_at_a_slash():
    assert "GET /service-13" in printed(sample.crowd(30), terminal=True)


def test_twenty_endpoints_are_shown_and_the_rest_counted():
    lines = printed(sample.crowd(26)).splitlines()
    assert "and 12 more endpoints, all in the report" in lines
    assert sum(line.startswith(("block ", "hold ", "promote ")) for line in lines) == 20 + 1


def test_strings_from_traffic_neither_style_nor_move_the_cursor():
    made = sample.smallest()
    made["endpoints"][0]["endpoint"] = "GET /[red]a[/red]:smile:\x1b[2J\r\u202e[/]"
    made["reasons"] = ["[bold]x[/bold] \x1b]0;title\x07"]
    made["launch"]["name"] = "[link=http://x]y[/link]\x9b31m"
    text = printed(made, width=200)
    assert "GET /[red]a[/red]:smile:\\x1b[2J\\r\\u202e[/]" in text
    assert "- [bold]x[/bold] \\x1b]0;title\\x07" in text
    assert "[link=http://x]y[/link]\\x9b31m" in text
    assert "\x1b[2J" not in printed(made, terminal=True, width=200)


def test_causes_are_told_with_what_is_probably_meant_and_strings_from_traffic_do_nothing():
    made = sample.full()
    hostile = "[red]a[/red]\x1b[2J\u202e"
    everywhere = [{"endpoint": f"GET /{n}{hostile}", "requests": 9, "share": 1.0} for n in range(7)]
    marks = {"endpoints": everywhere, "systematic": True, "probably_meant": True}
    causes = [sample.cause(everywhere[0]["endpoint"], f"$.{hostile}", "missing", 63, 63, **marks)]
    made["causes"] = [*causes, *(sample.cause("GET /x", "$.a", "extra", n, 100) for n in range(1, 7))]
    for terminal in (True, False):
        text = printed(made, terminal=terminal, width=200)
        assert "$.[red]a[/red]\\x1b[2J\\u202e missing" in text
        assert "and 6 more endpoints, systematic, probably meant" in text
        assert "and 2 more causes, all in the report" in text
        assert f"darklaunch rules accept {63:012x} --why TEXT" in text
        assert "\x1b[2J" not in text


def test_what_the_encoding_can_not_carry_is_escaped():
    made = sample.smallest()
    made["endpoints"][0]["endpoint"] = "GET /商品"
    assert "GET /\\u5546\\u54c1" in printed(made, encoding="ascii")


def test_the_places_of_report_and_mlflow_are_whole_lines():
    text = printed(sample.full(), terminal=True, width=40)
    assert "report  out/launches/x/report.html" in text
    assert "mlflow  mlflow ui" in text
    assert "mlflow" not in printed(sample.full(), mlflow_hint=None)


def test_a_run_without_endpoints_prints():
    assert "hold     all endpoints  pairs 0" in printed(sample.nothing())
    assert "all endpoints" in printed(sample.nothing(), terminal=True)


@pytest.mark.parametrize("terminal", [False, True])
def test_a_rule_that_settled_nothing_is_named_with_the_likely_reason(terminal):
    verdict = sample.full()
    verdict["rules"][1]["unused"] = "nothing differs at its path"
    text = " ".join(printed(verdict, terminal=terminal).split())
    assert "rule unordered $.body.tags settled nothing: nothing differs at its path" in text
    assert text.count("settled nothing") == 1
