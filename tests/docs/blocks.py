"""Fenced blocks of pages: found, and executed as a reader would."""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from darklaunch.cli.main import main

ROOT = Path(__file__).parents[2]
ENDS = re.compile(r"# exits with (\d+)$")


@dataclass(frozen=True)
class Block:
    kind: str
    text: str
    line: int


def blocks_of(page: str) -> list[Block]:
    found = re.finditer(r"^```(\w+)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    return [Block(kind=each[1], text=each[2], line=page[: each.start()].count("\n") + 1) for each in found]


def commands_of(block: Block) -> Iterator[list[str]]:
    """The words behind `darklaunch` of every command that a block holds, in whatever language."""
    if block.kind in {"python", "yaml"}:
        return
    for line in block.text.replace("\\\n", " ").splitlines():
        words = re.search(r"(?:^|(?<=[\s/=]))darklaunch ([a-z].*)", line)
        # a shell's redirections, and the verdicts that the README shows, are no words of a command
        if words is not None and not line.lstrip().startswith("Description="):
            yield shlex.split(re.split(r"\s2?>", words[1])[0].replace("%%", "%"), comments=True)


def execute(block: Block) -> None:
    """Executes a block of a shell, line by line, or of Python, in the working directory and in this process."""
    if block.kind == "python":
        exec(compile(block.text, f"line {block.line}", "exec"), {"__name__": "__main__"})  # noqa: S102 - of a page
        return
    for line in block.text.replace("\\\n", " ").splitlines():
        ends = ENDS.search(line)
        words = [name for word in shlex.split(line, comments=True) for name in _globbed(word)]
        if words and words[0] == "darklaunch":
            assert main(words[1:]) == int(ends[1] if ends else 0), line
        elif words:
            raise AssertionError(f"{line}: only commands of darklaunch are executed")


def execute_for_real(block: Block) -> None:
    """Executes a block in a shell, or an interpreter, of its own."""
    if block.kind == "python":
        subprocess.run([sys.executable, "-c", block.text], check=True)  # noqa: S603 - of a page
        return
    for line in block.text.replace("\\\n", " ").splitlines():
        ends = ENDS.search(line)
        process = subprocess.run(["sh", "-c", line], check=False)  # noqa: S603, S607 - likewise
        assert process.returncode == int(ends[1] if ends else 0), line


def _globbed(word: str) -> list[str]:
    return (sorted(map(str, Path().glob(word))) or [word]) if "*" in word and "/" not in word else [word]
