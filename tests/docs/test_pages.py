"""The pages ship, are listed, quote real messages, and every command in them is one."""

import json
import re
import shlex

import pytest

from darklaunch import docs
from darklaunch.cli.main import main, parser
from darklaunch.errors import UsageError
from tests.docs.blocks import ROOT, Block, blocks_of, commands_of
from tests.docs.messages import texts_of_source

README = (ROOT / "README.md").read_text()
TEXTS = {**{name: docs.page(name) for name in docs.PAGES}, "README": README}
BLOCKS = [(name, block) for name, text in TEXTS.items() for block in blocks_of(text)]


def test_every_page_in_the_package_is_listed_and_begins_with_its_title():
    folder = ROOT / "lib" / "darklaunch" / "docs"
    assert {path.stem for path in folder.glob("*.md")} == set(docs.PAGES)
    assert all(docs.page(name).startswith("# ") for name in docs.PAGES)
    assert set(re.findall(r"`darklaunch docs ([a-z]+)`", "".join(TEXTS.values()))) <= set(docs.PAGES)


@pytest.mark.parametrize(("name", "block"), BLOCKS, ids=lambda value: value if isinstance(value, str) else value.kind)
def test_every_command_in_a_page_is_one_that_the_parser_takes(name, block):  # noqa: ARG001 - the test's name
    for words in commands_of(block):
        parser().parse_args(words)


def test_every_message_that_is_explained_is_in_the_source():
    headings = re.findall(r"^#### (`+) ?(.*?) ?\1$", docs.page("troubleshooting"), re.MULTILINE)
    quoted = [message for _, message in headings]
    assert len(quoted) > 25
    parts = "\n".join(texts_of_source())
    assert [message for message in quoted if message not in parts] == []


def test_links_between_files_of_this_repository_lead_somewhere():
    for name, text in TEXTS.items():
        folder = ROOT if name == "README" else ROOT / "lib" / "darklaunch" / "docs"
        local = [target for target in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in target]
        assert [target for target in local if not (folder / target).exists()] == []
        assert [each for each in re.findall(r"notebooks/\w+\.ipynb", text) if not (ROOT / each).exists()] == []


def test_without_a_page_they_are_listed(capsys):
    assert main(["docs"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()[:-2]] == list(docs.PAGES)
    assert main(["docs", "--json"]) == 0
    assert [each["page"] for each in json.loads(capsys.readouterr().out)["pages"]] == list(docs.PAGES)


def test_off_a_terminal_a_page_is_its_own_text_and_on_one_it_is_set(capsys, monkeypatch):
    assert main(["docs", "verdict"]) == 0
    assert capsys.readouterr().out == docs.page("verdict")
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "90")
    assert main(["docs", "verdict.md"]) == 0
    shown = capsys.readouterr().out
    assert "\x1b[" in shown
    assert "```" not in shown
    assert max(len(re.sub(r"\x1b\[[0-9;]*m", "", line)) for line in shown.splitlines()) <= 90


@pytest.mark.parametrize(
    ("asked", "hint"), [("verdcit", "did you mean verdict?"), ("\x1b[31m", "`darklaunch docs` lists them")]
)
def test_an_unknown_page_is_refused_with_a_hint(asked, hint, capsys):
    assert main(["docs", asked]) == UsageError.exit_code
    told = capsys.readouterr().err
    assert "PAGE: found '" in told
    assert "wanted one of verdict, captures" in told
    assert hint in told
    assert "\x1b" not in told


def test_words_of_a_shell_are_read_as_a_shell_does():
    block = Block(kind="sh", text="darklaunch run -o 'a=b c' \\\n  --gate   # exits with 20\nls\n", line=1)
    assert list(commands_of(block)) == [["run", "-o", "a=b c", "--gate"]]
    assert shlex.join(["a b"]) == "'a b'"
