"""What axe-core finds on the pages, in light and in dark: nothing serious."""

import pytest

from darklaunch.publish.html import render_html
from darklaunch.publish.index import render_index
from darklaunch.publish.look import look_of
from tests.publish import sample
from tests.publish.looks import other_launch, verdict_of
from tests.publish.test_index import launch
from tests.runs.pages.test_changes_page import earlier, page_of

pytestmark = pytest.mark.long
PAGES = {
    "everything": lambda: render_html(
        sample.report(sample.full()), [look_of(sample.report(verdict_of(6, verdict="hold", causes=[])))]
    ),
    "many": lambda: render_html(sample.report(sample.crowd(9))),
    "nothing wrong": lambda: render_html(sample.report(sample.smallest())),
    "nothing at all": lambda: render_html(sample.report(sample.nothing())),
    "index of launches": lambda: render_index([launch(0.1, 0.9, 0.99), launch(0.5)], 2),
    "changes of two runs": lambda: page_of(earlier(), verdict_of(7)),
    "changes of two launches": lambda: page_of(verdict_of(9, launch=other_launch()), verdict_of(7)),
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("name", PAGES)
def test_nothing_serious_is_found(opened, name, width, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs the extra browser")
    page = opened(PAGES[name](), color_scheme=scheme, viewport={"width": width, "height": 900})
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    violations = axe.Axe().run(page).response["violations"]
    assert {
        each["id"]: (
            each["impact"],
            [node["html"][:200] for node in each["nodes"][:3]],
            each["nodes"][0]["failureSummary"],
        )
        for each in violations
        if each["impact"] in {"serious", "critical"}
    } == {}
