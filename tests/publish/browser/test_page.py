"""The page in a browser: sorted, filtered, opened, copied from; with the keyboard, and without a script."""

import io
from unicodedata import normalize

import pypdf
import pytest

from darklaunch.publish.html import render_html
from darklaunch.publish.page.script import page_script
from tests.publish import sample

pytestmark = pytest.mark.long
ENDPOINTS = "#endpoints table.main tbody:last-of-type tr"
CAUSES = "#causes table.overview tbody tr"


def names(page, rows):
    return page.locator(f"{rows}:visible th .find").all_inner_texts()


@pytest.fixture
def full(opened):
    return opened(render_html(sample.report(sample.full())))


@pytest.fixture
def crowd(opened):
    return opened(render_html(sample.report(sample.crowd(30))))


def test_a_column_is_sorted_the_other_way_round_and_back(full):
    before = names(full, ENDPOINTS)
    head = full.get_by_role("columnheader", name="Pairs")
    orders = []
    for _ in range(3):
        head.get_by_role("button").click()
        orders.append((head.get_attribute("aria-sort"), names(full, ENDPOINTS)))
    assert [direction for direction, _ in orders] == ["descending", "ascending", None]
    assert orders[0][1][:2] == ["GET /items/{id}", "GET /health"]
    assert orders[1][1] == orders[0][1][::-1]
    assert orders[2][1] == before


def test_what_has_no_number_comes_last_both_ways(full):
    button = full.get_by_role("columnheader", name="Still needed").get_by_role("button")
    for _ in range(2):
        button.click()
        assert names(full, ENDPOINTS)[-1] == "POST /orders"


def test_all_endpoints_together_stay_on_top_and_the_list_of_orders_says_the_order(full):
    full.get_by_label("Order").first.select_option(label="Confidence")
    assert full.get_by_role("columnheader", name="Confidence", exact=True).get_attribute("aria-sort") == "descending"
    assert full.locator("#endpoints table.main tbody tr").first.inner_text().startswith("All endpoints together")
    assert names(full, ENDPOINTS)[0] == "GET /items/{id}"


def test_words_and_a_verdict_filter_the_table_and_the_sections_below(crowd):
    crowd.get_by_label("Find an endpoint").fill("RESOURCE-1")
    assert crowd.locator("#endpoints [role=status]").inner_text() == "11 of 36 shown"
    crowd.get_by_label("hold").check()
    shown = names(crowd, ENDPOINTS)
    assert crowd.locator("#endpoints [role=status]").inner_text() == f"{len(shown)} of 36 shown"
    assert shown == [f"GET /service-{n % 17}/resource-{n}/{{id}}" for n in (18, 15, 12)]
    assert crowd.locator("#details details[data-verdict]:visible .title").all_inner_texts() == shown


def test_causes_are_filtered_by_words_and_severity(crowd):
    crowd.locator("select.severity").select_option("high")
    assert len(names(crowd, CAUSES)) == 2
    crowd.get_by_label("Find a cause").fill("post /ord")
    assert names(crowd, CAUSES) == ["$.body.total.amount"]
    assert crowd.locator(".causes > li:visible").count() == 1


def test_a_cause_is_opened_from_the_table(crowd):
    card = crowd.locator("details.cause").filter(has=crowd.locator("#cause-14"))
    assert card.get_attribute("open") is None
    crowd.locator('a[href="#cause-14"]').click()
    assert card.get_attribute("open") is not None
    assert card.get_by_text("darklaunch rules accept").is_visible()


def test_the_keyboard_alone_sorts_and_opens(full):
    full.get_by_role("columnheader", name="Pairs").get_by_role("button").focus()
    full.keyboard.press("Enter")
    assert names(full, ENDPOINTS)[0] == "GET /items/{id}"
    full.keyboard.press("Tab")
    assert full.evaluate("document.activeElement.textContent.trim()") == "Mismatch rate"
    full.locator("#details summary").nth(1).focus()
    full.keyboard.press("Enter")
    assert full.locator("#endpoint-1").is_visible()


def test_without_a_script_everything_is_there_and_verdicts_can_still_be_filtered(opened):
    page = opened(render_html(sample.report(sample.full())), java_script_enabled=False)
    assert page.locator(".tools:visible, button:visible").count() == 0
    page.get_by_label("hold").check()
    assert page.locator(ENDPOINTS).filter(visible=True).count() == 3
    page.locator("#causes summary").first.click()
    assert page.get_by_text('curl -X POST "$HOST"').is_visible()


def test_another_script_does_not_run(chromium, tmp_path):
    text = render_html(sample.report(sample.full()))
    hostile = text.replace(f"<script>{page_script().text}", "<script>document.title = 'ran'")
    (tmp_path / "page.html").write_text(hostile, encoding="utf-8")
    page = chromium.new_page()
    page.goto((tmp_path / "page.html").as_uri())
    assert hostile != text
    assert "BLOCK" in page.title()
    page.close()


def test_nothing_of_strangers_runs_and_nothing_is_wider_than_a_phone(opened):
    page = opened(render_html(sample.report(sample.full())), viewport={"width": 390, "height": 844})
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_on_paper_each_sheet_of_the_table_has_its_headings_and_names_stay_whole(crowd):
    printed = pypdf.PdfReader(io.BytesIO(crowd.pdf(prefer_css_page_size=True)))
    # fonts join the letters of "effective"
    sheets = [normalize("NFKC", " ".join(sheet.extract_text().split())) for sheet in printed.pages]
    of_table = [sheet for sheet in sheets if " effective " in sheet and " differ " in sheet]
    assert len(of_table) > 3
    assert all("Endpoint Verdict Pairs" in sheet for sheet in of_table)
    assert "GET /service-13/resource-30/{id} hold" in " ".join(of_table)


def frame_times_ms(page):
    """The times between frames while the page is scrolled by 7,000 px a second, the shortest first."""
    return page.evaluate(
        """() => new Promise((done) => {
            const times = []; let last = performance.now(); let at = 0;
            document.documentElement.style.scrollBehavior = "auto";
            const step = (now) => {
                times.push(now - last); last = now; at += 120; scrollTo(0, at);
                times.length < 200 ? requestAnimationFrame(step) : done(times.slice(5).sort((a, b) => a - b));
            };
            requestAnimationFrame(step);
        })"""
    )


def test_a_page_of_500_endpoints_keeps_up_with_the_wheel(opened):
    times = frame_times_ms(opened(render_html(sample.report(sample.crowd(600)))))
    # the median: what else a machine does shows in the longest
    assert times[len(times) // 2] < 34
