"""Where ``--out`` lies: a path, a URI of a folder, and nothing that can't hold a lock."""

from pathlib import Path

import pytest

from darklaunch.errors import UsageError
from darklaunch.storage.out_uri import out_folder


@pytest.mark.parametrize(
    ("out", "folder"),
    [
        ("/data/out", "/data/out"),
        ("file:///data/out", "/data/out"),
        ("file:/data/out", "/data/out"),
        ("file://localhost/data/out", "/data/out"),
        ("file:///data/an%20out", "/data/an out"),
        ("/data/100%25", "/data/100%25"),
        ("a:b", f"{Path.cwd()}/a:b"),
    ],
)
def test_a_folder_is_named_by_its_path_or_its_uri(out, folder):
    assert out_folder(out) == Path(folder)


@pytest.mark.parametrize("scheme", ["s3", "s3a", "gs", "abfss", "hdfs", "dbfs"])
def test_an_object_store_is_refused_because_nothing_there_is_locked(scheme):
    with pytest.raises(UsageError, match="its lock needs a file system") as raised:
        out_folder(f"{scheme}://bucket/out")
    assert "copy finished runs" in str(raised.value)


def test_another_machine_is_refused():
    with pytest.raises(UsageError, match="wanted a path of this machine"):
        out_folder("file://host/out")


def test_a_key_in_the_uri_is_not_shown():
    with pytest.raises(UsageError) as raised:
        out_folder("s3://AKIA:secret@bucket/out")
    assert "secret" not in str(raised.value)
