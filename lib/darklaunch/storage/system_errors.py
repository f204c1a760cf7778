"""What the operating system refused, in words of libraries that raise it under a name of their own."""

import errno
import re
from typing import Final

_NUMBER: Final = re.compile(r"\(os error (\d+)\)")
_OF_DISKS: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS, errno.EACCES, errno.EPERM)


def refused_by_system(text: str) -> int | None:
    """The number of the error in the words of delta-rs, if it is one of a disk: full, broken or not to be written."""
    numbered = _NUMBER.search(text)
    return int(numbered[1]) if numbered is not None and int(numbered[1]) in _OF_DISKS else None
