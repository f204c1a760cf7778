"""Verdicts of every kind, and the page of each."""

import pytest
from lxml import html

from darklaunch.publish.html import render_html
from tests.publish import sample
from tests.publish.reading import VERDICTS


@pytest.fixture(params=VERDICTS, scope="module")
def verdict(request):
    return VERDICTS[request.param]()


@pytest.fixture(scope="module")
def page(verdict):
    return html.document_fromstring(render_html(sample.report(verdict)))
