"""Permissions of what a process writes: it holds bodies of users."""

import os
from typing import Final

_OF_OTHERS: Final = 0o007
_CLOSED: Final = 0o077


def close_to_others() -> int:
    """Closes all that this process writes from now on to everybody but owner and group; returns the mask before."""
    # reading the mask sets it; nothing may be open in between
    before = os.umask(_CLOSED)
    os.umask(before | _OF_OTHERS)
    return before
