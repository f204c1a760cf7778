"""XML and HTML as trees: charsets and names that nobody knows."""

import pytest

from darklaunch.diff.http.markup import parse_html, parse_xml
from darklaunch.diff.http.parsed_body import Binary, Json, Undecodable, Unparsable

SCHEMA = "http://www.w3.org/2001/XMLSchema-instance"


def test_xml_of_a_charset_that_nobody_knows_is_undecodable_and_html_is_bytes():
    assert parse_xml(b"<r/>", "made-up") == Undecodable("a charset that is unknown")
    assert parse_html(b"<p>a</p>", "made-up") == Binary(b"<p>a</p>")


def test_xml_that_declares_a_charset_that_nobody_knows_is_not_well_formed():
    text = "<?xml version='1.0' encoding='made-up'?><r/>"
    assert parse_xml(text.encode(), None) == Unparsable(text)


@pytest.mark.parametrize("charset", ["viscii", "georgian-ps"])
def test_the_doctype_of_xml_in_a_charset_that_python_has_not_is_read_all_the_same(charset):
    body = f"<?xml version='1.0' encoding='{charset}'?><!DOCTYPE r [<!ENTITY x '1'>]><r>&x;</r>"
    expected = {"#doctype": "r [<!ENTITY x '1'>]", "r": {"#text": "&x;"}}
    assert parse_xml(body.encode("ascii"), None) == Json(expected, markup=True)


def test_a_type_stays_as_it_is_written_where_its_prefix_stands_for_nothing():
    body = f'<r xmlns:i="{SCHEMA}" xmlns:n="urn:x" i:type="n:T"><a i:type="m:T"/></r>'
    root = parse_xml(body.encode(), None).value["r"]
    assert root[f"@{{{SCHEMA}}}type"] == "{urn:x}T"
    assert root["a"] == [{f"@{{{SCHEMA}}}type": "m:T"}]
