"""A table set as text: right-aligned figures, three thin rules, one column that may wrap.

What stands in the cells is decided where the document is written.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from spx_assets.reporting import style, typeset

MINIMUM_GAP = 6.0
MAXIMUM_GAP = 30.0
HEAD_PADDING = 4.0


@dataclass(frozen=True)
class Column:
    """A column: its head (lines separated by a newline), its alignment, and whether its cells wrap."""

    head: str
    align: Literal["left", "right"] = "right"
    wrap: bool = False


@dataclass(frozen=True)
class Table:
    """Columns and rows of text; rows numbered in `strong` are set bold, those in `ruled` have a rule above."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    strong: frozenset[int] = frozenset()
    ruled: frozenset[int] = frozenset()

    def height(self, width: float) -> float:
        """Height in points when set `width` points wide."""
        widths = self._widths(width)
        return self._head_height() + sum(self._row_height(row, widths) for row in range(len(self.rows))) + 3.0

    def draw(self, figure: Figure, left: float, top: float, width: float) -> None:
        """Set the table with its top-left corner at (left, top), in points from the corner of `figure`."""
        widths = self._widths(width)
        edges = self._edges(left, widths, width)
        right = edges[-1][1]
        y = top + self._head_height()
        for column, edge in zip(self.columns, edges, strict=True):
            self._head(figure, column, edge, y)
        rule(figure, left, right, top, style.INK, 0.8)
        if self._headed():
            rule(figure, left, right, y, style.MUTED, 0.5)
        for number, row in enumerate(self.rows):
            if number in self.ruled:
                rule(figure, left, right, y + 0.5, style.RULE, 0.4)
            for column, cell, edge, cell_width in zip(self.columns, row, edges, widths, strict=True):
                for line, text in enumerate(self._cell_lines(number, column, cell, cell_width)):
                    baseline = y + (line + 0.72) * typeset.CELL.leading
                    _place(figure, text, self._cut(number), column, edge, baseline)
            y += self._row_height(number, widths)
        rule(figure, left, right, y + 1.5, style.INK, 0.8)

    def _head(self, figure: Figure, column: Column, edge: tuple[float, float], bottom: float) -> None:
        heads = column.head.split("\n")
        for line, text in enumerate(heads):
            baseline = bottom - HEAD_PADDING - (len(heads) - 1 - line) * typeset.CELL_HEAD.leading
            _place(figure, text, typeset.CELL_HEAD, column, edge, baseline)

    def _cut(self, row: int) -> typeset.Type:
        return typeset.CELL_STRONG if row in self.strong else typeset.CELL

    def _headed(self) -> bool:
        return any(column.head for column in self.columns)

    def _head_height(self) -> float:
        if not self._headed():
            return 2.0
        deepest = max(len(column.head.split("\n")) for column in self.columns)
        return deepest * typeset.CELL_HEAD.leading + HEAD_PADDING + 2.0

    def _cell_lines(self, row: int, column: Column, cell: str, width: float) -> tuple[str, ...]:
        return typeset.lines(cell, self._cut(row), width) if column.wrap else (cell,)

    def _row_height(self, row: int, widths: list[float]) -> float:
        cells = zip(self.columns, self.rows[row], widths, strict=True)
        deepest = max(len(self._cell_lines(row, column, cell, width)) for column, cell, width in cells)
        return max(deepest, 1) * typeset.CELL.leading

    def _natural(self, place: int) -> float:
        heads = [typeset.text_width(text, typeset.CELL_HEAD) for text in self.columns[place].head.split("\n")]
        cells = [typeset.text_width(row[place], self._cut(number)) for number, row in enumerate(self.rows)]
        return max(heads + cells)

    def _widths(self, width: float) -> list[float]:
        """Natural widths; wrapping columns share what is left of `width`."""
        natural = [self._natural(place) for place in range(len(self.columns))]
        wrapping = [place for place, column in enumerate(self.columns) if column.wrap]
        fixed = sum(natural[place] for place in range(len(natural)) if place not in wrapping)
        left_over = width - fixed - MINIMUM_GAP * 1.5 * (len(natural) - 1)
        for place in wrapping:
            natural[place] = min(natural[place], left_over / len(wrapping))
        return natural

    def _edges(self, left: float, widths: list[float], width: float) -> list[tuple[float, float]]:
        gaps = max(len(widths) - 1, 1)
        gap = min(max((width - sum(widths)) / gaps, MINIMUM_GAP), MAXIMUM_GAP)
        edges = []
        for column_width in widths:
            edges.append((left, left + column_width))
            left += column_width + gap
        return edges


def _place(
    figure: Figure,
    text: str,
    cut: typeset.Type,
    column: Column,
    edge: tuple[float, float],
    baseline: float,
) -> None:
    if text:
        x = edge[0] if column.align == "left" else edge[1]
        typeset.put(figure, x, baseline, text, cut, align=column.align)


def rule(figure: Figure, left: float, right: float, y: float, colour: str, weight: float) -> None:
    """A thin horizontal line, in points from the top-left corner of `figure`."""
    width, height = typeset.size(figure)
    figure.add_artist(
        Line2D(
            [left / width, right / width],
            [1.0 - y / height] * 2,
            color=colour,
            linewidth=weight,
            solid_capstyle="butt",
            transform=figure.transFigure,
        )
    )
