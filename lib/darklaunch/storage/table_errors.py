"""Errors of tables, in one line each."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from darklaunch.errors import OutsideError
from darklaunch.storage.system_errors import refused_by_system
from darklaunch.text.escape import printable


@contextmanager
def explained(path: Path, *kinds: type[Exception]) -> Iterator[None]:
    """Raises what reading or changing a table fails with as one line.

    Args:
        path: the table's folder.
        kinds: further errors that say that the table is damaged.

    Raises:
        OSError: the system refused it, such as for want of space.
        OutsideError: the table can't be read or changed.
    """
    from deltalake.exceptions import DeltaError

    expected: tuple[type[Exception], ...] = (DeltaError, OSError, *kinds)
    try:
        yield
    except expected as error:
        number = refused_by_system(str(error))
        if number is not None:
            raise OSError(number, os.strerror(number), str(path)) from error
        if isinstance(error, OSError) and not kinds:
            raise
        reason = printable(" ".join(str(error).split())[:300])
        raise OutsideError(
            f"{printable(str(path))}: found a table that can't be read or changed ({reason}), wanted the state that "
            "the launch's last run left; run this again, and if it stays so restore the folder"
        ) from error
