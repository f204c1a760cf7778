"""Which runs there are, and which one is meant."""

import json
import shutil

import pytest

from darklaunch.errors import UsageError
from darklaunch.runs import verdict_file
from darklaunch.runs.catalog import SkippedFolder, choose, past_runs, read
from tests.publish import sample
from tests.publish.looks import other_launch, verdict_of, write_look

BROKEN = {
    "empty": b"",
    "cut short": b'{\n  "schema_version": 1,\n  "endpoints": [',
    "a list": b"[]",
    "another version": b'{"schema_version": 2}',
    "of something else": b'{"schema_version": 1, "launch": "x"}',
    "not a number": b'{"schema_version": 1, "look": NaN}',
    "deep": b'{"schema_version": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "not UTF-8": b'{"schema_version": "\xff"}',
    "an escape": b'{"schema_version": "\\u001b[2J"}',
}


@pytest.fixture
def out(tmp_path):
    for look in (5, 7, 6):
        write_look(tmp_path, verdict_of(look))
    write_look(tmp_path, verdict_of(4, launch=other_launch()))
    return tmp_path


def test_the_newest_run_comes_last_behind_the_others_of_its_launch(out):
    runs, skipped = past_runs(out)
    assert [run.head.look for run in runs] == [4, 5, 6, 7]
    assert skipped == ()


def tally_of(run):
    return {verdict.value: number for verdict, number in run.tally.items()}


def test_a_run_tells_its_launch_its_fleet_and_how_many_endpoints_have_each_verdict(out):
    run = past_runs(out)[0][-1]
    assert (run.head.launch.name, run.head.fleet.pairs) == ("checkout-v2", 268_020)
    assert tally_of(run) == {"block": 1, "hold": 3, "promote": 2}


def heads_of(report):
    return (report.launch, report.span, report.look, report.verdict, report.reasons, report.fleet)


def test_the_head_of_a_verdict_is_what_the_whole_of_it_says(out):
    folder = choose(out, "20260508T000000Z")
    assert heads_of(verdict_file.read_head_of(folder)) == heads_of(verdict_file.read_report(folder))


@pytest.mark.parametrize("style", [{}, {"indent": 7}, {"separators": (",", ":")}, {"sort_keys": True}], ids=str)
def test_a_verdict_is_read_however_it_is_laid_out(out, style):
    folder = choose(out, "20260508T000000Z")
    as_written = verdict_file.read_head_of(folder)
    (folder / "verdict.json").write_text(json.dumps(verdict_of(7), **style))
    assert verdict_file.read_head_of(folder) == as_written


def test_a_head_that_is_longer_than_what_is_read_first_is_read_as_well(out):
    verdict = verdict_of(7, reasons=["é" * 50_000])
    folder = write_look(out, verdict)
    assert verdict_file.read_head_of(folder).reasons == tuple(verdict["reasons"])


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_a_broken_or_foreign_run_is_skipped_with_one_line_that_says_why(out, text):
    folder = choose(out, "20260507T000000Z")
    (folder / "verdict.json").write_bytes(text)
    runs, skipped = past_runs(out)
    assert len(runs) == 3
    assert [each.folder for each in skipped] == [folder]
    assert skipped[0].why.startswith("verdict.json ")
    assert skipped[0].why.isprintable()


def test_a_number_that_is_none_is_refused(out):
    folder = write_look(out, verdict_of(9))
    text = (folder / "verdict.json").read_text()
    (folder / "verdict.json").write_text(text.replace('"confidence": 0.0', '"confidence": NaN', 1))
    assert [each.why for each in past_runs(out)[1]] == ["verdict.json is no JSON"]


@pytest.mark.parametrize("change", [{"endpoints": {}}, {"endpoints": [{}]}, {"fleet": {}}, {"look": "7"}])
def test_a_verdict_of_another_form_is_refused(out, change):
    folder = write_look(out, verdict_of(9))
    (folder / "verdict.json").write_text(json.dumps(verdict_of(9) | change))
    with pytest.raises(UsageError, match=r"where verdict\.json"):
        read(folder)


def test_a_folder_without_a_verdict_is_skipped_and_a_run_in_the_making_is_not_spoken_of(out):
    runs = out / "launches/checkout-v2-2.13.0-2.14.0-9f31/runs"
    shutil.copytree(runs / "20260508T000000Z", runs / ".old-20260508T000000Z")
    (runs / "notes").mkdir()
    (runs / "notes.txt").write_text("x")
    past, skipped = past_runs(out)
    assert len(past) == 4
    assert skipped == (
        SkippedFolder(folder=runs / "notes", why="verdict.json can't be read: No such file or directory"),
    )


def test_a_run_without_its_table_of_scores_is_read_from_its_verdict(out):
    folder = choose(out, "20260508T000000Z")
    for break_it in (lambda path: path.write_bytes(b"PAR1"), lambda path: path.unlink()):
        break_it(folder / "scores.parquet")
        assert tally_of(past_runs(out)[0][-1]) == {"block": 1, "hold": 3, "promote": 2}


def test_an_out_that_is_not_there_has_no_runs(tmp_path):
    assert past_runs(tmp_path / "none") == ((), ())


@pytest.mark.parametrize(
    ("asked", "end"),
    [
        ("20260507T000000Z", "20260507T000000Z"),
        ("20260507", "20260507T000000Z"),
        ("checkout-v2-2.13.0-2.14.0-9f31/20260508", "20260508T000000Z"),
        ("checkout-v2-2.13.0-2.15", "20260505T000000Z"),
        ("latest", "20260505T000000Z"),
    ],
)
def test_a_run_is_known_by_its_name_by_a_start_of_it_and_as_the_latest(out, asked, end):
    assert choose(out, asked).name == end


def test_a_folder_of_a_run_may_lie_anywhere(out, tmp_path, monkeypatch):
    folder = choose(out, "latest")
    moved = shutil.copytree(folder, tmp_path / "moved")
    assert choose(tmp_path / "none", str(moved)) == moved
    monkeypatch.chdir(tmp_path)
    assert choose(tmp_path / "none", "moved") == moved


def test_a_whole_name_comes_before_those_that_it_is_a_start_of(out):
    runs = out / "launches/checkout-v2-2.13.0-2.14.0-9f31/runs"
    shutil.copytree(runs / "20260508T000000Z", runs / "20260508T000000Z-copy")
    assert choose(out, "20260508T000000Z").name == "20260508T000000Z"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("2026", "is the start of .*/20260508T000000Z, .*; give one of these names"),
        ("nope", "found no run 'nope', wanted a run's folder.*there are "),
        ("", "found no run ''|is the start of"),
        ("x" * 5000, "found no run 'xxx"),
        ("\x1b[2J", r"found no run '\\\\x1b\[2J'"),
    ],
)
def test_a_name_that_no_run_or_more_than_one_has_is_refused_with_names_to_choose_from(out, asked, said):
    with pytest.raises(UsageError, match=said) as caught:
        choose(out, asked)
    assert "\x1b" not in str(caught.value)


def test_the_latest_of_nothing_is_refused(tmp_path):
    for text in (None, "[]", "{}", "{"):
        if text is not None:
            (tmp_path / "latest.json").write_text(text)
        with pytest.raises(UsageError, match=r"no readable latest\.json"):
            choose(tmp_path, "latest")


def test_a_pointer_to_a_run_that_is_gone_is_refused_when_it_is_read(out):
    shutil.rmtree(choose(out, "latest"))
    with pytest.raises(UsageError, match=r"verdict\.json can't be read"):
        read(choose(out, "latest"))


def test_what_is_read_is_what_was_written(out):
    assert read(choose(out, "20260508T000000Z")) == sample.report(verdict_of(7))
    assert verdict_of(7)["endpoints"] == sample.full()["endpoints"]
