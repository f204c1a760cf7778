"""Two hundred strings that act where they are not expected, and a verdict that holds them everywhere."""

from typing import Any

from tests.publish import sample
from tests.publish.sample_endpoints import latency

_FORMULAS = [
    "=1+1", "=cmd|' /C calc'!A0", "+1-1", "-2+3", "@SUM(1,1)", '=HYPERLINK("http://evil.example","x")', "\t=1+1",
    "\r=1+1", " =1+1", "\uff1d1+1", "\uff0b1", "x;=1+1", '";=1+1;"', "=IMPORTXML(CONCAT(1),2)", "%0A=1+1", "\n=1+1",
    "=DDE(\"cmd\";\"/C calc\";\"!A0\")", "'=1+1", "-", "=", "+44 20 7946 0958", "1e400", "00123", "TRUE", "NaN",
    "#REF!", "#NAME?", "1/2/2026", "{=1+1}", "_x000D_", "_x005F_x000D_",
]  # fmt: skip
_MARKUP = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</details></body><h1>x", "<!-- x", "]]>",
    "<![CDATA[x",
    "&lt;b&gt;", "&#60;b&#62;", '"><svg onload=alert(1)>', "javascript:alert(1)", "{{ 7*7 }}", "{% raw %}", "${7*7}",
    "<details>", "</summary>", "<a href='x'>x</a>", "<style>*{display:none}</style>", "<base href=x>",
    "<meta http-equiv=refresh content=0>", "<iframe src=x>", "&amp;", "&", "<", ">", '"', "'", "<?xml version='1.0'?>",
    "<!DOCTYPE x [<!ENTITY a 'b'>]>", "&a;", "\x1b]8;;http://evil.example\x07x\x1b]8;;\x07",
]  # fmt: skip
_MARKDOWN = [
    "# heading", "- item", "1. item", "* item", "> quote", "```", "````x", "`", "``", "`a` | b", "a | b", "a \\| b",
    "a\\", "\\`", "[x](http://evil.example)", "![x](http://evil.example/x.png)", "**bold**", "_a_", "~~gone~~", "---",
    "===", "| a | b |\n| - | - |", "@octocat", "#1", "GH-1", "org/repo#1", "http://evil.example", "www.evil.example",
    "mail@evil.example", "xmpp:a@evil.example", ":smile:", "$x^2$", "$$x$$", "[ ] task", "[^1]", "<!-- -->", "\\",
    "    indented", "\n\nparagraph\n\n", "a  \nb", "::: x", "||", "|", " `x` ",
]  # fmt: skip
_TYPST = [
    "#panic()", '#read("/etc/passwd")', "#let x = 1", "$ x $", "= heading", "*bold*", "_emph_", "@ref", "<label>",
    "#import \"@preview/x:0.1.0\": *", "// comment", "/* comment", "#{while true {}}", "\\u{1f600}", "~", "--", "]",
    "[",
    "#include \"x\"", "`raw`", "#eval(\"1\")", "#sys.inputs", "\\", "#", "/ term: x", "+ item", "'quoted'", "#show: x",
    "#set page(width: 1pt)",
]  # fmt: skip
_SCRIPTS = [
    "\u202egnp.exe", "\u2066x\u2069", "\u200f\u0634\u0631\u0627\u0621",
    "\u05e9\u05dc\u05d5\u05dd abc \u05e2\u05d5\u05dc\u05dd",
    "\u200b\u200c\u200d", "\ufeffx", "e" + "\u0301" * 60, "\u0e01" + "\u0e33" * 40, "\U0001f600" * 30,
    "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\u4f60\u597d", "\u3053\u3093\u306b\u3061\u306f", "\ud83d", "\udc00x",
    "\x00", "a\x00b", "\x07\x08", "\x1b[2J\x1b[31m", "\x7f", "\x9b31m", "\r\n", "\u2028x\u2029", "\ufffe", "\uffff",
    "\U000e0041", "\ue000", "\u00ad" * 10, "\u0000\u0001\u0002\u0003", "\ufdfa" * 10, "\u2800" * 10, "\u3164",
]  # fmt: skip
_NAMES = [
    "../../../../etc/passwd", "C:\\Windows\\System32", "\\\\evil\\share", "file:///etc/passwd", "http://evil.example/?q=1",
    "con.txt", "a/b/c/d", "....//", "/dev/null", "~root", "$HOME", "$(reboot)", "`reboot`", "; rm -rf /", "%s%n", "%00",
    "..\\..", "ftp://evil.example", "data:text/html,<script>1</script>", "//evil.example", "", " ", "null", "undefined",
]  # fmt: skip
_LONG = [
    "x" * 100_000, "<b>" * 30_000, "\u202e" * 100_000, "a b " * 25_000, "/segment" * 12_500, "=" * 100_000,
    "\U0001f600" * 25_000, "|" * 100_000, "`" * 100_000, "\n" * 100_000, "#" * 100_000, "W" * 3_000,
]  # fmt: skip


def strings() -> list[str]:
    """All of them."""
    return [*_FORMULAS, *_MARKUP, *_MARKDOWN, *_TYPST, *_SCRIPTS, *_NAMES, *_LONG]


def verdict(texts: list[str] | None = None) -> dict[str, Any]:
    """A verdict in which every text from outside is hostile: names, paths, values, reasons, releases, settings."""
    texts = strings() if texts is None else texts
    made = sample.full()
    made["endpoints"] = [_endpoint(place, text) for place, text in enumerate(texts)]
    made["groups"] = [made["endpoints"][0] | {"group": text} for text in texts[:20]]
    for group in made["groups"]:
        group.pop("endpoint")
    made["causes"] = [_cause(place, text) for place, text in enumerate(texts)]
    made["reasons"] = texts[:30]
    made["launch"] = made["launch"] | {"name": texts[31 % len(texts)], "shadow_release": texts[40 % len(texts)]}
    made["launch"]["production_release"] = texts[77 % len(texts)]
    made["launch"] |= {"key": texts[52 % len(texts)], "rules_digest": texts[63 % len(texts)]}
    made["settings"] = {f"key {place} {text}": text for place, text in enumerate(texts)}
    return made | _facts(texts)


def _facts(texts: list[str]) -> dict[str, Any]:
    """What is told of the window's rows, files, rules and headers."""
    rule = {"expires": None, "requests": 0}
    expectation = {"arm": "shadow", "success": False}
    return {
        "quarantine": [{"arm": "shadow", "reason": text, "rows": 1} for text in texts],
        "incomparable": [{"reason": text, "requests": 1, "request_id": text} for text in texts],
        "levels": [
            {"endpoint": text, "path": text, "requests": 2, "above": 1, "below": 1, "median_difference": 0.5}
            for text in texts
        ],
        "contract": {
            "success": False,
            "expectations": [{**expectation, "expectation": text, "found": text, "wanted": text} for text in texts],
            "corrupt_files": [{"file": text, "reason": text} for text in texts],
        },
        "rules": [
            {**rule, "rule": text, "why": text, "endpoint": text, "owner": text, "unused": text} for text in texts
        ],
        "presence_only_headers": texts,
        "left_out_headers": texts,
    }


def _endpoint(place: int, text: str) -> dict[str, Any]:
    example = {"request_id": text, "production": text, "shadow": text}
    different = sample.difference(
        text, "value_changed", 3, 0.5, example=example, ignored_by=text if place % 2 else None
    )
    undefined = {"pairs_needed": None, "pairs_needed_reason": text, "latency": {"p50": _latency(text)}}
    return sample.entry(
        text,
        ("block", "hold", "promote")[place % 3],
        1000 + place,
        3,
        reasons=[text],
        differences=[different],
        **(undefined if place % 4 == 0 else {}),
    )


def _latency(reason: str) -> dict[str, Any]:
    """A latency without bounds, for a reason."""
    return latency(12.3, 14.5) | {"reason": reason}


def _cause(place: int, text: str) -> dict[str, Any]:
    facet = {"facet": "query", "name": text, "value": text, "share_inside": 1.0, "share_outside": 0.1}
    counts = {"inside": 5, "inside_of": 5, "outside": 1, "outside_of": 10, "log_p": -50.0}
    changed = {"path": text, "kind": "missing", "production": text, "shadow": text}
    return sample.cause(
        text, text, "missing", 5 + place, 1000,
        endpoints=[{"endpoint": each, "requests": 5, "share": 0.5} for each in (text, f"GET /{text}")],
        slices=[facet | counts | {"endpoint": text}],
        transitions=[changed | {"requests": 3}],
        examples=[{"request_id": text, "differences": [changed], "differences_beyond": 0, "curl": text}],
    )  # fmt: skip
