"""Values of triage that can't be, and what is shown of a facet."""

import pytest

from darklaunch.diff.privacy.masking import Masking
from darklaunch.triage.facets import Facet, _display_value


@pytest.mark.parametrize(
    ("facet", "value", "shown"),
    [
        (Facet.STATUS, "503", "503"),
        (Facet.QUERY, "a%20b+c", "a b c"),
        (Facet.ATTRIBUTE, "blue", "blue"),
        (Facet.HEADER, "curl/8", "curl/8"),
    ],
)
def test_a_value_of_a_facet_is_shown_as_it_was_sent(facet, value, shown):
    assert _display_value(facet, value, Masking.NONE) == shown
