"""The command `darklaunch docs`."""

import json
import sys
from difflib import get_close_matches

from darklaunch.cli.command import Arguments
from darklaunch.docs import PAGES, page
from darklaunch.errors import UsageError
from darklaunch.text.escape import quoted

_WIDEST = 120
"""Columns beyond which lines are hard to read."""


def docs(arguments: Arguments) -> int:
    """Lists the pages, or shows one."""
    if arguments.page is None:
        _list_pages(arguments)
        return 0
    name = arguments.page.removesuffix(".md")
    if name not in PAGES:
        near = get_close_matches(name, PAGES, n=1)
        hint = f"did you mean {near[0]}?" if near else "`darklaunch docs` lists them"
        raise UsageError(f"PAGE: found {quoted(arguments.page)}, wanted one of {', '.join(PAGES)}; {hint}")
    text = page(name)
    if arguments.json:
        sys.stdout.write(json.dumps({"page": name, "about": PAGES[name], "text": text}, indent=2) + "\n")
    elif not arguments.quiet:
        _print_page(text)
    return 0


def _list_pages(arguments: Arguments) -> None:
    if arguments.json:
        pages = [{"page": name, "about": about} for name, about in PAGES.items()]
        sys.stdout.write(json.dumps({"pages": pages}, indent=2) + "\n")
    elif not arguments.quiet:
        widest = max(map(len, PAGES))
        lines = [f"{name:{widest}}  {about}\n" for name, about in PAGES.items()]
        sys.stdout.write("".join([*lines, "\n`darklaunch docs PAGE` shows one.\n"]))


def _print_page(text: str) -> None:
    from rich.console import Console
    from rich.markdown import Markdown

    console = Console(file=sys.stdout)
    if not console.is_terminal:
        sys.stdout.write(text)
        return
    console.print(Markdown(text), width=min(_WIDEST, console.width))
