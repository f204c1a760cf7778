"""Past runs and the state of launches, with damaged files: what is expected, or a named error, within seconds."""

import random

import pytest

from darklaunch.errors import DarklaunchError
from darklaunch.runs.catalog import newest_run, past_runs
from darklaunch.runs.verdict_file import NoRunError, read_head_of, read_report
from darklaunch.storage.launches import LaunchRecord, read_launch, record_launch
from darklaunch.storage.run_folder import note_pruned, pruned_runs
from darklaunch.storage.state import LaunchState, StateTable, read_state
from tests.publish import sample
from tests.runs.run_folder import write_run
from tests.trust.damage import COUNTS, damaged, in_time, shown

JSON = [
    b"NaN",
    b"1e999",
    b"[" * 3000,
    b'"\\ud800"',
    b"null",
    b"{",
    b"}",
    b'"',
    b"\0",
    b"9" * 5000,
    b"-",
    b'"../../x"',
    b"true",
]


def is_read(reader, folder, seed):
    try:
        reader(folder)
    except NoRunError as error:
        shown(error, seed)
        return False
    return True


@COUNTS
def test_the_verdict_of_a_past_run_is_read_or_said_to_be_none(tmp_path, count):
    folder = write_run(tmp_path, sample.full())
    whole = (folder / "verdict.json").read_bytes()
    refused = 0
    for seed in range(count):
        (folder / "verdict.json").write_bytes(damaged(random.Random(f"verdict {seed}"), whole, JSON))
        with in_time(seed):
            refused += sum(not is_read(reader, folder, seed) for reader in (read_head_of, read_report))
    past_runs(tmp_path)
    assert refused > count / 2


def launch_with_state(out):
    launch = out / "launches" / "shop-1"
    first = LaunchRecord(name="shop", production_release="1.0", shadow_release="2.0")
    record_launch(launch, first, None)
    state = LaunchState(folder=launch / "state").with_documents(StateTable.NOISE, {"learned": {"rules": [1, 2]}})
    state.commit()
    note_pruned(launch, {"20260507T000000Z"})
    write_run(out, sample.full())
    return launch


READERS = {
    "launch.json": read_launch,
    "pruned.json": pruned_runs,
    "state/committed.json": lambda launch: read_state(launch).documents(StateTable.NOISE),
    "state/noise/_delta_log/00000000000000000000.json": lambda launch: read_state(launch).documents(StateTable.NOISE),
    "../../latest.json": lambda launch: newest_run(launch.parents[1]),
}


@COUNTS
@pytest.mark.parametrize("name", READERS)
def test_the_state_of_a_launch_is_read_or_refused_by_its_name(tmp_path, name, count):
    launch = launch_with_state(tmp_path)
    file = (launch / name).resolve()
    assert file.is_file(), sorted(path for path in launch.rglob("*"))
    whole = file.read_bytes()
    for seed in range(count):
        file.write_bytes(damaged(random.Random(f"{name} {seed}"), whole, JSON))
        with in_time(seed):
            try:
                READERS[name](launch)
            except DarklaunchError as error:
                shown(error, seed)
