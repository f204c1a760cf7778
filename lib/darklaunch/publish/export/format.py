"""Formats of the files that a run is reported in: a closed set."""

from enum import Enum
from typing import Final


class Format(str, Enum):
    """A format, as the settings and the command line spell it."""

    HTML = "html"
    JSON = "json"
    CSV = "csv"
    PDF = "pdf"
    XLSX = "xlsx"
    MARKDOWN = "md"
    JUNIT = "junit"

    @property
    def file(self) -> str:
        """The name of its file in a run's folder."""
        return _FILES[self]


_FILES: Final = {
    Format.HTML: "report.html",
    Format.JSON: "verdict.json",
    Format.CSV: "endpoints.csv",
    Format.PDF: "report.pdf",
    Format.XLSX: "report.xlsx",
    Format.MARKDOWN: "report.md",
    Format.JUNIT: "junit.xml",
}
