"""The page of a large service: short enough to open, soon written, and true about what it leaves out."""

import json
import time

import pytest

from darklaunch.publish.html import render_html
from tests.publish import sample
from tests.publish.page import Page
from tests.publish.sample_endpoints import difference, dimension, entry


def example(place: int) -> dict[str, str]:
    values = (json.dumps({"sku": f"sku-{place}", "price": {"amount": f"12.{cents}"}}) for cents in (30, 31))
    return dict(zip(("request_id", "production", "shadow"), (f"request-{place}", *values), strict=True))


def service(endpoints: int, causes: int):
    """Every endpoint differs at 20 paths and is scored on five dimensions."""
    made = sample.full()
    first = made["causes"][0]
    made["endpoints"] = [
        entry(
            f"GET /service-{place % 17}/resource-{place}/{{id}}",
            ("block", "hold", "promote", "promote")[place % 4],
            200 + 97 * place,
            place % 50,
            reasons=[f"Lower bound of the excess 0.96 % is above the tolerated 0.10 % at endpoint {place}."] * 2,
            dimensions=[dimension(name) for name in ("body", "status", "lat_p50", "lat_p95", "lat_p99")],
            differences=[
                difference(f"$.body.items[*].member_{path}", "value_changed", 40, 0.01, example=example(path))
                for path in range(20)
            ],
        )
        for place in range(endpoints)
    ]
    brief = {"slices": [], "transitions": [], "examples": [], "detailed": False}
    made["causes"] = [first | {"id": f"{place:012x}"} | (brief if place >= 30 else {}) for place in range(causes)]
    return sample.report(made)


@pytest.mark.slow
def test_500_endpoints_fit_into_3_mb():
    assert len(render_html(service(500, 500)).encode()) < 3_000_000


@pytest.mark.long
def test_5000_endpoints_and_1000_causes_are_written_in_20_seconds():
    report = service(5_000, 1_000)
    began = time.monotonic()
    text = render_html(report)
    assert time.monotonic() - began < 20
    assert len(text.encode()) < 3_000_000
    page = Page(text)
    assert len([each for each in page.all("tr") if "data-verdict" in each]) == 500
    assert "Here are 500 of 5,000 endpoints" in page.text
    assert "The first 30 are told in full." in page.text
