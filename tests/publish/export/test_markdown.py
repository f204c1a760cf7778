"""The Markdown: short, folded, and literally the text of strangers."""

import pytest
from markdown_it import MarkdownIt

from darklaunch.publish.export.markdown import MAXIMUM, report_md, summary_md
from darklaunch.publish.export.markdown_text import code, plain
from tests.publish import sample


def shown(markdown):
    """What a reader sees of one line."""
    (inline,) = (token for token in MarkdownIt("commonmark").parse(markdown) if token.type == "inline")
    return "".join(child.content for child in inline.children if child.type != "html_inline")


@pytest.mark.parametrize("text", ["a", "a|b", "`a`", "a\\", "\\|", "<b>", "&amp;", "*a* _b_", "[x](y)", "x" * 300])
def test_code_shows_the_text(text):
    assert shown(code(text)) == text
    assert "|" not in code(text)


@pytest.mark.parametrize(
    "text", ["*a* _b_ `c`", "1. a", "- a", "# a", "> a", "[x](y)", "<b>&amp;", "a|b \\ ~c~", "+ a"]
)
def test_a_sentence_shows_the_text(text):
    assert shown(plain(text)) == text


def test_names_are_kept_readable():
    assert code("GET /items/{id}") == "`GET /items/{id}`"
    assert plain("At least 1.5 % (of 3): fine.") == "At least 1.5 % (of 3): fine."


def test_the_summary_is_the_part_that_is_not_folded():
    report = sample.report(sample.full())
    assert report_md(report).startswith(summary_md(report).rstrip())
    assert "<details>" not in summary_md(report)
    assert "BLOCK: checkout-v2" in summary_md(report).splitlines()[0]


def test_five_hundred_endpoints_fit_a_comment_and_it_says_what_is_left_out():
    text = report_md(sample.report(sample.crowd(500)))
    assert len(text) <= MAXIMUM
    assert "more, all in the other formats" in text
    assert text.count("<details>") == text.count("</details>") == 4


def test_a_release_without_a_fault_has_no_table_of_trouble():
    made = sample.smallest()
    made["verdict"] = made["endpoints"][0]["verdict"] = "promote"
    text = summary_md(sample.report(made))
    assert "PROMOTE" in text
    assert "|" not in text
