"""Dotted paths to settings, printable whatever their keys hold."""

import re
from collections.abc import Sequence
from typing import Final

from darklaunch.text.escape import cut

FREE_KEYS: Final = ("spark", "conf")
"""The mapping whose keys hold dots themselves: what follows it on a dotted path is one key."""

_BARE_KEY: Final = re.compile(r'[^."=]+')


def dotted(path: Sequence[str | int]) -> str:
    """The path to a setting as ``-o`` takes it: ``scoring.alpha``, ``rules[0].why``, ``a."b.c".d``."""
    text = ""
    for depth, step in enumerate(path):
        match step:
            case int():
                text += f"[{step}]"
            case str():
                bare = _BARE_KEY.fullmatch(step) or tuple(path[:depth]) == FREE_KEYS
                text += ("." if text else "") + (cut(step) if bare else f'"{cut(step)}"')
    return text
