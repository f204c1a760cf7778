"""The report as a workbook of spreadsheets, in which no text is a formula, a link or a number."""

import math
from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from darklaunch.publish.export.cells import cell_text, is_formula_like
from darklaunch.publish.export.sheet import Cell, Column, Sheet, Style
from darklaunch.publish.export.sheets import sheets
from darklaunch.publish.report.run import RunReport

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_NUMBERS: Final = {
    Style.COUNT: "#,##0",
    Style.AMOUNT: "#,##0.0",
    Style.RATE: "0.000%",
    # evidence is never complete, so that it never reads as 100 %
    Style.CONFIDENCE: '[>0.9999]">99.99%";[<=0]"none";0.00%',
    Style.MILLISECONDS: '#,##0.00" ms"',
    Style.RATIO: '0.00"x"',
}
_LINE: Final = 15
"""Height of a line in points."""

_LINES: Final = 20
_A4: Final = 9
_SMALL: Final = 60
_PRINTABLE: Final = 250
"""Characters of a row that can be read when it is printed on the width of one page."""

_COLOURS: Final[Mapping[Style, Mapping[str, tuple[str, str]]]] = {
    Style.VERDICT: {
        "block": ("#b0203a", "#fce6ea"),
        "hold": ("#8a5700", "#fdf1dc"),
        "promote": ("#00695f", "#e0f2ef"),
    },
    Style.SEVERITY: {"high": ("#b0203a", "#fce6ea"), "medium": ("#8a5700", "#fdf1dc")},
}
"""The ink and the ground of the words that are shown by colour as well."""


def workbook_xlsx(report: RunReport) -> bytes:
    """The workbook; the same report gives the same bytes."""
    from xlsxwriter import Workbook

    made = BytesIO()
    with Workbook(made, _OPTIONS) as book:
        book.set_properties({"title": "darklaunch", "created": report.span.end.replace(tzinfo=None)})
        writer = _Writer(book)
        for sheet in sheets(report):
            writer.write(sheet)
    return made.getvalue()


class _Writer:
    """Writes sheets with the formats of one workbook."""

    def __init__(self, book: "Workbook") -> None:
        self._book = book
        heading = {"bold": True, "bg_color": "#eef1f5", "bottom": 1, "text_wrap": True}
        self._heading = book.add_format(heading)
        self._heading_of_numbers = book.add_format({**heading, "align": "right"})
        self._formats = {style: self._format(style) for style in Style}
        self._quoted = {style: self._format(style, quote_prefix=True) for style in Style}

    def _format(self, style: Style, **more: object) -> "Format":
        properties: dict[str, Any] = {"valign": "top", **more}
        if style in _NUMBERS:
            properties["num_format"] = _NUMBERS[style]
        elif style is Style.WRAPPED:
            properties["text_wrap"] = True
        return self._book.add_format(properties)

    def write(self, sheet: Sheet) -> None:
        page = self._book.add_worksheet(sheet.name)
        for place, column in enumerate(sheet.columns):
            page.set_column(place, place, column.width)
            heading = self._heading_of_numbers if column.style in _NUMBERS else self._heading
            page.write_string(0, place, column.name, heading)
            self._colour(page, place, column.style, len(sheet.rows))
        for number, row in enumerate(sheet.rows, start=1):
            lines = 1
            for place, (column, cell) in enumerate(zip(sheet.columns, row, strict=True)):
                lines = max(lines, self._cell(page, number, place, column, cell))
            if lines > 1:
                # LibreOffice draws over the rows below what is wrapped in a row of the usual height
                page.set_row(number, _LINE * lines)
        page.freeze_panes(1, sheet.frozen)
        if sheet.rows:
            page.autofilter(0, 0, len(sheet.rows), len(sheet.columns) - 1)
        self._print(page, sheet)

    def _print(self, page: "Worksheet", sheet: Sheet) -> None:
        """What is too wide for one page is printed over several, each with the names of its rows."""
        page.set_paper(_A4)
        page.set_landscape()
        page.repeat_rows(0)
        if sum(column.width for column in sheet.columns) <= _PRINTABLE:
            page.fit_to_pages(1, 0)
        elif sheet.frozen:
            page.set_print_scale(_SMALL)
            page.repeat_columns(0, sheet.frozen - 1)

    def _cell(self, page: "Worksheet", row: int, place: int, column: Column, cell: Cell) -> int:
        """Writes a cell and says how many lines it takes; what would take too many is not wrapped."""
        style = column.style
        match cell:
            case None:
                page.write_blank(row, place, None, self._formats[style])
            case str():
                text = cell_text(cell)
                lines = math.ceil(len(text) / column.width) if style is Style.WRAPPED else 1
                if lines > _LINES:
                    style, lines = Style.TEXT, 1
                # quoted, so that it stays text when somebody edits the cell
                formats = self._quoted if is_formula_like(text) else self._formats
                page.write_string(row, place, text, formats[style])
                return lines
            case _:
                page.write_number(row, place, cell, self._formats[style])
        return 1

    def _colour(self, page: "Worksheet", place: int, style: Style, rows: int) -> None:
        for word, (ink, ground) in _COLOURS.get(style, {}).items():
            condition = {"type": "cell", "criteria": "==", "value": f'"{word}"'}
            colours = self._book.add_format({"font_color": ink, "bg_color": ground, "bold": True})
            page.conditional_format(1, place, max(1, rows), place, {**condition, "format": colours})
