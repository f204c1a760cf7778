"""The command `darklaunch completion`: a script that lets a shell complete commands and options."""

import json
import sys
from typing import Final

from darklaunch.cli.command import Arguments, Option

SHELLS: Final = ("bash", "zsh", "fish")

SHELL: Final = Option(flag="shell", metavar="SHELL", choices=SHELLS, help=f"whose: {', '.join(SHELLS)}")


def completion(arguments: Arguments) -> int:
    """Prints the script for one shell."""
    import shtab

    from darklaunch.cli.main import parser

    script = shtab.complete(parser(), arguments.shell)
    if arguments.json:
        sys.stdout.write(json.dumps({"shell": arguments.shell, "script": script}) + "\n")
    elif not arguments.quiet:
        sys.stdout.write(script)
    return 0
