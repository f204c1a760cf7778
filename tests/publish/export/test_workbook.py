"""The workbook as people use it: headings that stay, numbers that are formatted, verdicts in colour."""

import io

import openpyxl
import pytest

from darklaunch.publish.export.sheet import Column, Sheet, Style
from darklaunch.publish.export.workbook import workbook_xlsx
from tests.publish import sample


@pytest.fixture(scope="module")
def book():
    return openpyxl.load_workbook(io.BytesIO(workbook_xlsx(sample.report(sample.full()))))


def cell_under(sheet, heading, row=2):
    place = [cell.value for cell in sheet[1]].index(heading) + 1
    return sheet.cell(row=row, column=place)


def test_there_is_a_sheet_for_each_question_with_headings_that_stay(book):
    assert book.sheetnames == ["verdict", "endpoints", "causes", "differences", "funnel", "settings"]
    assert [sheet.freeze_panes for sheet in book] == ["B2", "B2", "B2", "C2", "B2", "B2"]
    assert all(sheet.auto_filter.ref for sheet in book)


@pytest.mark.parametrize(
    ("heading", "wanted"),
    [
        ("pairs", "#,##0"),
        ("excess_high", "0.000%"),
        ("confidence", '[>0.9999]">99.99%";[<=0]"none";0.00%'),
        ("p50_production_ms", '#,##0.00" ms"'),
        ("p50_ratio", '0.00"x"'),
    ],
)
def test_numbers_have_the_format_of_their_kind(book, heading, wanted):
    assert cell_under(book["endpoints"], heading).number_format == wanted


def test_verdicts_and_severities_are_coloured_by_their_word(book):
    rules = {
        (sheet.title, rule.formula[0]): str(area.sqref)
        for sheet in book
        for area in sheet.conditional_formatting
        for rule in area.rules
    }
    rows = book["endpoints"].max_row
    assert {rules["endpoints", f'"{word}"'] for word in ("block", "hold", "promote")} == {f"C2:C{rows}"}
    assert rules["causes", '"high"'].startswith("E2")
    assert rules["verdict", '"block"'].startswith("B2")


def test_the_worst_endpoint_comes_first_behind_the_fleet(book):
    names = [cell.value for cell in book["endpoints"]["A"]]
    assert names[1:3] == ["all endpoints", "POST /orders"]


def test_no_heading_is_cut(book):
    for sheet in book:
        for cell in sheet[1]:
            assert sheet.column_dimensions[cell.column_letter].width > len(cell.value)


def test_a_row_that_does_not_fit_its_columns_is_refused():
    with pytest.raises(ValueError, match="a row of 1 cells was wanted"):
        Sheet(name="x", columns=(Column(name="a", style=Style.TEXT, width=9),), rows=(("a", "b"),))


def test_a_row_is_as_high_as_its_wrapped_text_and_what_is_endless_is_not_wrapped():
    made = sample.full()
    made["settings"] = {"short": "x", "three lines": "word " * 45, "endless": "word " * 500}
    sheet = openpyxl.load_workbook(io.BytesIO(workbook_xlsx(sample.report(made))))["settings"]
    assert [sheet.row_dimensions[row].height for row in (2, 3, 4)] == [None, 45, None]
    assert [bool(sheet.cell(row=row, column=2).alignment.wrap_text) for row in (2, 3, 4)] == [True, True, False]
