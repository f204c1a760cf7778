"""Two hundred hostile strings on every page, opened: nothing runs, nothing is asked for, nothing overflows."""

import pytest

from darklaunch.publish.html import render_html
from darklaunch.publish.index import render_index
from darklaunch.publish.look import look_of
from darklaunch.runs.changes import changes
from darklaunch.runs.differences import as_listed
from darklaunch.runs.pages.changes import render_changes
from tests.publish import sample
from tests.publish.export import hostile
from tests.publish.looks import verdict_of
from tests.publish.test_index import hostile_launch

pytestmark = pytest.mark.long

OVERFLOWING = """() => {
    const wide = document.documentElement.clientWidth;
    const scrolls = (element) => element && (["auto", "hidden"].includes(getComputedStyle(element).overflowX)
        || scrolls(element.parentElement));
    return [...document.body.querySelectorAll("*")].filter((each) => {
        const box = each.getBoundingClientRect();
        return box.width && (box.right > wide + 1 || box.left < -1) && !scrolls(each.parentElement);
    }).slice(0, 5).map((each) => each.outerHTML.slice(0, 200));
}"""


def changed():
    before, after = sample.report(verdict_of(6)), sample.report(hostile.verdict())
    return render_changes(before, after, changes(as_listed(before), as_listed(after)))


PAGES = {
    "report": lambda: render_html(
        sample.report(hostile.verdict()), [look_of(sample.report(hostile.verdict() | {"look": 6, "causes": []}))]
    ),
    "changes": changed,
    "index": lambda: render_index([hostile_launch(text) for text in hostile.strings()], 0),
}


@pytest.fixture(scope="module", params=PAGES)
def text(request):
    return PAGES[request.param]()


@pytest.mark.parametrize("width", [1440, 390])
def test_they_are_shown_and_do_nothing(opened, text, width):
    page = opened(text, viewport={"width": width, "height": 900})
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.evaluate(OVERFLOWING) == []
    assert page.locator("script, iframe, img, object, embed, base, link").count() <= 1
