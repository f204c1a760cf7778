"""The numbers of every format, read back, are those of verdict.json."""

import csv
import io
import json
import re

import openpyxl
import pyarrow.parquet as pq
import pypdf
import pytest
from lxml import etree
from markdown_it import MarkdownIt

from darklaunch.publish.export.format import Format
from darklaunch.publish.export.render import render
from darklaunch.publish.tables import write_scores
from darklaunch.text.numbers import count, rate
from darklaunch.window import parse_moment
from tests.publish import sample
from tests.publish.reading import NUMBERS, VERDICTS, latency, listed, printed


@pytest.fixture(params=VERDICTS)
def verdict(request):
    return VERDICTS[request.param]()


def rendered(verdict, form):
    return render(sample.report(verdict), form)


def sheet_rows(verdict, name):
    sheet = openpyxl.load_workbook(io.BytesIO(rendered(verdict, Format.XLSX)))[name]
    headings, *rows = ([cell.value for cell in row] for row in sheet.iter_rows())
    return [dict(zip(headings, row, strict=True)) for row in rows]


def pdf_lines(verdict):
    reader = pypdf.PdfReader(io.BytesIO(rendered(verdict, Format.PDF)))
    text = "\n".join(page.extract_text() for page in reader.pages)
    return reader, re.sub(r"\s+", " ", text.replace("\u200b", ""))


def markdown_tables(verdict):
    """The tables of the Markdown as lists of rows of texts."""
    tokens = MarkdownIt("commonmark").enable("table").parse(rendered(verdict, Format.MARKDOWN).decode())
    tables = []
    for token in tokens:
        if token.type == "table_open":
            tables.append([])
        elif token.type == "tr_open":
            tables[-1].append([])
        elif token.type == "inline" and tables and token.level >= 4:
            tables[-1][-1].append("".join(_shown(child) for child in token.children))
    return [[dict(zip(table[0], row, strict=True)) for row in table[1:]] for table in tables]


def _shown(token):
    return "" if token.type == "html_inline" and token.content in {"<code>", "</code>"} else token.content


def close(cells, numbers):
    """Whether cells hold these numbers, of which a workbook keeps 16 digits; None is an empty cell."""
    return len(cells) == len(numbers) and all(
        cell is number if number is None else cell == pytest.approx(number, rel=1e-15)
        for cell, number in zip(cells, numbers, strict=True)
    )


def holds(read, wanted):
    """Whether a JSON value holds another: of an object each member that is wanted."""
    if isinstance(wanted, dict):
        return all(name in read and holds(read[name], value) for name, value in wanted.items() if value is not None)
    if isinstance(wanted, list):
        return len(read) == len(wanted) and all(map(holds, read, wanted))
    return read == wanted or parse_moment(read) == parse_moment(wanted)


def test_the_json_is_the_verdict(verdict):
    assert holds(json.loads(rendered(verdict, Format.JSON)), verdict)


def test_the_table_for_programs_holds_every_number(verdict, tmp_path):
    write_scores(tmp_path / "scores.parquet", sample.report(verdict))
    rows = pq.read_table(tmp_path / "scores.parquet").to_pylist()
    assert [[row[name] for name in ("endpoint", "verdict", *NUMBERS)] for row in rows] == [
        [entry[name] for name in ("endpoint", "verdict", *NUMBERS)] for entry in verdict["endpoints"]
    ]


def test_the_csv_holds_every_number(verdict):
    rows = list(csv.DictReader(io.StringIO(rendered(verdict, Format.CSV).decode())))
    assert len(rows) == len(verdict["endpoints"])
    for row, entry in zip(rows, verdict["endpoints"], strict=True):
        assert [None if row[name] == "" else float(row[name]) for name in NUMBERS] == [entry[name] for name in NUMBERS]


def test_the_sheet_of_endpoints_holds_every_number(verdict):
    rows = {row["endpoint"]: row for row in sheet_rows(verdict, "endpoints")}
    assert set(rows) == set(listed(verdict))
    for name, entry in listed(verdict).items():
        assert close([rows[name][key] for key in NUMBERS], [entry[key] for key in NUMBERS])
        assert rows[name]["verdict"] == entry["verdict"]
        assert rows[name]["shadow_only_errors"] == entry["status"]["shadow_only_errors"]
        assert rows[name]["production_only_errors"] == entry["status"]["production_only_errors"]
        for quantile, at in entry["latency"].items():
            names = ("production_ms", "shadow_ms", "baseline_ms", "ratio", "low", "high")
            assert close([rows[name][f"{quantile}_{each}"] for each in names], [at.get(each) for each in names])


def test_an_undefined_number_is_an_empty_cell_with_its_reason_beside_it():
    rows = {row["endpoint"]: row for row in sheet_rows(sample.full(), "endpoints")}
    assert rows["all endpoints"]["pairs_needed"] is None
    assert "pairs_needed: will not promote at this rate" in rows["all endpoints"]["undefined"]


def test_the_sheet_of_causes_holds_every_number(verdict):
    names = ("requests", "share", "share_low", "share_high", "failures_a_day", "noise_share")
    for row, cause in zip(sheet_rows(verdict, "causes"), verdict["causes"], strict=True):
        assert close([row[name] for name in names], [cause[name] for name in names])
        assert row["paths"] == len(cause["paths"]) + cause["paths_beyond"]


def test_the_sheet_of_differences_holds_every_number(verdict):
    read = [tuple(row[name] for name in ("requests", "share", "kind")) for row in sheet_rows(verdict, "differences")]
    every = [each for entry in verdict["endpoints"] for each in entry["differences"]]
    assert sorted(read) == sorted((each["requests"], pytest.approx(each["share"]), each["kind"]) for each in every)


def test_the_other_sheets_hold_the_numbers_of_the_verdict_the_funnel_and_the_settings(verdict):
    facts = {row["what"]: row["value"] for row in sheet_rows(verdict, "verdict")}
    verdicts = [each["verdict"] for each in verdict["endpoints"]]
    assert facts["look"] == str(verdict["look"])
    assert facts["endpoints"] == ", ".join(f"{verdicts.count(word)} {word}" for word in ("block", "hold", "promote"))
    funnel = {row["box"]: row for row in sheet_rows(verdict, "funnel")}
    arms = ("production", "shadow", "baseline")
    assert [funnel["rows read"][arm] for arm in arms] == [verdict["funnel"][arm] for arm in arms]
    for box, rows in verdict["funnel"]["rows"].items():
        assert {arm: funnel[box][arm] for arm in rows} == rows
        assert funnel[box]["requests"] == verdict["funnel"][box]
    settings = {row["key"]: row["value"] for row in sheet_rows(verdict, "settings")}
    assert settings == verdict["settings"]


def test_the_pdf_prints_every_number_of_the_endpoints(verdict):
    _, text = pdf_lines(verdict)
    for name, entry in listed(verdict).items():
        if len(name) > 60:
            continue  # broken over lines
        numbers = printed(entry)
        line = " ".join([name, *list(numbers.values())[:6], latency(entry), *list(numbers.values())[6:]])
        assert f"{entry['verdict']} {line}" in text


def test_the_first_two_pages_are_the_directors(verdict):
    reader, _ = pdf_lines(verdict)
    first, second, third = (re.sub(r"\s+", " ", reader.pages[page].extract_text()) for page in range(3))
    assert verdict["verdict"].upper() in first
    assert rate(verdict["fleet"]["tolerated_excess"]) in first
    assert "How it was found" in second
    assert "regression" in third
    assert reader.pages[2].mediabox.width > reader.pages[2].mediabox.height


def test_the_markdown_holds_every_number_of_the_endpoints(verdict):
    tables = markdown_tables(verdict)
    rows = next(table for table in tables if table and "Regression" in table[0])
    assert rows[0]["Endpoint"] == "all endpoints"
    by_name = {row["Endpoint"]: row for row in rows}
    headings = ("Pairs", "Effective", "Differ", "Mismatch rate", "Excess", "Tolerated", "Confidence", "Regression")
    for name, entry in listed(verdict).items():
        cells = [by_name[name][heading] for heading in (*headings, "Still needed")]
        assert cells == list(printed(entry).values())
        assert by_name[name]["Latency"] == latency(entry)
        assert by_name[name]["Verdict"].endswith(entry["verdict"])


def test_junit_has_a_case_for_every_endpoint_that_fails_where_it_is_blocked_and_is_skipped_on_hold(verdict):
    suites = etree.fromstring(rendered(verdict, Format.JUNIT))
    cases = {case.get("name"): case for case in suites.iter("testcase")}
    assert set(cases) == set(listed(verdict))
    for name, entry in listed(verdict).items():
        assert (cases[name].find("failure") is not None) == (entry["verdict"] == "block")
        assert (cases[name].find("skipped") is not None) == (entry["verdict"] == "hold")
    every = [entry["verdict"] for entry in listed(verdict).values()]
    assert [int(suites.get(name)) for name in ("tests", "failures", "skipped", "errors")] == [
        len(every),
        every.count("block"),
        every.count("hold"),
        0,
    ]
    assert f"{count(verdict['fleet']['pairs'])} requests" in "".join(cases["all endpoints"].itertext()) or (
        verdict["fleet"]["pairs"] == 0
    )


def test_the_pdf_and_the_markdown_hold_the_numbers_of_the_causes_and_of_the_funnel(verdict):
    _, text = pdf_lines(verdict)
    for cause in verdict["causes"]:
        numbers = [count(cause["requests"]), rate(cause["share"]), count(cause["failures_a_day"])]
        assert f"{cause['severity']} {' '.join(numbers)} " in text
    rows = [row for table in markdown_tables(verdict) for row in table if "Answers a day" in row]
    assert [[row["Requests"], row["Share"], row["Answers a day"]] for row in rows] == [
        [count(cause["requests"]), rate(cause["share"]), count(cause["failures_a_day"])] for cause in verdict["causes"]
    ]
    funnel = verdict["funnel"]
    boxes = [row["Number"] for table in markdown_tables(verdict) for row in table if "Requests of the window" in row]
    assert boxes == [count(funnel[box]) for box in sample.BOXES if funnel[box]]
    assert f"rows read {' '.join(count(funnel[arm]) for arm in ('production', 'shadow', 'baseline'))}" in text
    for box, by_arm in funnel["rows"].items():
        if funnel[box]:
            assert f" {count(funnel[box])} {' '.join(map(count, by_arm.values()))} " in text
