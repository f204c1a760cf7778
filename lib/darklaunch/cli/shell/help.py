"""The help of the command line: commands by what people want to do, options by what they are about."""

import argparse
from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import Final

_WIDTH: Final = 100

GROUPS: Final[Mapping[str, Sequence[str]]] = {
    "to begin": ("demo", "docs", "doctor", "plan", "completion"),
    "the verdict on a window": ("run", "validate", "compare", "score", "publish"),
    "after a run": ("runs", "export"),
    "rules": ("rules",),
    "captures": ("capture",),
}
"""The commands, and groups of commands, below the headings of the help."""

_OPTIONS: Final[Mapping[str, Sequence[str]]] = {
    "settings": ("--conf", "--env", "-o"),
    "the window": ("--from", "--to", "--window", "--backfill", "--every", "--again"),
    "input and output": ("--captures", "--out", "--master", "--summary", "--html"),
    "printing and exit code": ("--quiet", "--json", "--debug", "--log-format", "--gate"),
}
_HEADING_OF: Final = {flag: heading for heading, flags in _OPTIONS.items() for flag in flags}


class GroupedParser(argparse.ArgumentParser):
    """The parser of all commands, whose help lists them below headings."""

    listed: Mapping[str, str] = {}
    """One line for each command by its first word."""

    def format_help(self) -> str:
        """The usage, the commands below their headings, and the exit codes."""
        lines = [self.format_usage(), f"{self.description}\n"]
        for heading, words in GROUPS.items():
            lines += [f"{heading}:", *(f"  {word:<12}{self.listed[word]}" for word in words), ""]
        lines += ["darklaunch COMMAND --help tells more of each.", *wrap(str(self.epilog), _WIDTH)]
        return "\n".join(lines) + "\n"


class OptionGroups:
    """The groups of one command's options, each made when its first option comes."""

    def __init__(self, parser: argparse.ArgumentParser) -> None:
        """Takes the command's parser."""
        self._parser = parser
        self._groups: dict[str, argparse._ArgumentGroup] = {}

    def of(self, flag: str) -> argparse.ArgumentParser | argparse._ArgumentGroup:
        """Where an option is declared: in its group, or in the parser where it has none."""
        heading = _HEADING_OF.get(flag)
        if heading is None:
            return self._parser
        if heading not in self._groups:
            self._groups[heading] = self._parser.add_argument_group(heading)
        return self._groups[heading]
