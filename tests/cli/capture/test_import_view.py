"""What an import tells while it goes on, and at its end."""

import io
import json

from rich.console import Console

from darklaunch.capture.importers.account import Account, ImportReport
from darklaunch.capture.importers.earlier import earlier_imports
from darklaunch.capture.importers.run import ACCOUNTS
from darklaunch.capture.importers.source import find_source
from darklaunch.cli.capture import progress
from darklaunch.cli.capture.import_view import import_text
from darklaunch.cli.command import Arguments

EVIL = "\x1b[31m\u202e[bold]x"


def report(account, **own):
    told = {"format": "gor", "files": ("a",), "rows": {"production": 1234}, "flaws": {"latency_ms": 3}, "places": ()}
    return ImportReport(**told | own, passed_over=account.passed_over, size_bytes=2_000_000, seconds=0.5)


def test_the_end_of_an_import_in_plain_words():
    account = Account(file="a.gor")
    for offset in (7, 9, 11, 13):
        account.pass_over("its head has no end", offset)
    account.pass_over("once", 1, file="b.gor")
    assert import_text(report(account), "s3://key:secret@bucket/log") == (
        "imported 1 gor file, 2.0 MB at 4.0 MB/s, to s3://bucket/log\n"
        "  production        1,234 rows\n"
        "                        3 of them without latency_ms\n"
        "passed over 5 records\n"
        "           4  its head has no end, such as a.gor:7\n"
        "           1  once, such as b.gor:1\n"
    )
    assert account.passed_over[0].examples == ("a.gor:7", "a.gor:9", "a.gor:11")


def test_names_and_reasons_of_strangers_are_visible():
    account = Account(file=EVIL)
    account.pass_over(EVIL, 1)
    text = import_text(report(account), EVIL)
    assert text.replace("\n", "").isprintable()


def test_reasons_stay_few():
    account = Account(file="a")
    for n in range(5_000):
        account.pass_over(f"found {n}", n)
    assert len(account.passed_over) <= 201
    assert sum(each.records for each in account.passed_over) == 5_000
    assert "for 189 more reasons" in import_text(report(account), "log")


def told(monkeypatch, tmp_path, *, terminal, **arguments):
    (tmp_path / "a.gor").write_bytes(bytes(100))
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=terminal, width=100)
    monkeypatch.setattr(progress, "Console", lambda **_: console)
    sources = [find_source(str(tmp_path / "a.gor"))]
    with progress.bytes_progress(sources, Arguments(command="x", **arguments)) as listeners:
        listeners.begin(EVIL)
        listeners.advance(50)
    return stream.getvalue()


def test_progress_is_a_line_a_file_where_there_is_no_terminal(monkeypatch, tmp_path):
    assert told(monkeypatch, tmp_path, terminal=False) == "darklaunch: import \\x1b[31m\\u202e[bold]x\n"
    assert told(monkeypatch, tmp_path, terminal=False, quiet=True) == ""
    assert told(monkeypatch, tmp_path, terminal=False, json=True) == ""


def test_progress_is_a_bar_of_bytes_on_a_terminal(monkeypatch, tmp_path):
    text = told(monkeypatch, tmp_path, terminal=True)
    assert "50/100 bytes" in text
    assert "\u202e" not in text


def test_accounts_that_are_none_are_left_out(tmp_path):
    assert earlier_imports(str(tmp_path)).imports == 0
    folder = tmp_path / ACCOUNTS
    folder.mkdir()
    account = {"format": "gor", "files": ["x"], "rows": {"shadow": 2}, "passed_over": [{"reason": "r", "records": 3}]}
    other = account | {"rows": {"shadow": 1}, "passed_over": [{"reason": "r", "records": 1}]}
    for number, text in enumerate((json.dumps(account), json.dumps(other), "[", "[" * 100_000)):
        (folder / f"{number}.json").write_text(text)
    found = earlier_imports(str(tmp_path))
    assert (found.imports, found.rows, found.passed_over) == (2, {"shadow": 3}, {"r": 4})
