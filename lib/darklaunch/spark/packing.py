"""The project packed for executors, which need not have it installed."""

import atexit
import shutil
import tempfile
import zipfile
from functools import lru_cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Final

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_LEFT_OUT: Final = ("__pycache__", "captures")
"""Folders that no worker reads: compiled modules, and the log of the demo."""


@lru_cache(maxsize=1)
def packed_project() -> Path:
    """A zip file with the modules of the project, made once a process and removed at its end.

    The same modules give the same bytes: Spark Connect refuses another file under a name that it knows.
    """
    folder = Path(tempfile.mkdtemp(prefix="darklaunch-packed-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    packed = folder / "darklaunch-project.zip"
    with as_file(files("darklaunch")) as package, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(package.rglob("*")):
            place = file.relative_to(package)
            if file.is_file() and not set(place.parts) & set(_LEFT_OUT):
                entry = zipfile.ZipInfo(f"darklaunch/{place.as_posix()}", _EPOCH)
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, file.read_bytes())
    return packed
