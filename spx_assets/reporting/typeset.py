"""Text set by measure: widths in points, lines broken at a width, no-break rules for numbers and units.

Measured on the unhinted outlines that the PDF embeds, so what fits here fits on the page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from matplotlib.artist import Artist
from matplotlib.figure import Figure, SubFigure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from spx_assets.reporting import style

# A break is allowed at a space, except before a unit or sign and after "=", "p", "≥", "±" and their like.
BREAK = re.compile(r"(?<![=≥≤±<>−]) (?![%=≥≤±<>−–])")


@dataclass(frozen=True)
class Type:
    """A typeface cut: family, size and leading in points, weight, colour."""

    family: str = style.PROSE
    size: float = 10.0
    leading: float = 12.5
    weight: str = "normal"
    colour: str = style.INK


TITLE = Type(size=24, leading=28, weight="bold")
HEADLINE = Type(size=14.5, leading=18, weight="bold")
SECTION = Type(size=15, leading=19, weight="bold")
SUBSECTION = Type(size=10.5, leading=13, weight="bold")
BODY = Type(size=10.5, leading=13.5)
NOTE = Type(size=8.8, leading=11, colour=style.MUTED)
CAPTION = Type(size=9.4, leading=11.6)
CAPTION_STRONG = Type(size=9.4, leading=11.6, weight="bold")
CELL = Type(family=style.LABEL, size=7.2, leading=12.5)
CELL_STRONG = Type(family=style.LABEL, size=7.2, leading=12.5, weight="bold")
CELL_HEAD = Type(family=style.LABEL, size=6.6, leading=8.6, colour=style.MUTED)
RUNNING = Type(family=style.LABEL, size=6.6, leading=9, colour=style.MUTED)


@lru_cache(maxsize=256)
def _font(cut: Type) -> FontProperties:
    return FontProperties(family=cut.family, size=cut.size, weight=cut.weight, math_fontfamily="stix")


@lru_cache(maxsize=8192)
def text_width(text: str, cut: Type) -> float:
    """Width in points of one line of text."""
    return float(text_to_path.get_text_width_height_descent(text, _font(cut), ismath=False)[0])


def lines(text: str, cut: Type, width: float) -> tuple[str, ...]:
    """`text` broken into lines no wider than `width` points; a word that is wider stands alone."""
    broken: list[str] = []
    line, reached = "", 0.0
    space = text_width("n n", cut) - text_width("nn", cut)
    for word in BREAK.split(" ".join(text.split())):
        wide = text_width(word, cut)
        if line and reached + space + wide > width:
            broken.append(line)
            line, reached = word, wide
        else:
            line, reached = (f"{line} {word}", reached + space + wide) if line else (word, wide)
    return (*broken, line) if line else tuple(broken)


class Line(Artist):
    """One line of text whose place is known: drawn without the layout that matplotlib's own text works out each time.

    A page has hundreds of them. `x` and `baseline` are points from the top-left corner of the figure.
    """

    def __init__(self, x: float, baseline: float, text: str, cut: Type) -> None:
        super().__init__()
        self.text = text
        self.x = x
        self.baseline = baseline
        self.cut = cut

    def draw(self, renderer: Any) -> None:
        """Draw the line, once its figure is drawn by `renderer`."""
        scale = renderer.points_to_pixels(1.0)
        x, y = scale * self.x, scale * self.baseline
        _, height = renderer.get_canvas_width_height()
        gc = renderer.new_gc()
        gc.set_foreground(self.cut.colour)
        renderer.draw_text(gc, x, y if renderer.flipy() else height - y, self.text, _font(self.cut), 0.0)
        gc.restore()


def put(figure: Figure, x: float, baseline: float, text: str, cut: Type, *, align: str = "left") -> Line:
    """One line of text; `x` and `baseline` in points from the top-left corner of `figure`."""
    left = x - text_width(text, cut) if align == "right" else x
    line = Line(left, baseline, text, cut)
    figure.add_artist(line)
    return line


def put_lines(figure: Figure, x: float, top: float, broken: tuple[str, ...], cut: Type) -> float:
    """Lines under each other from `top` down; returns the position under the last."""
    for number, line in enumerate(broken):
        put(figure, x, top + number * cut.leading + 0.78 * cut.size, line, cut)
    return top + len(broken) * cut.leading


def size(figure: Figure | SubFigure) -> tuple[float, float]:
    """Width and height of a figure or subfigure in points."""
    scale = style.POINTS_PER_INCH / figure.get_figure(root=True).dpi
    return figure.bbox.width * scale, figure.bbox.height * scale
