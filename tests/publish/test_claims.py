"""What bounds and confidences claim."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from darklaunch.publish.claims import confidence_claim, rarely, regression_claim
from tests.publish import sample


@pytest.mark.parametrize(
    ("level", "said"),
    [
        (0.95, "at most once in 20 such launches"),
        (0.99, "at most once in 100 such launches"),
        (0.999, "at most once in 1,000 such launches"),
        (0.5, "at most once in 2 such launches"),
        (0.97, "in at most 3.00 % of such launches"),
    ],
)
def test_a_level_is_said_as_how_rarely_it_misleads(level, said):
    assert rarely(level) == said


@given(st.floats(0.001, 1))
def test_a_confidence_never_claims_more_than_it_holds(value):
    said = confidence_claim(sample.report_of(sample.entry("GET /", "hold", 1000, 1, confidence=value)))
    shown = float(re.search(r"is (?:above )?([\d.]+) %", said).group(1))
    misled = float(re.search(r"in (?:at most|less than) ([\d.]+) % of such launches", said).group(1))
    assert shown <= 100 * value + 1e-9
    assert misled >= 100 * (1 - value) - 1e-9
    assert shown + misled == pytest.approx(100)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.0, "There is no evidence for a promotion: confidence to promote is 0 %."),
        (0.0004, "Confidence to promote is below 0.1 %: "),
        (
            0.97312,
            "Confidence to promote is 97.3 %: a release that is in truth as bad as tolerated or worse would ever ",
        ),
        (0.97312, "would ever get that far in at most 2.7 % of such launches, however often anybody looks."),
        (1.0, "Confidence to promote is above 99.99 %: "),
        (1.0, "in less than 0.01 % of such launches"),
    ],
)
def test_a_confidence_is_said_as_what_a_bad_release_would_reach(value, said):
    assert said in confidence_claim(sample.report_of(sample.entry("GET /", "hold", 1000, 1, confidence=value)))


def test_a_confidence_that_nobody_knows_says_why():
    entry = sample.entry("GET /", "hold", 1000, 1, confidence=None, confidence_reason="nothing was compared")
    assert confidence_claim(sample.report_of(entry)) == "Confidence to promote can't be said: nothing was compared."


def test_a_confidence_over_several_dimensions_names_them():
    dimensions = [sample.dimension(name) for name in ("body", "status", "lat_p95")]
    report = sample.report_of(sample.entry("GET /", "hold", 1000, 1, dimensions=dimensions, regression_confidence=0.9))
    assert "as bad as tolerated or worse in any of responses, server errors and latency at p95 would ever" in (
        confidence_claim(report)
    )
    assert "as good as tolerated or better in all of responses, server errors" in regression_claim(report)
