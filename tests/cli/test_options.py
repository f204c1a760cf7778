"""Every option that a command takes has an effect; any other is refused."""

import shutil

import pytest

from darklaunch.cli import command, doctor, main
from darklaunch.errors import UsageError
from tests.publish.looks import verdict_of, write_look

OPTIONS = {
    option.flag: option for command_ in main.COMMANDS.values() for option in (*command_.options, *command.PRINTING)
}
FIRST, SECOND = "20260507T000000Z", "20260508T000000Z"
POSITIONAL = {"runs diff": [FIRST, FIRST]}
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
    "--log-format": "json",
    "--keep": "1d",
}


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

    monkeypatch.setattr(doctor, "examine", examine)
    return requests


def observed(words, world, capsys):
    """All that a command does, as far as anybody sees it."""
    world.requests.clear()
    try:
        outcome = main.main(words)
    except UsageError as error:
        outcome = f"raised {error}"
    return outcome, capsys.readouterr(), list(world.requests)


def words_of(name, flag, *, given):
    """The words of a command with an option, or with another value of it or without it."""
    options = {option.flag for option in main.COMMANDS[name].options}
    words = [*name.split(), *POSITIONAL.get(name, [])]
    for common, value in COMMON.items():
        if common in options:
            words += [common, value]
    if flag == "--env" and flag in options:
        words += ["--conf", "conf"]
    match flag:
        case "run" if given:
            words.append(FIRST)
        case "before" | "after" if given:
            words[2 if flag == "before" else 3] = SECOND
        case "run" | "before" | "after":
            pass
        case _ if given:
            words += [flag, CHANGED[flag]] if flag in CHANGED else [flag]
    return words


@pytest.mark.parametrize("flag", OPTIONS)
@pytest.mark.parametrize("name", main.COMMANDS)
def test_an_option_has_an_effect_or_is_refused(name, flag, world, capsys):
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
        if name.startswith("runs"):
            shutil.rmtree("out")
    without, with_it = (observed(words_of(name, flag, given=given), world, capsys) for given in (False, True))
    assert without != with_it


def test_rules_suggest_takes_no_out(capsys):
    with pytest.raises(SystemExit) as ended:
        main.main(["rules", "suggest", "--out", "x"])
    assert ended.value.code == 2
    assert "unrecognized arguments: --out x" in capsys.readouterr().err


def test_no_option_is_declared_twice_and_each_has_its_field():
    for command_ in main.COMMANDS.values():
        flags = [option.flag for option in (*command_.options, *command.PRINTING)]
        assert len(set(flags)) == len(flags)
    fields = set(command.Arguments.__dataclass_fields__) - {"command", "log", "afterwards"}
    assert {option.argument or option.flag.lstrip("-") for option in OPTIONS.values()} == fields
