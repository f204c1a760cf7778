"""Which archive of Spark's classes does a JVM use, and which does it leave behind?"""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from darklaunch.spark.class_archive import archive_options
from darklaunch.spark.java import Java

WHOLE, BEGUN = b"\xa8\xab\x0b\xf0 and classes", bytes(64)
SESSION = """
from pathlib import Path
from darklaunch.spark.session import open_session
session = open_session("local[1]", {}, make_archive=True)
session.range(1).count()
# of the process group: the JVM is a child of Spark's launcher
ours = [file for file in Path("/proc").glob("[0-9]*/maps") if os.getpgid(int(file.parent.name)) == os.getpgid(0)]
maps = [file.read_text() for file in ours]
print(any(".jsa" in text and "darklaunch" in text for text in maps))
"""


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "darklaunch"


def java_of(folder: Path, release="17.0.1"):
    folder.mkdir(exist_ok=True)
    (folder / "release").write_text(f'JAVA_VERSION="{release}"')
    return Java(home=folder, version=17, source="PATH")


def archive_of(java: Java) -> Path:
    option, _ = archive_options(java, make=True)
    return Path(option.partition("=")[2])


def test_an_archive_is_made_only_where_that_is_asked_for(cache, tmp_path):
    java = java_of(tmp_path / "java")
    assert archive_options(java, make=False) == ()
    assert archive_options(java, make=True)[0].startswith(f"-XX:ArchiveClassesAtExit={cache}")


@pytest.mark.usefixtures("cache")
def test_a_whole_archive_is_used_and_one_that_was_only_begun_is_made_again(tmp_path):
    java = java_of(tmp_path / "java")
    archive = archive_of(java)
    for content, option in (
        (WHOLE, "SharedArchiveFile"),
        (BEGUN, "ArchiveClassesAtExit"),
        (b"", "ArchiveClassesAtExit"),
    ):
        archive.write_bytes(content)
        assert archive_options(java, make=True)[0] == f"-XX:{option}={archive}"
    assert archive_options(java, make=False) == ()


@pytest.mark.usefixtures("cache")
def test_another_java_has_another_archive(tmp_path):
    names = {
        archive_of(java_of(tmp_path / home, of)) for home, of in (("a", "17.0.1"), ("a", "17.0.2"), ("b", "17.0.1"))
    }
    assert len(names) == 3


@pytest.mark.usefixtures("cache")
def test_only_the_newest_archives_stay(tmp_path):
    archives = []
    for number in range(4):
        archives.append(archive_of(java_of(tmp_path / "java", f"17.0.{number}")))
        archives[-1].write_bytes(WHOLE)
        os.utime(archives[-1], (number, number))
    archive_of(java_of(tmp_path / "java", "17.0.9"))
    assert [archive.exists() for archive in archives] == [False, False, False, True]


def test_a_folder_that_others_may_write_to_is_not_used(cache, tmp_path):
    archive = archive_of(java_of(tmp_path / "java"))
    archive.write_bytes(WHOLE)
    cache.chmod(0o777)
    assert archive_options(java_of(tmp_path / "java"), make=True) == ()


def test_where_no_cache_can_be_made_there_is_no_archive(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert archive_options(java_of(tmp_path / "java"), make=True) == ()


@pytest.mark.long
def test_one_session_leaves_an_archive_and_the_next_maps_it(tmp_path):
    environment = os.environ | {"XDG_CACHE_HOME": str(tmp_path)}
    mapped = []
    for _ in range(2):
        ran = subprocess.run(  # noqa: S603 - ourselves
            [sys.executable, "-c", f"import os\n{SESSION}"],
            env=environment, capture_output=True, text=True, timeout=300, check=True, start_new_session=True,
        )  # fmt: skip
        mapped.append(ran.stdout.split()[-1])
        assert "[warning]" not in ran.stdout + ran.stderr
        until = time.monotonic() + 120
        while not _is_written(tmp_path / "darklaunch") and time.monotonic() < until:
            time.sleep(1)
    assert mapped == ["False", "True"]


def _is_written(folder: Path) -> bool:
    return any(archive.read_bytes()[:4].strip(b"\0") for archive in folder.glob("*.jsa"))
