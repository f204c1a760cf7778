"""JSON text that is several documents, or too much to be read."""

import pytest

from darklaunch.diff.values.json_text import BodyTooLargeError, parse_documents, parse_exact


def test_one_document_or_none_is_not_several():
    assert parse_documents("[1]\n[2]") == [[1], [2]]
    assert parse_documents("\x1e[1]") is None
    assert parse_documents(" ") is None


@pytest.mark.parametrize(
    ("last", "reason"),
    [
        ("[" * 100_000, "nested too deeply"),
        ("[" * 501 + "]" * 501, "nested too deeply"),
        ("[1e9999999999999999999]", "a number with an exponent beyond all bounds"),
    ],
    ids=["never closed", "501 levels", "an exponent"],
)
@pytest.mark.parametrize("lead", ["", "[1]\n"], ids=["alone", "behind another"])
def test_a_document_that_is_too_much_is_refused_alone_and_behind_another(lead, last, reason):
    with pytest.raises(BodyTooLargeError, match=f"^{reason}$"):
        parse_documents(lead + last) if lead else parse_exact(last)


def test_arrays_side_by_side_are_not_nested():
    assert parse_exact("[" + ",".join(["[]"] * 600) + "]") == [[]] * 600
    assert parse_documents("[]" * 600) == [[]] * 600
