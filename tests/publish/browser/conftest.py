"""Debian's Chromium, driven by Playwright; skipped where either is missing."""

import os
import shutil

import pytest

CHROMIUM = os.environ.get("DARKLAUNCH_CHROMIUM") or shutil.which("chromium")


@pytest.fixture(scope="session")
def chromium():
    api = pytest.importorskip("playwright.sync_api", reason="needs the extra browser")
    if CHROMIUM is None:
        pytest.skip("needs chromium on PATH, or DARKLAUNCH_CHROMIUM")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def opened(chromium, tmp_path):
    """Opens a page from its file; at the end it must have had nothing to complain of and nothing to fetch."""
    contexts, troubles, requests = [], [], []

    def open_page(text: str, **options):
        file = tmp_path / f"page-{len(contexts)}.html"
        file.write_text(text, encoding="utf-8")
        context = chromium.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: troubles.append(message.text))
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("request", lambda request: requests.append(request.url))
        page.goto(file.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert troubles == []
    assert [url for url in requests if not url.startswith("file:")] == []
    assert len(requests) == len(contexts)
