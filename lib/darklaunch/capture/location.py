"""The location of a capture log: one folder on a local disk or in an object store."""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pyarrow import fs

from darklaunch.errors import UsageError
from darklaunch.text.credentials import without_user
from darklaunch.text.escape import cut, printable

_REMOTE: Final = ("s3", "s3a", "gs", "hdfs")
_SCHEMES: Final = ", ".join(f"{scheme}://" for scheme in ("file", *_REMOTE))


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLocation:
    """One folder, as pyarrow and as people name it.

    Attributes:
        filesystem: what pyarrow reads it with.
        root: the folder on that file system, without a slash at its end.
        base: an absolute local path, or a URI with the scheme it was given with.
    """

    filesystem: fs.FileSystem
    root: str
    base: str

    @property
    def local(self) -> bool:
        """Says whether the folder lies on a local disk."""
        return isinstance(self.filesystem, fs.LocalFileSystem)

    def location(self, place: str) -> str:
        """The path of a file on the file system, by its place under the folder."""
        return f"{self.root}/{place}"


def open_store(uri: str) -> LogLocation:
    """Finds the file system of a folder; nothing is read yet.

    Args:
        uri: a local path or a URI.

    Raises:
        UsageError: it is no path or URI that can be opened.
    """
    scheme, separator, rest = uri.partition(":")
    if not separator or not (rest.startswith("//") or scheme == "file"):
        return _local(uri)
    if scheme not in (*_REMOTE, "file"):
        raise UsageError(
            f"captures: found {printable_uri(uri)}, wanted a local path or one of {_SCHEMES}; use one of these"
        )
    try:
        filesystem, root = fs.FileSystem.from_uri(re.sub(r"^s3a:", "s3:", uri))
    except (ValueError, OSError) as error:
        why = cut(str(error).split("\n", 1)[0])
        raise UsageError(f"captures: found {printable_uri(uri)}, wanted a URI that pyarrow can open; {why}") from error
    if scheme == "file":
        return _local(root)
    root = root.rstrip("/")
    if not root and scheme != "hdfs":
        raise UsageError(
            f"captures: found {printable_uri(uri)}, wanted a bucket, such as {scheme}://bucket/captures; name it"
        )
    # the path of an HDFS file holds no host, while that of an object store starts with the bucket
    host = without_user(uri).split("/")[2] if scheme == "hdfs" else ""
    return LogLocation(filesystem=filesystem, root=root, base=f"{scheme}://{host}{root}")


def _local(path: str) -> LogLocation:
    if not path.strip() or "\0" in path:
        raise UsageError(f"captures: found {printable_uri(path)}, wanted the folder of a capture log; set captures.uri")
    root = str(Path(path).resolve())
    return LogLocation(filesystem=fs.LocalFileSystem(), root=root.rstrip("/"), base=root)


def printable_uri(uri: str) -> str:
    """A URI as a message names it: quoted, printable, and without a user's name or secret."""
    return f"'{printable(without_user(uri))}'"


def why(error: OSError) -> str:
    """The words of the operating system or the store for a failure, without a path."""
    return os.strerror(error.errno) if error.errno else cut(str(error).split("\n", 1)[0])
