"""The place that ``--out`` names: a folder, by its path or its ``file://`` URI."""

import re
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from darklaunch.errors import UsageError
from darklaunch.text.credentials import without_credentials
from darklaunch.text.escape import printable

_URI: Final = re.compile(r"^(?:file:/|[A-Za-z][A-Za-z0-9+.-]*://)")
_HERE: Final = ("", "localhost")


def out_folder(out: str) -> Path:
    """The folder that a path or a URI names.

    Args:
        out: a path of this machine or of a shared file system, or a URI of one.

    Raises:
        UsageError: it names an object store, which has no locks and replaces nothing in one step; or another machine.
    """
    if not _URI.match(out):
        return Path(out).absolute()
    parts = urlsplit(out)
    shown = printable(without_credentials(out))
    if parts.scheme != "file":
        raise UsageError(
            f"--out: found {shown}, wanted a folder of this machine or of a shared file system: one command at a time "
            "changes a launch, for which its lock needs a file system; give a volume, and copy finished runs to the "
            "store. --captures may lie there"
        )
    if parts.netloc not in _HERE:
        raise UsageError(f"--out: found {shown}, wanted a path of this machine; write file:///path")
    return Path(unquote(parts.path)).absolute()
