"""Files and folders are replaced whole: a run that breaks off at any step loses nothing."""

import os
import shutil
from pathlib import Path

import pytest

from darklaunch.storage.atomic import folders_in, read_json, replace_folder, restore, write_json, write_text

OLD, NEW = {"a.json": "old", "b/c.parquet": "old"}, {"a.json": "new", "b/c.parquet": "new"}
STEPS = ((Path, "rename"), (Path, "mkdir"), (os, "replace"), (shutil, "rmtree"))


class BrokenOffError(BaseException):
    """A run that is killed; no ``except Exception`` sees it."""


def make(folder, files):
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def files_of(folder):
    return {str(file.relative_to(folder)): file.read_text() for file in folder.rglob("*") if file.is_file()}


def break_off(monkeypatch, number, *, after):
    """Breaks off at the numbered step, before it or after it (a removal: in the middle)."""
    steps = iter(range(1000))

    def broken(step, act):
        def acting(*arguments, **options):
            if next(steps) < number:
                return act(*arguments, **options)
            if after and step == "rmtree":
                for file in [file for file in Path(arguments[0]).rglob("*") if file.is_file()][:1]:
                    file.unlink()
            elif after:
                act(*arguments, **options)
            raise BrokenOffError

        return acting

    for owner, step in STEPS:
        monkeypatch.setattr(owner, step, broken(step, getattr(owner, step)))


@pytest.mark.parametrize("after", [False, True])
def test_a_folder_is_whole_wherever_its_replacement_breaks_off(tmp_path, after):
    seen = []
    for number in range(100):
        folder = tmp_path / str(number)
        target, fresh = make(folder / "runs/x", OLD), make(folder / "work", NEW)
        with pytest.MonkeyPatch.context() as patch:
            break_off(patch, number, after=after)
            try:
                replace_folder(fresh, target)
                broken = False
            except BrokenOffError:
                broken = True
        assert folders_in(folder / "runs") == [target]
        assert files_of(target) in (OLD, NEW)
        assert files_of(target) == NEW or files_of(fresh) == NEW
        seen.append(files_of(target) == NEW)
        replace_folder(make(folder / "again", NEW), target)
        assert files_of(target) == NEW
        assert sorted(path.name for path in (folder / "runs").iterdir()) == ["x"]
        if not broken:
            break
    assert seen == sorted(seen)
    assert len(seen) > 4
    assert not broken


def test_a_reader_that_restores_in_the_middle_is_outrun(tmp_path, monkeypatch):
    target, fresh = make(tmp_path / "runs/x", OLD), make(tmp_path / "work", NEW)
    rename, readers = Path.rename, iter([True])

    def with_a_reader(path, goal):
        if path == fresh and next(readers, False):
            folders_in(tmp_path / "runs")
        return rename(path, goal)

    monkeypatch.setattr(Path, "rename", with_a_reader)
    replace_folder(fresh, target)
    assert files_of(target) == NEW


def test_what_can_not_be_restored_is_left_as_it_is(tmp_path, monkeypatch):
    aside = make(tmp_path / ".old-x", OLD)

    def forbidden(_path, _goal):
        raise PermissionError

    monkeypatch.setattr(Path, "rename", forbidden)
    restore(tmp_path / "x")
    assert folders_in(tmp_path) == []
    assert files_of(aside) == OLD


def test_a_folder_that_can_not_be_replaced_stays(tmp_path):
    target = make(tmp_path / "runs/x", OLD)
    with pytest.raises(OSError, match="none"):
        replace_folder(tmp_path / "none", target)
    assert folders_in(tmp_path / "runs") == [target]
    assert files_of(target) == OLD


def test_half_of_a_removed_folder_is_never_restored(tmp_path, monkeypatch):
    target = make(tmp_path / "runs/x", OLD)
    break_off(monkeypatch, 5, after=True)
    with pytest.raises(BrokenOffError):
        replace_folder(make(tmp_path / "work", NEW), target)
    monkeypatch.undo()
    shutil.rmtree(target)
    assert [files_of(folder) for folder in folders_in(tmp_path / "runs")] in ([], [OLD])


@pytest.mark.parametrize("after", [False, True])
def test_a_file_is_the_old_or_the_new_one(tmp_path, monkeypatch, after):
    path = tmp_path / "x" / "a.json"
    write_json(path, {"is": "old"})
    break_off(monkeypatch, 1, after=after)
    with pytest.raises(BrokenOffError):
        write_json(path, {"is": "new"})
    assert read_json(path) == {"is": "new" if after else "old"}


def test_json_holds_no_number_that_is_none(tmp_path):
    with pytest.raises(ValueError, match="JSON"):
        write_json(tmp_path / "a.json", {"x": float("nan")})
    assert not (tmp_path / "a.json").exists()


def test_a_text_is_written_as_it_is(tmp_path):
    write_text(tmp_path / "a.txt", "ä\n")
    assert (tmp_path / "a.txt").read_bytes() == b"\xc3\xa4\n"
    assert list(tmp_path.iterdir()) == [tmp_path / "a.txt"]
