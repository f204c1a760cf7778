"""Every option that a command takes has an effect; any other is refused."""

import shutil
from pathlib import Path

import pytest
import shtab

from darklaunch.capture.mirror.counts import Counting
from darklaunch.cli import command, doctor, main
from darklaunch.errors import UsageError
from tests.publish.looks import verdict_of, write_look

OPTIONS = {
    option.flag: option for command_ in main.COMMANDS.values() for option in (*command_.options, *command.PRINTING)
}
FIRST, SECOND = "20260507T000000Z", "20260508T000000Z"
IMPORTS = [f"capture import {name}" for name in ("gor", "envoy-tap", "har", "table")]
POSITIONAL = {"runs diff": [FIRST, FIRST], "rules accept": ["0" * 12, "--why", "x"]}
POSITIONAL |= {"capture stats": ["captures"], "capture endpoints suggest": ["captures"]}
POSITIONAL |= {name: ["a.gor", "--arm", "production"] for name in IMPORTS}
POSITIONAL |= {"completion": ["bash"]}
POSITIONAL |= {"capture proxy": ["--production", "http://p", "--shadow", "http://s", "--out", "captures"]}
COMMON = {"--from": "2026-03-02T14:00:00Z", "--to": "2026-03-02T16:00:00Z", "--keep": "36500d"}
CHANGED = {
    "--captures": "elsewhere",
    "--out": "other",
    "--from": "2026-03-02T13:00:00Z",
    "--to": "2026-03-02T17:00:00Z",
    "-o": "scoring.alpha=0.01",
    "--master": "local[3]",
    "--conf": "another.yaml",
    "--env": "ci",
    "--endpoint": "GET /items/{id}",
    "--why": "another",
    "--format": "json,junit",
    "--masking": "all",
    "--html": "changes.html",
    "--summary": "summary.md",
    "--arm": "baseline",
    "--endpoints": "routes.yaml",
    "--release": "1.0",
    "--sample-rate": "0.5",
    "--id-header": "x-id",
    "--unit-header": "x-user",
    "--replayed-arm": "baseline",
    "--replayed-release": "2.0",
    "--shadow-suffix": "dark",
    "--time-header": "date",
    "--map": "request_id=trace.id",
    "--production": "http://p2",
    "--shadow": "http://s2",
    "--baseline": "http://b",
    "--listen": "127.0.0.1:9",
    "--window": "yesterday",
    "--every": "2h",
    "--log-format": "json",
    "--keep": "1d",
}
BACKFILL = ["--backfill", "2026-03-02T14:00:00Z", "2026-03-02T16:00:00Z"]


@pytest.fixture
def world(tmp_path, monkeypatch, requests):
    """Two folders with runs, a configuration, and a doctor that only notes what it is asked."""
    monkeypatch.chdir(tmp_path)
    for look in (6, 7):
        write_look(tmp_path / "out", verdict_of(look))
    shutil.copytree("out", "other")
    (tmp_path / "other/launches").rename(tmp_path / "other/Launches")
    for name, text in (("conf/base/a", ""), ("conf/ci/a", "launch: {name: ci}"), ("another", "launch: {name: x}")):
        (tmp_path / f"{name}.yaml").parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / f"{name}.yaml").write_text(text)

    def examine(settings, out):
        requests.requests.append((settings, out))
        if requests.error is not None:
            raise requests.error
        return [doctor.Diagnosis(subject="java", good=True, found="21")]

    def serve(*served, **address):
        requests.requests.append((served, address))
        if requests.error is not None:
            raise requests.error
        return Counting().so_far()

    monkeypatch.setattr(doctor, "examine", examine)
    completed = shtab.complete

    def complete(parser, shell):
        if requests.error is not None:
            raise requests.error
        return completed(parser, shell=shell)

    monkeypatch.setattr(shtab, "complete", complete)
    (tmp_path / "routes.yaml").write_text("- /items/{id}")
    for name in ("a.gor", "b.gor"):
        (tmp_path / name).write_text("")
    monkeypatch.setattr("darklaunch.capture.proxy.serve.serve", serve)
    return requests


def observed(words, world, capsys):
    """All that a command does, as far as anybody sees it, the files that it writes among them."""
    world.requests.clear()
    before = texts_of_files()
    try:
        outcome = main.main(words)
    except UsageError as error:
        outcome = f"raised {error}"
    written = {path: text for path, text in texts_of_files().items() if before.get(path) != text}
    for path in written:
        Path(path).unlink()
    return outcome, capsys.readouterr(), list(world.requests), written


def texts_of_files():
    return {str(path): path.read_bytes() for path in Path().rglob("*") if path.is_file()}


def words_of(name, flag, *, given):
    """The words of a command with an option, or with another value of it or without it."""
    options = {option.flag for option in main.COMMANDS[name].options}
    words = [*name.split(), *POSITIONAL.get(name, [])]
    for common, value in COMMON.items():
        if common in options:
            words += [common, value]
    if flag == "--env" and flag in options:
        words += ["--conf", "conf"]
    if flag in {"--window", "--backfill", "--every"}:
        # these stand for the common window, so that one with another value is no matter of both
        words = [*name.split(), *POSITIONAL.get(name, [])]
        backfills = name == "run" and (flag == "--every" or (flag == "--backfill" and given))
        words += BACKFILL if backfills else []
        return [*words, flag, CHANGED[flag]] if given and flag in CHANGED else words
    return with_option(words, flag, len(name.split())) if given else words


def with_option(words, flag, first):
    """Words with an option; the positional arguments begin at ``first``."""
    match flag:
        case "run":
            words.append(FIRST)
        case "page":
            words.append("verdict")
        case "cause":
            words[first] = "1" * 12
        case "before" | "after":
            words[first if flag == "before" else first + 1] = SECOND
        case "files":
            words.insert(first, "b.gor")
        case "uri":
            words[first] = "elsewhere"
        case "shell":
            words[first] = "zsh"
        case _:
            words += [flag, CHANGED[flag]] if flag in CHANGED else [flag]
    return words


@pytest.mark.parametrize("flag", OPTIONS)
@pytest.mark.parametrize("name", main.COMMANDS)
def test_an_option_has_an_effect_or_is_refused(name, flag, world, capsys, monkeypatch):
    options = {option.flag for option in (*main.COMMANDS[name].options, *command.PRINTING)}
    if flag not in options:
        if not flag.startswith("-"):
            return
        words = [*words_of(name, flag, given=False), flag, *([] if OPTIONS[flag].metavar is None else ["x"])]
        with pytest.raises(SystemExit) as ended:
            main.main(words)
        assert ended.value.code == 2
        assert f"unrecognized arguments: {flag}" in capsys.readouterr().err
        return
    if flag in {"--debug", "--log-format"}:
        world.error = UsageError("x")
        if name.startswith(("runs", "export")):
            shutil.rmtree("out")
        if name == "docs":
            monkeypatch.setitem(POSITIONAL, name, ["nonsense"])
    without, with_it = (observed(words_of(name, flag, given=given), world, capsys) for given in (False, True))
    assert without != with_it


def test_no_option_is_declared_twice_and_each_has_its_field():
    for command_ in main.COMMANDS.values():
        flags = [option.flag for option in (*command_.options, *command.PRINTING)]
        assert len(set(flags)) == len(flags)
    fields = set(command.Arguments.__dataclass_fields__) - {"command", "log", "afterwards"}
    options = [option for command_ in main.COMMANDS.values() for option in (*command_.options, *command.PRINTING)]
    assert {option.argument or option.flag.lstrip("-") for option in options} == fields
