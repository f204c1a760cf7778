"""A slice as people read it."""

from dataclasses import replace

import pytest

from darklaunch.publish.report.json import read_verdict
from darklaunch.publish.slice_text import slice_text
from darklaunch.triage.cause_report import CauseEndpoint, Facet, SliceReport
from tests.publish import sample, sample_causes

CAUSE = (read_verdict(sample.full() | {"causes": sample_causes.causes()}).window.causes or ())[0]


@pytest.mark.parametrize(
    ("facet", "name", "value", "expected"),
    [
        ("attribute", "region", "eu", "have the attribute region = eu"),
        ("query", "locale", "de", "have the query parameter locale = de"),
        ("header", "accept", "a\x1b[31m", r"have the request header accept = a\x1b[31m"),
        ("status", None, "4", "were answered by production with 4xx"),
        (
            "hours",
            None,
            "2026-03-02T02:00:00Z/2026-03-02T04:00:00Z",
            "came from 2026-03-02 02:00 UTC to 2026-03-02 04:00 UTC",
        ),
    ],
)
def test_it_is_one_sentence(facet, name, value, expected):
    counts = {"inside": 98, "inside_of": 100, "outside": 3, "outside_of": 100}
    shares = {"share_inside": 0.98, "share_outside": 0.03, "log_p": -9.0}
    report = SliceReport(facet=Facet(facet), name=name, value=value, **counts, **shares)
    assert slice_text(replace(CAUSE, endpoints=()), report).text == f"98.0 % of them {expected}, 3.00 % of the rest"


def test_it_names_its_endpoint_where_the_cause_has_several():
    counts = {"inside": 98, "inside_of": 100, "outside": 3, "outside_of": 100, "log_p": -9.0}
    report = SliceReport(
        facet=Facet.ATTRIBUTE,
        name="region",
        value="eu",
        share_inside=0.98,
        share_outside=0.03,
        endpoint="GET /b\x1b",
        **counts,
    )
    two = tuple(CauseEndpoint(endpoint=name, requests=9, share=0.1) for name in ("GET /a", "GET /b\x1b"))
    text = slice_text(replace(CAUSE, endpoints=two), report).text
    assert text == r"98.0 % of them at GET /b\x1b have the attribute region = eu, 3.00 % of the rest"
