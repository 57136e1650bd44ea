"""A table whose columns fit into the width of a terminal."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, Final, NamedTuple

from pendo_contracts.terminal.styled_text import cell_width, paint, wrap

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MARGIN: Final = " "
# Columns do not become narrower than this, even if the table is then wider than the terminal.
MIN_WIDTH: Final = 4


class Cell(NamedTuple):
    """The text of a cell and its style."""

    text: str
    style: str = ""


class Column(NamedTuple):
    """The title of a column, and whether its texts are at its right side."""

    title: str
    right: bool = False


class TextTable(NamedTuple):
    """The look of a table: colours, the greatest width, the gap of columns, and the character below the titles."""

    color: bool
    width: int | None
    gap: int = 2
    rule: str = ""

    def lines(self, columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> list[str]:
        """Return the lines of a table; a row without cells is an empty line."""
        titles = [Cell(column.title, "bold") for column in columns]
        widths = self._widths([titles, *rows])
        lines = self._row_lines(columns, titles, widths)
        if self.rule:
            lines.append(MARGIN + self.rule * (sum(widths) + self.gap * (len(widths) - 1)))
        for row in rows:
            lines += self._row_lines(columns, row, widths) if row else [""]
        return lines

    def _widths(self, rows: Iterable[Sequence[Cell]]) -> list[int]:
        """Return the width of each column; the widest columns become narrower until the table fits."""
        texts = zip_longest(*([cell.text for cell in row] for row in rows if row), fillvalue="")
        widths = [max(map(cell_width, column)) for column in texts]
        if self.width is None:
            return widths
        excess = sum(widths) + self.gap * (len(widths) - 1) + 2 * len(MARGIN) - self.width
        while excess > 0 and max(widths) > MIN_WIDTH:
            widths[widths.index(max(widths))] -= 1
            excess -= 1
        return widths

    def _row_lines(self, columns: Sequence[Column], row: Sequence[Cell], widths: Sequence[int]) -> list[str]:
        parts = [wrap(cell.text, width) for cell, width in zip(row, widths, strict=True)]
        return [self._line(columns, row, widths, texts) for texts in zip_longest(*parts, fillvalue="")]

    def _line(self, columns: Sequence[Column], row: Sequence[Cell], widths: Sequence[int], texts: Sequence[str]) -> str:
        line = MARGIN
        for place, (column, cell, width, text) in enumerate(zip(columns, row, widths, texts, strict=True)):
            space = " " * (width - cell_width(text))
            painted = paint(text, cell.style, color=self.color)
            line += " " * (self.gap if place else 0) + (space + painted if column.right else painted + space)
        return line.rstrip(" ")
