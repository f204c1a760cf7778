"""Does a disk that is full, or can't be written, cost nothing but the same command again?"""

import os
import shutil
import subprocess
from contextlib import contextmanager

import pytest

from darklaunch.cli.operate.disk import refused_by_disk
from tests.soak.comparison import mlflow_of
from tests.whole_runs.faults.conftest import known

pytestmark = pytest.mark.slow

FULL = "darklaunch: storage: found No space left on device"
MLFLOW = "database or disk is full"


@contextmanager
def mounted(folder):
    """A file system in memory of its own; needs root, as containers of CI have it."""
    folder.mkdir()
    mount = shutil.which("mount")
    if os.geteuid() or mount is None or subprocess.run([mount, "-t", "tmpfs", "none", folder], check=False).returncode:
        pytest.skip("a file system can't be mounted here; run this as root")

    def remount(options):
        subprocess.run([mount, "-o", f"remount,{options}", folder], check=True)

    try:
        yield remount
    finally:
        subprocess.run([shutil.which("umount"), "-l", folder], check=True)


def used(folder):
    return shutil.disk_usage(folder).used


def full(launch, place, room, capfd):
    """The look with so many KiB of room; the line that it ends with, or nothing if they were enough."""
    with mounted(place) as remount:
        out = launch.copy(place / "out")
        remount(f"size={used(place) // 1024 + room}k")
        capfd.readouterr()
        code = launch.look(out)
        said = [line for line in capfd.readouterr().err.splitlines() if line.startswith("darklaunch:")]
        assert (code, len(said)) in {(0, 0), (4, 1)}
        remount("size=100m")
        assert launch.look(out) == 0
        assert known(out) == launch.undisturbed
        assert len(mlflow_of(f"sqlite:///{out}/mlflow.db", "darklaunch")) == 4
        return said[0] if said else ""


def test_a_full_disk_is_one_line_and_the_same_command_makes_it_good(launch, tmp_path, capfd):
    assert full(launch, tmp_path / "disk", 8, capfd).startswith(FULL)


@pytest.mark.long
def test_a_disk_may_be_full_at_any_moment(launch, tmp_path, capfd):
    said = [full(launch, tmp_path / str(room), room, capfd) for room in range(4, 700, 24)]
    assert said[-1] == ""
    assert [line for line in said if not (line == "" or line.startswith(FULL) or MLFLOW in line)] == []


def test_a_disk_that_can_only_be_read_is_one_line(launch, tmp_path, capfd):
    with mounted(tmp_path / "disk") as remount:
        out = launch.copy(tmp_path / "disk/out")
        before = known(out)
        remount("ro")
        capfd.readouterr()
        assert launch.look(out) == 4
        (line,) = capfd.readouterr().err.splitlines()
        assert line.startswith(f"darklaunch: storage: found Read-only file system at {out}/launches/.counting")
        assert known(out) == before
        remount("rw")
        assert launch.look(out) == 0
        assert known(out) == launch.undisturbed


def test_wanting_rights_are_a_mistake_of_the_command():
    failure = refused_by_disk(PermissionError(13, "Permission denied", "/srv/out"))
    assert failure.exit_code == 2
    assert str(failure).startswith("storage: found Permission denied at /srv/out, wanted rights to it")


def test_an_error_that_is_not_of_a_disk_stays_a_bug():
    assert refused_by_disk(FileNotFoundError(2, "No such file or directory", "/x")) is None
    assert refused_by_disk(ValueError("x")) is None
