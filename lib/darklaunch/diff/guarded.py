"""The comparison guarded: a pair on which it fails is incomparable, and the other pairs are compared all the same."""

import os
import sys
import traceback
from collections.abc import Callable
from typing import Final, ParamSpec, TypeVar

from darklaunch.diff.difference import Comparison, Incomparable
from darklaunch.text.escape import printable

DEBUG: Final = "DARKLAUNCH_DEBUG"
"""Environment variable that asks for tracebacks, of workers too; ``--debug`` sets it."""

_Arguments = ParamSpec("_Arguments")
_Compared = TypeVar("_Compared", bound=Comparison | None)


def compare_safely(
    comparing: Callable[_Arguments, _Compared], *args: _Arguments.args, **kwargs: _Arguments.kwargs
) -> _Compared | Incomparable:
    """Compares a pair; a failure is a reason not to count it.

    Args:
        comparing: ``compare``, or a method of ``EndpointComparer``.
        *args: what it is called with.
        **kwargs: the same by name.

    Returns:
        What ``comparing`` returns; where it raised, a reason such as ``failed: MemoryError``. The message of the
        exception is left out, because it may quote a body.
    """
    try:
        return comparing(*args, **kwargs)
    except Exception as error:  # whatever a hostile body provokes
        if os.environ.get(DEBUG):
            # a message may quote a body
            sys.stderr.writelines(f"{printable(line)}\n" for line in traceback.format_exc().splitlines())
        return Incomparable(f"failed: {type(error).__name__}")
