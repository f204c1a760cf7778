"""What the disk under ``--out`` refused, as one line."""

import errno
import os
from typing import Final

from darklaunch.errors import DarklaunchError, OutsideError, UsageError

_FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_BROKEN: Final = (errno.EIO, errno.ESTALE, errno.EROFS)
_FORBIDDEN: Final = (errno.EACCES, errno.EPERM)


def refused_by_disk(error: BaseException) -> DarklaunchError | None:
    """The expected failure that an error of the file system is; None: it is another one.

    A disk that is full, or broken, or was mounted anew to be read only, may be well again when the command is run
    again. Rights that are wanting are a mistake on the command line.
    """
    if not isinstance(error, OSError) or error.errno is None:
        return None
    failure = _failure(error, error.errno)
    if failure is not None:
        failure.__cause__ = error
    return failure


def _failure(error: OSError, number: int) -> DarklaunchError | None:
    refusal = os.strerror(number) + (f" at {error.filename}" if isinstance(error.filename, str) else "")
    again = "nothing is lost, run the same command again then"
    if number in _FULL:
        return OutsideError(f"storage: found {refusal}, wanted room under --out; make some; {again}")
    if number in _BROKEN:
        return OutsideError(f"storage: found {refusal}, wanted to write under --out; mend the disk; {again}")
    if number in _FORBIDDEN:
        return UsageError(f"storage: found {refusal}, wanted rights to it; give them, or another --out; {again}")
    return None
