"""The archive of Spark's classes: what one JVM has loaded the next maps into memory, in half the time.

HotSpot writes it as a JVM ends, and its head last: half an archive is none. One of another Java, another Spark or other
jars is refused by the JVM itself, which then reads the jars.
"""

import hashlib
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

import pyspark

from darklaunch.spark.java import Java

_QUIET: Final = "-Xlog:cds*=off"
"""It warns of every class that it leaves out."""

_KEPT: Final = 2
_HEAD_BYTES: Final = 4
_WRITABLE_BY_OTHERS: Final = 0o022


def archive_options(java: Java, *, make: bool) -> Sequence[str]:
    """Options for a JVM to use the archive; none where there is none, or no folder is this user's alone.

    Args:
        java: the runtime that Spark is started with.
        make: whether to leave an archive behind where there is none, for which the JVM ends some ten seconds later.
    """
    folder = _folder()
    if folder is None:
        return ()
    archive = folder / f"java-{_key(java)}.jsa"
    if _is_whole(archive):
        return (f"-XX:SharedArchiveFile={archive}", _QUIET)
    if not make:
        return ()
    _remove_old(folder)
    return (f"-XX:ArchiveClassesAtExit={archive}", _QUIET)


def _folder() -> Path | None:
    """The folder of archives in the user's cache; None: it can't be made, or others could put an archive there."""
    import platformdirs

    try:
        folder = platformdirs.user_cache_path("darklaunch", appauthor=False)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = folder.stat()
    except (OSError, RuntimeError):
        return None
    own = status.st_uid == os.getuid() and not status.st_mode & _WRITABLE_BY_OTHERS
    return folder if own and os.access(folder, os.W_OK) else None


def _key(java: Java) -> str:
    """Names what an archive is of: this Java and this Spark."""
    try:
        release = (java.home / "release").read_text(encoding="utf-8", errors="replace")
    except OSError:
        release = str(java.version)
    parts = (str(java.home), release, pyspark.__version__, str(Path(pyspark.__file__).parent))
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=8).hexdigest()


def _is_whole(archive: Path) -> bool:
    try:
        with archive.open("rb") as file:
            return any(file.read(_HEAD_BYTES))
    except OSError:
        return False


def _remove_old(folder: Path) -> None:
    """Leaves room: an archive takes 150 MB, and those of other releases of Java and Spark are of no more use."""

    def age(archive: Path) -> float:
        try:
            return archive.stat().st_mtime
        except OSError:
            return 0.0

    for archive in sorted(folder.glob("java-*.jsa"), key=age, reverse=True)[_KEPT - 1 :]:
        with suppress(OSError):
            archive.unlink()
