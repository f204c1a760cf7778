import re

import pytest

from darklaunch.publish.notebook.cells import SHOWN, run_cell, table_cell
from tests.publish import sample


def test_a_run_shows_its_verdict_and_a_plot_for_each_endpoint_with_bounds():
    report = sample.report(sample.full())
    shown = run_cell(report)
    assert "checkout-v2: block" in shown
    with_bounds = [each for each in (report.fleet, *report.endpoints) if isinstance(each.excess_low, float)]
    assert len(re.findall(r'<svg [^>]*role="img"', shown)) == len(with_bounds)


@pytest.mark.parametrize("verdict", [sample.smallest(), sample.nothing()])
def test_a_run_that_has_seen_next_to_nothing_is_shown_as_well(verdict):
    assert run_cell(sample.report(verdict)).rstrip().endswith("</div>")


def test_of_many_endpoints_the_worst_are_shown_and_the_others_counted():
    shown = run_cell(sample.report(sample.crowd(100)))
    assert shown.count("<tr>") == 2 + SHOWN
    assert f"{106 - SHOWN} more endpoints" in shown


def test_texts_of_a_table_are_text():
    shown = table_cell("<b>", ["<i>"], [(sample.SCRIPT, "a\u202eb")] * (SHOWN + 1))
    assert not re.search(r"<(b|i|script)[ >]", shown.replace("<p><b>", "<p>").replace("</b></p>", ""))
    assert "\\u202e" in shown
    assert "1 more rows" in shown
