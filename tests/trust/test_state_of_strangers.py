"""What somebody wrote under ``--out`` by hand."""

import json

import pytest

from darklaunch.errors import OutsideError
from darklaunch.runs.catalog import newest_run
from darklaunch.storage.launches import read_launch
from tests.publish import sample
from tests.runs.run_folder import write_run

ELSEWHERE = ["../elsewhere", "/tmp/elsewhere", "launches/../../elsewhere", "a/../../elsewhere"]  # noqa: S108 - a name


@pytest.mark.parametrize("place", ELSEWHERE)
def test_a_pointer_that_leads_out_is_not_followed(tmp_path, place):
    out = tmp_path / "out"
    folder = write_run(out, sample.full())
    assert newest_run(out) == folder
    (out / "latest.json").write_text(json.dumps({"run": place}))
    assert newest_run(out) is None


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"name": 1}', "[" * 5000, '{"number": 0}'])
def test_a_record_of_a_launch_that_is_none_is_named(tmp_path, text):
    (tmp_path / "launch.json").write_text(text)
    with pytest.raises(OutsideError, match=r"launch\.json: found"):
        read_launch(tmp_path)
