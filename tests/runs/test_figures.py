import numpy as np
import pytest

from darklaunch.runs.figures import MOST_ROWS, confidence_figure, latency_figure
from tests.publish import sample

DOLLARS = "GET /$\\nonsense{$/{id}"


def _labels(figure):
    return [label.get_text() for label in figure.axes[0].get_yticklabels()]


@pytest.mark.parametrize("verdict", [sample.full(), sample.smallest(), sample.nothing()])
def test_every_run_can_be_drawn_with_the_fleet_first(verdict):
    figure = confidence_figure(sample.report(verdict))
    assert figure._repr_png_().startswith(b"\x89PNG")
    assert len(_labels(figure)) == 1 + len(verdict["endpoints"])
    assert _labels(figure)[0] == "all endpoints"


def test_of_many_endpoints_the_worst_are_drawn_and_the_title_says_so():
    figure = confidence_figure(sample.report(sample.crowd(100)))
    assert len(_labels(figure)) == 1 + MOST_ROWS
    assert _labels(figure)[1] == "POST /orders"
    assert figure.get_suptitle() == "checkout-v2: block (40 worst of 106 endpoints)"


def test_verdicts_differ_in_shape_as_well_as_in_colour():
    axes = confidence_figure(sample.report(sample.full())).axes[1]
    looks = {(line.get_marker(), line.get_color()) for line in axes.lines if len(line.get_xdata()) == 1}
    assert len(looks) == len({marker for marker, _ in looks}) == len({colour for _, colour in looks}) == 3


def test_a_name_full_of_dollars_is_no_formula():
    verdict = sample.smallest()
    verdict["endpoints"][0]["endpoint"] = DOLLARS
    assert confidence_figure(sample.report(verdict))._repr_png_()
    assert latency_figure(DOLLARS, np.array([1.0, 2.0]), np.array([2.0, 3.0]))._repr_png_()


@pytest.mark.parametrize("latencies", [[5.0], [0.0, 0.0], list(np.geomspace(0.01, 1e6, 5000))])
def test_latencies_of_any_number_and_size_can_be_drawn(latencies):
    figure = latency_figure("GET /x", np.array(latencies), np.array(latencies) * 1.5)
    assert figure._repr_png_().startswith(b"\x89PNG")


def test_the_curve_says_which_share_took_longer():
    figure = latency_figure("GET /x", np.arange(1.0, 1001.0), np.arange(2.0, 1002.0))
    curve = figure.axes[0].lines[0]
    at_500 = np.interp(500, curve.get_xdata(), curve.get_ydata())
    assert at_500 == pytest.approx(0.5, abs=0.01)
