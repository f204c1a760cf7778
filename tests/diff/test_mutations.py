"""Every byte of a body changed: a difference is told, or the two mean the same by what the page on rules leaves out."""

import json
import re
from xml.etree import ElementTree

import pytest

from darklaunch.diff.compare import compare
from darklaunch.diff.difference import Compared, Incomparable
from darklaunch.diff.http.response import Response
from darklaunch.diff.privacy.masking import Masking
from darklaunch.diff.rule_index import RuleIndexes
from darklaunch.diff.rules.rule_set import RuleSet

NO_RULES = RuleIndexes(RuleSet([])).at("GET /x")
CHANGES = {
    "another bit": lambda raw, at: raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :],
    "gone": lambda raw, at: raw[:at] + raw[at + 1 :],
    "twice": lambda raw, at: raw[:at] + raw[at : at + 1] + raw[at:],
    "a blank before": lambda raw, at: raw[:at] + b" " + raw[at:],
    "a letter for it": lambda raw, at: raw[:at] + b"q" + raw[at + 1 :],
}
JSON = '{"id": 17, "name": "Zoë  B", "tags": ["a", "b"], "o": {"n": null, "t": true, "f": -1.50e2, "u": "\\u00e9:"}}'
SAMPLES = {
    "application/json": JSON,
    "application/x-ndjson": '{"a": 1}\n{"a": [2, "x y"]}\n',
    "application/x-www-form-urlencoded": "a=1&b=x+y&c=%C3%A9&a=2",
    "text/event-stream": 'event: up\nid: 7\ndata: {"a": 1}\n\ndata: two\ndata: lines\n\nretry: 100\ndata: [DONE]\n\n',
    "application/xml": (
        '<!DOCTYPE r [<!ENTITY e "x">]>\n<?p q?>\n<r xmlns:n="urn:n" a="1"><n:b>t &amp; u </n:b><c> </c>'
        "<d>see <i>this</i> now &e;</d></r>"
    ),
    "text/html": (
        '<!DOCTYPE html><html lang="en"><head><title>A b</title><script>go( 1 );</script></head>'
        '<body><p class="x">Sum <b>3</b> pcs</p><pre>a\n  b</pre><textarea>c </textarea></body></html>'
    ),
    "multipart/mixed; boundary=xx": (
        '--xx\r\ncontent-type: application/json\r\n\r\n{"a": 1}\r\n--xx\r\ncontent-id: 2\r\n\r\nhello you\r\n--xx--\r\n'
    ),
}


def tells(media_type, production, shadow):
    headers = (("content-type", media_type),)
    outcome = compare(Response(200, headers, production), Response(200, headers, shadow), NO_RULES, Masking.NONE)
    return isinstance(outcome, Incomparable) or (isinstance(outcome, Compared) and outcome.mismatch)


def plain_json(raw):
    """The value without the library, as pairs of members; the text where it is no JSON."""
    try:
        return repr(json.loads(raw, parse_float=float, object_pairs_hook=lambda pairs: sorted(pairs, key=repr)))
    except ValueError:
        return raw


def plain_lines(raw):
    return [plain_json(line) for line in raw.split(b"\n") if line.strip(b" ")]


def plain_form(raw):
    fields = [field.partition(b"=") for field in raw.split(b"&") if field]
    read = [(unescaped(name), unescaped(value)) for name, _, value in fields]
    # of fields with other names the order is left out
    return sorted(read, key=lambda field: field[0])


def unescaped(raw):
    return re.sub(rb"%([0-9a-fA-F]{2})", lambda code: bytes.fromhex(code[1].decode()), raw.replace(b"+", b" "))


def plain_events(raw):
    events, fields = [], {}
    for line in raw.replace(b"\r", b"\n").split(b"\n"):
        name, _, value = line.partition(b":")
        if not line and fields:
            events.append({**fields, **({b"data": plain_json(fields[b"data"])} if b"data" in fields else {})})
            fields = {}
        elif name in {b"event", b"data", b"id", b"retry"}:
            value = value.removeprefix(b" ")
            fields[name] = fields[name] + b"\n" + value if name == b"data" and name in fields else value
    return events, fields


def plain_xml(raw):
    """What another parser reads, blanks between elements left out, with the doctype and the instruction as they are."""
    text = raw.decode(errors="replace")
    try:
        root = ElementTree.fromstring(text)  # noqa: S314 - the sample of this module
    except ElementTree.ParseError:
        return raw
    doctype, instruction = re.search(r"<!DOCTYPE\s+(.*?\])\s*>", text), re.search(r"<\?p\s*(.*?)\?>", text)
    return doctype and doctype[1], instruction and instruction[1], plain_element(root)


def plain_element(element):
    mixed = (element.text or "").strip() or any((child.tail or "").strip() for child in element)
    blanks = [text if mixed or not len(element) else "" for text in (element.text, *(child.tail for child in element))]
    return element.tag, sorted(element.items()), blanks, [plain_element(child) for child in element]


def plain_html(raw):
    """Without end tags and blanks, but for those that a browser shows as they are."""
    # the tags of head and body may be left out, and so may be what an end tag that is broken swallows
    text = re.sub(rb"</?(?:head|body|html)\b[^>]*>|</[^>]*>?|<(?:head|body)\s*>", b"", raw)
    kept = re.findall(rb"go\(.*\);|<pre *>[^<]*|<textarea *>[^<]*", raw)
    return re.sub(rb"\s+", b"", text), [re.sub(rb"^<(\w+) *>", rb"\1", each) for each in kept]


def plain_multipart(raw):
    parts = []
    # of the lines of boundaries and headers the ends are left out
    for part in re.sub(rb"\r*\n", b"\n", raw).rstrip(b"\r\n ").split(b"--xx"):
        head, _, body = part.partition(b"\n\n")
        fields = re.sub(rb"[ \t]*(?=\n)|(?<=:)[ \t]+|[ \t]+$", b"", head)
        named = re.sub(rb"(?m)^[^:]*|application/json", lambda name: name[0].lower(), fields)
        parts.append((named, plain_json(re.sub(rb"\n$", b"", body))))
    return parts


PLAIN = {
    "application/json": plain_json,
    "application/x-ndjson": plain_lines,
    "application/x-www-form-urlencoded": plain_form,
    "text/event-stream": plain_events,
    "application/xml": plain_xml,
    "text/html": plain_html,
    "multipart/mixed; boundary=xx": plain_multipart,
}


def hidden(media_type, raw):
    """The changed bodies that are taken for equal."""
    mutants = {(name, at): change(raw, at) for name, change in CHANGES.items() for at in range(len(raw))}
    return {key: mutant for key, mutant in mutants.items() if mutant != raw and not tells(media_type, raw, mutant)}


@pytest.mark.parametrize("media_type", PLAIN)
def test_what_is_taken_for_equal_means_the_same(media_type):
    raw = SAMPLES[media_type].encode()
    read = PLAIN[media_type]
    other = {key: mutant for key, mutant in hidden(media_type, raw).items() if read(mutant) != read(raw)}
    assert not other


@pytest.mark.slow
@pytest.mark.parametrize(
    "media_type",
    ["application/json", "application/x-ndjson", "application/x-www-form-urlencoded", "application/xml"],
)
def test_any_other_byte_anywhere_is_told_or_means_the_same(media_type):
    raw = SAMPLES[media_type].encode()
    read = PLAIN[media_type]
    mutants = (raw[:at] + bytes([byte]) + raw[at + 1 :] for at in range(len(raw)) for byte in range(256))
    taken_for_equal = (mutant for mutant in mutants if mutant != raw and not tells(media_type, raw, mutant))
    assert not [mutant for mutant in taken_for_equal if read(mutant) != read(raw)]
