"""The help in groups, and the scripts that complete for a shell."""

import shutil
import subprocess

import pytest

from darklaunch.cli.commands import COMMANDS
from darklaunch.cli.main import main
from darklaunch.cli.shell.help import GROUPS


def test_the_help_lists_every_command_below_one_heading(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    printed = capsys.readouterr().out
    words = [word for listed in GROUPS.values() for word in listed]
    assert sorted(words) == sorted({name.split()[0] for name in COMMANDS})
    for heading, listed in GROUPS.items():
        below = printed.split(f"{heading}:\n")[1].split("\n\n")[0]
        assert [line.split()[0] for line in below.splitlines()] == list(listed)
    assert max(map(len, printed.splitlines())) <= 120


def test_the_options_of_a_command_stand_in_groups(capsys):
    with pytest.raises(SystemExit):
        main(["run", "--help"])
    printed = capsys.readouterr().out
    assert "--conf" in printed.split("settings:\n")[1].split("\n\n")[0]
    assert "--backfill" in printed.split("the window:\n")[1].split("\n\n")[0]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_script_names_every_command_and_is_one_that_its_shell_can_read(capsys, tmp_path, shell):
    assert main(["completion", shell]) == 0
    script = capsys.readouterr().out
    for name in COMMANDS:
        assert name.split()[-1] in script
    if shutil.which(shell) is not None:
        (tmp_path / "script").write_text(script)
        subprocess.run([shell, "-n", str(tmp_path / "script")], check=True)  # noqa: S603 -- this shell, this script


def test_bash_completes_words_and_options(capsys):
    main(["completion", "bash"])
    ask = """
COMP_WORDS=(darklaunch runs show --end); COMP_CWORD=3
"$(complete -p darklaunch | sed 's/.*-F \\([^ ]*\\).*/\\1/')" darklaunch --end show
echo "${COMPREPLY[@]}"
"""
    script = capsys.readouterr().out + ask
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)  # noqa: S603, S607
    assert done.stdout.split() == ["--endpoint"]


def test_another_shell_is_refused(capsys):
    with pytest.raises(SystemExit):
        main(["completion", "csh"])
    assert "choose from" in capsys.readouterr().err
