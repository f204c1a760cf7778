"""Does Java start where darklaunch was started by darklaunch: from a notebook, say, that holds a session?"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from darklaunch.spark.java import Java, find_java, use_java

TWICE = """
import subprocess, os
from darklaunch.spark.java import find_java, use_java
use_java(find_java())
launcher = os.environ["JAVA_HOME"] + "/bin/java"
print(subprocess.run([launcher, "-x"], capture_output=True, text=True, timeout=10, check=True).stdout)
"""


@pytest.fixture
def java(tmp_path: Path) -> Java:
    program = tmp_path / "a java's home" / "bin" / "java"
    program.parent.mkdir(parents=True)
    program.write_text('#!/bin/sh\necho "openjdk version \\"21.0.1\\"" >&2\necho "arguments: $*"\n')
    program.chmod(0o755)
    return Java(home=program.parent.parent, version=21, source="JAVA_HOME")


def test_a_process_started_by_one_that_uses_java_finds_it_too(java: Java, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", str(java.home))
    use_java(java)
    printed = subprocess.run([sys.executable, "-c", TWICE], capture_output=True, text=True, timeout=60, check=True)  # noqa: S603 - ourselves
    assert printed.stdout.strip() == "arguments: -x"


def test_the_launcher_drops_the_module_that_not_every_runtime_has(java: Java, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", str(java.home))
    use_java(find_java())
    launcher = Path(os.environ["JAVA_HOME"]) / "bin" / "java"
    arguments = ["--add-modules=jdk.incubator.vector", "-Xmx1g", "a b"]
    printed = subprocess.run([launcher, *arguments], capture_output=True, text=True, timeout=10, check=True)  # noqa: S603 - ourselves
    assert printed.stdout.strip() == "arguments: -Xmx1g a b"
