"""A plate: one figure with its file name, title and caption, or the sentence that stands in its place.

The same plate goes into the PDF with a number and stands alone as a picture; every medium places the
same drawing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from matplotlib.figure import Figure, SubFigure
from matplotlib.gridspec import GridSpec

from spx_assets.reporting import style, typeset

WIDTH = 487.0
MARGIN = 12.0
TITLE_GAP = 5.0
CAPTION_GAP = 4.0
# A full stop that ends a sentence: a space and a capital letter follow.
SENTENCE = re.compile(r"(?<=\.)\s+(?=[A-Z“])")


@dataclass(frozen=True)
class Plate:
    """A figure to be placed: `draw` fills a (sub)figure `height` points tall; None when it is absent.

    On a page with free room the drawing may grow by the share `stretch` of its height.
    `caption` says what to see; of an absent figure it is the sentence that says why there is none.
    """

    name: str
    title: str
    caption: str
    height: float
    draw: Callable[[SubFigure], None] | None
    stretch: float = 0.35

    @property
    def drawing_top(self) -> float:
        """Points from the top of the plate to the top of its drawing."""
        return typeset.SUBSECTION.leading + TITLE_GAP

    @property
    def alternative_text(self) -> str:
        """What the picture shows, for whoever cannot see it: its title and the first sentence of its caption."""
        return f"Chart: {self.title}. {SENTENCE.split(self.caption, maxsplit=1)[0]}"

    def block_height(self, width: float) -> float:
        """Height in points with title and caption when set `width` points wide."""
        caption = len(typeset.lines(self.caption, typeset.CAPTION, width)) * typeset.CAPTION.leading
        drawing = self.height + CAPTION_GAP if self.draw else 0.0
        return self.drawing_top + drawing + caption

    def place(
        self, figure: Figure, left: float, top: float, width: float, *, label: str = "", stretch: float = 0.0
    ) -> None:
        """Title, drawing and caption under each other; `stretch` points are added to the drawing's height."""
        title = typeset.lines(f"{label}{self.title}", typeset.SUBSECTION, 10 * width)
        y = typeset.put_lines(figure, left, top, title, typeset.SUBSECTION) + TITLE_GAP
        if self.draw:
            height = self.height + stretch
            self.draw(_subfigure(figure, left, y, width, height))
            y += height + CAPTION_GAP
        caption = typeset.lines(self.caption, typeset.CAPTION, width)
        typeset.put_lines(figure, left, y, caption, typeset.CAPTION)


def absent(name: str, title: str, sentence: str) -> Plate:
    """The plate of a figure that cannot be drawn: its title and the sentence that says why."""
    return Plate(name, title, sentence, 0.0, None)


def standalone(plate: Plate) -> Figure:
    """The plate as a picture of its own, with title and caption, as wide as a page's text."""
    width = WIDTH + 2 * MARGIN
    height = plate.block_height(WIDTH) + 2 * MARGIN
    figure = Figure(figsize=(width / style.POINTS_PER_INCH, height / style.POINTS_PER_INCH))
    plate.place(figure, MARGIN, MARGIN, WIDTH)
    return figure


def _subfigure(figure: Figure, left: float, top: float, width: float, height: float) -> SubFigure:
    # A subfigure takes its place from the ratios of its grid alone: margins are rows and columns of it.
    page_width, page_height = typeset.size(figure)
    grid = GridSpec(
        3,
        3,
        figure,
        width_ratios=[left, width, page_width - left - width],
        height_ratios=[top, height, page_height - top - height],
    )
    return figure.add_subfigure(grid[1, 1])
