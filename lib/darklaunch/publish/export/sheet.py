"""A sheet of a workbook as a value: its columns, how each is written, and its rows."""

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

Cell: TypeAlias = str | float | None


class Style(str, Enum):
    """How a column is written."""

    TEXT = "text"
    WRAPPED = "wrapped"
    VERDICT = "verdict"
    SEVERITY = "severity"
    COUNT = "count"
    AMOUNT = "amount"
    RATE = "rate"
    CONFIDENCE = "confidence"
    MILLISECONDS = "milliseconds"
    RATIO = "ratio"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: its heading, its style, and its width in characters."""

    name: str
    style: Style
    width: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A sheet: its columns, and its rows of one cell a column; None is an empty cell.

    Attributes:
        frozen: columns that stay in sight.
    """

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    frozen: int = 0

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"sheet {self.name}: a row of {len(self.columns)} cells was wanted")
