"""What `darklaunch runs list`, `show` and `diff` tell, on a terminal and elsewhere."""

import io
import json

import pytest
from rich.cells import cell_len
from rich.console import Console

from darklaunch.cli import main, runs_commands
from darklaunch.cli.runs_view import Page
from tests.publish import sample
from tests.publish.looks import other_launch, verdict_of, write_look

HOSTILE = "GET /[red]a[/red]:smile:\x1b[2J\r\n\u202e\x7f\x9b31m[/]"


@pytest.fixture
def out(tmp_path):
    first = verdict_of(6, verdict="hold", fleet=sample.entry(None, "hold", 1000, 1, confidence=0.61))
    first["endpoints"] = [entry | {"verdict": "hold"} for entry in first["endpoints"]]
    write_look(tmp_path, first)
    write_look(tmp_path, verdict_of(7))
    return tmp_path


def hostile_run(out, look, **changes):
    made = verdict_of(look, reasons=[HOSTILE], **changes)
    different = sample.difference(f"$.body['{HOSTILE}']", "missing", 3, 0.5)
    entry = sample.entry(HOSTILE, "hold", 1000, 3, reasons=[HOSTILE], differences=[different])
    made |= {"endpoints": [*made["endpoints"], entry], "groups": [entry | {"group": HOSTILE}]}
    made["causes"] = [sample.cause(HOSTILE, HOSTILE, "missing", look, 100)]
    made["launch"] = made["launch"] | {"name": HOSTILE, "shadow_release": HOSTILE}
    return write_look(out, made)


def str_values(value):
    match value:
        case dict():
            return {text for each in value.values() for text in str_values(each)}
        case list():
            return {text for each in value for text in str_values(each)}
        case _:
            return {value}


def output(capsys, *words, code=0):
    assert main.main([*words]) == code
    return capsys.readouterr()


@pytest.fixture
def on_a_terminal(monkeypatch):
    def printed(out, *words, width=80):
        file = io.StringIO()
        console = Console(file=file, width=width, force_terminal=True, color_system=None)
        monkeypatch.setattr(runs_commands, "_page", lambda: Page(console=console))
        assert main.main([*words, "--out", str(out)]) == 0
        return file.getvalue()

    return printed


def test_every_run_is_a_line_the_newest_last(out, capsys):
    write_look(out, verdict_of(3, launch=other_launch()))
    lines = output(capsys, "runs", "list", "--out", str(out)).out.splitlines()
    assert [line.split("  ")[0] for line in lines] == ["20260504T000000Z", "20260507T000000Z", "20260508T000000Z"]
    assert lines[1] == (
        "20260507T000000Z  hold  look 6  confidence 61 %  pairs 1,000  block 0  hold 6  promote 0  checkout-v2 9f31  "
        f"{out}/launches/checkout-v2-2.13.0-2.14.0-9f31/runs/20260507T000000Z"
    )


def test_a_terminal_gets_a_table_for_each_launch(out, on_a_terminal):
    write_look(out, verdict_of(9, launch=other_launch()))
    lines = on_a_terminal(out, "runs", "list").splitlines()
    assert lines[0] == "checkout-v2 9f31, 2.13.0 to 2.14.0-rc1"
    assert lines[1] == f"{out}/launches/checkout-v2-2.13.0-2.14.0-9f31/runs"
    assert lines[2].split() == [
        *("run", "(end", "of", "window)"),
        *("verdict", "look", "confidence", "pairs", "block", "hold", "promote"),
    ]
    assert lines[4].split() == ["20260508T000000Z", "block", "7", "none", "268,020", "1", "3", "2"]
    assert lines[6] == "checkout-v2 77aa, 2.13.0 to 2.15.0"


def test_the_list_as_json_holds_what_the_table_shows(out, capsys):
    listed = json.loads(output(capsys, "runs", "list", "--out", str(out), "--json").out)
    assert [item["look"] for item in listed] == [6, 7]
    assert listed[1]["endpoints"] == {"block": 1, "hold": 3, "promote": 2}
    assert listed[1]["launch"]["shadow_release"] == "2.14.0-rc1"


def test_a_broken_run_is_named_on_stderr_and_the_others_are_listed(out, capsys):
    broken = out / "launches/checkout-v2-2.13.0-2.14.0-9f31/runs/20260507T000000Z"
    (broken / "verdict.json").write_text("{")
    said = output(capsys, "runs", "list", "--out", str(out))
    assert len(said.out.splitlines()) == 1
    assert said.err == f"darklaunch: skipped {broken}: verdict.json is cut short\n"


def test_an_out_without_a_run_is_a_matter_of_usage(tmp_path, capsys):
    said = output(capsys, "runs", "list", "--out", str(tmp_path), code=2)
    assert said.err == (
        f"darklaunch: --out: found no run in {tmp_path}, wanted a folder that `darklaunch run --out` wrote\n"
    )


def test_the_latest_run_is_shown_with_the_fleet_first_and_a_line_for_each_endpoint(out, capsys):
    lines = output(capsys, "runs", "show", "--out", str(out)).out.splitlines()
    assert lines[:2] == [
        "checkout-v2 9f31, 2.13.0 to 2.14.0-rc1",
        "look 7, 2026-05-07 00:00 UTC to 2026-05-08 00:00 UTC",
    ]
    assert "BLOCK  all endpoints" in lines
    assert sum(line.startswith(("block  ", "hold  ", "promote  ")) for line in lines) == 6
    assert lines[-1].startswith("report  ")


def test_one_endpoint_is_shown_alone(out, capsys):
    text = output(capsys, "runs", "show", "20260507", "--endpoint", "POST /orders", "--out", str(out)).out
    assert "HOLD  POST /orders" in text
    assert "POST /orders: 24,120 requests" in text
    assert "GET /health" not in text


def test_a_run_is_shown_as_json_with_its_sentences_and_its_numbers(out, capsys):
    listed = json.loads(output(capsys, "runs", "show", "--out", str(out), "--json").out)
    assert [item["name"] for item in listed["told"]][:2] == ["all endpoints", "POST /orders"]
    assert all(item["compared"] and item["found"] and item["follows"] for item in listed["told"])
    assert listed["told"][1]["entry"]["mismatches"] == 702


def test_groups_are_shown_behind_the_endpoints(out, capsys):
    group = sample.entry(None, "hold", 70, 0) | {"group": "group admin"}
    write_look(out, verdict_of(8, groups=[group]))
    assert "hold  group admin: excess" in output(capsys, "runs", "show", "--out", str(out)).out
    assert (
        "So this group is on hold" in output(capsys, "runs", "show", "--endpoint", "group admin", "--out", str(out)).out
    )


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("GET /item/{id}", "did you mean 'GET /items/{id}'"),
        ("zzz\x1b[31m", r"found 'zzz\\x1b[31m', wanted one of 6 endpoints; `darklaunch runs show` without --endpoint"),
    ],
)
def test_an_unknown_endpoint_gets_close_matches(out, capsys, asked, said):
    err = output(capsys, "runs", "show", "--endpoint", asked, "--out", str(out), code=2).err
    assert said in err
    assert "\x1b" not in err


def test_two_looks_are_compared(out, capsys):
    lines = output(capsys, "runs", "diff", "20260507", "latest", "--out", str(out)).out.splitlines()
    assert lines[1] == "before  hold  look 6  to 2026-05-07 00:00 UTC  confidence 61 %  1,000 pairs"
    assert lines[2] == "after  block  look 7  to 2026-05-08 00:00 UTC  confidence none  268,020 pairs"
    assert "Verdicts: 3 of 6 endpoints changed" in lines
    assert "  hold to block  POST /orders" in lines
    assert "Differing paths, new: 0" in lines
    assert "  1.62 % (390) to 1.62 % (390)  type changed  POST /orders $.body.total.amount" in lines
    assert "Causes, persistent: 3" in lines
    assert not any("Not comparable" in line for line in lines)


def test_runs_of_two_launches_are_compared_with_a_warning(out, capsys):
    folder = write_look(out, verdict_of(9, launch=other_launch()))
    text = output(capsys, "runs", "diff", str(folder), "20260508", "--out", str(out)).out
    assert (
        "Not comparable evidence: the runs belong to different launches (shadow release 2.15.0, then 2.14.0-rc1)"
        in text
    )
    assert "The run named first looked at the later window." in text


def test_long_lists_are_cut_and_say_so(out, capsys):
    made = verdict_of(8)
    made["endpoints"][0]["differences"] = [
        sample.difference(f"$.x{number}", "missing", 40 - number, (40 - number) / 1000) for number in range(18)
    ]
    write_look(out, made)
    lines = output(capsys, "runs", "diff", "20260508", "20260509", "--out", str(out)).out.splitlines()
    assert "Differing paths, new: 18" in lines
    assert "  and 3 more, all in --json" in lines
    assert sum("$.x" in line for line in lines) == 15
    listed = json.loads(output(capsys, "runs", "diff", "20260508", "20260509", "--out", str(out), "--json").out)
    assert len(listed["paths"]["new"]) == 18


def test_a_run_without_causes_says_so(out, capsys):
    older = verdict_of(5)
    del older["causes"]
    write_look(out, older)
    assert "Causes: not known" in output(capsys, "runs", "diff", "20260506", "20260508", "--out", str(out)).out


@pytest.mark.parametrize("words", [["list"], ["show"], ["diff", "20260507", "20260508"]])
def test_quiet_prints_nothing(out, capsys, words):
    assert output(capsys, "runs", *words, "--out", str(out), "--quiet") == ("", "")


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("words", [["show"], ["diff", "20260507", "20260509"]])
def test_a_terminal_is_never_written_wider_than_it_is(out, on_a_terminal, words, width):
    write_look(out, verdict_of(8) | {"endpoints": sample.crowd(40)["endpoints"]})
    text = on_a_terminal(out, "runs", *words, width=width)
    assert max(cell_len(line) for line in text.splitlines() if not line.startswith("report ")) <= width


@pytest.mark.parametrize("style", [[], ["--json"]])
@pytest.mark.parametrize(
    "words", [["list"], ["show"], ["show", "--endpoint", HOSTILE], ["diff", "20260508", "20260509"]], ids=str
)
def test_strings_from_traffic_do_nothing(out, capsys, on_a_terminal, words, style):
    hostile_run(out, 7)
    hostile_run(out, 8)
    hostile_run(out, 9, launch=other_launch())
    plain = output(capsys, "runs", *words, "--out", str(out), *style).out
    texts = [plain] if style else [plain, on_a_terminal(out, "runs", *words)]
    for text in texts:
        assert all(character.isprintable() or character == "\n" for character in text)
        assert "[red]" in text
        assert "smile" in text
    if style:
        assert HOSTILE in str_values(json.loads(plain))


def test_an_output_in_ascii_can_be_written(out, monkeypatch):
    made = verdict_of(8)
    made["endpoints"][0]["endpoint"] = "GET /größe/{id}"
    write_look(out, made)
    raw = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(raw, encoding="ascii", write_through=True))
    assert main.main(["runs", "show", "--out", str(out)]) == 0
    assert b"GET /gr\\xf6\\xdfe/{id}" in raw.getvalue()


@pytest.mark.parametrize("words", [["runs"], ["runs", "diff", "x"], ["runs", "list", "x"], ["runs", "diff"]])
def test_half_a_command_is_a_matter_of_usage(words, capsys):
    with pytest.raises(SystemExit) as ended:
        main.main(words)
    assert ended.value.code == 2
    assert "usage: darklaunch" in capsys.readouterr().err
