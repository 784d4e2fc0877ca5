"""Figures as PNG pictures: whole, with title and caption, and the drawing alone; byte-equal for equal findings.

They are taken of the pages of the PDF: setting up axes and ticks is half the cost of a figure, and paid once.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from spx_assets.reporting import style
from spx_assets.reporting.blocks import PlateBlock
from spx_assets.reporting.figures.plate import MARGIN, WIDTH, Plate
from spx_assets.reporting.pages import LEFT, Page
from spx_assets.reporting.typeset import Line, size

DOTS_PER_INCH = 150
# Lines and tints of one figure are told apart in far fewer colours than this.
COLOURS = 256
PAPER = [255, 255, 255]
NEARLY_WHITE = 252


@dataclass(frozen=True)
class Picture:
    """A figure's PNG with title and caption, and that of its drawing alone, for media that set their own text."""

    whole: bytes
    drawing: bytes


def pictures_of(page: Page, figure: Figure) -> dict[str, Picture]:
    """The pictures of the plates of a page, by name, from the figure the page was drawn as."""
    return {
        placed.block.plate.name: picture(placed.block.plate, figure, LEFT, placed.top, placed.stretch)
        for placed in page
        if isinstance(placed.block, PlateBlock) and placed.block.plate.draw
    }


def picture(plate: Plate, figure: Figure, left: float = MARGIN, top: float = MARGIN, stretch: float = 0.0) -> Picture:
    """Both pictures of a plate that stands in `figure`, `left` and `top` points from its corner, and of nothing else.

    Neither the name of the software nor a date is written.
    """
    tall = plate.block_height(WIDTH) + stretch
    with style.drawing():
        figure.set_dpi(DOTS_PER_INCH)
        canvas: Any = FigureCanvasAgg(figure)
        renderer = canvas.get_renderer()
        figure.patch.draw(renderer)
        for artist in _standing(figure, top, top + tall):
            artist.draw(renderer)
    page = Image.fromarray(np.asarray(renderer.buffer_rgba()))
    x, y, *_ = corner = _pixels((left - MARGIN, top - MARGIN, left + WIDTH + MARGIN, top + tall + MARGIN))
    whole = _reduced(page.crop(corner).convert("RGB"))
    above = top + plate.drawing_top
    inner = _pixels((left, above, left + WIDTH, above + plate.height + stretch))
    drawing = whole.crop((inner[0] - x, inner[1] - y, inner[2] - x, inner[3] - y))
    return Picture(_png(whole), _png(drawing))


def _standing(figure: Figure, top: float, bottom: float) -> list[Artist]:
    """What stands between two heights of a figure: drawings, and lines of text."""
    _, height = size(figure)
    scale = style.POINTS_PER_INCH / figure.dpi
    drawings = [one for one in figure.subfigs if top <= height - scale * one.bbox.y1 < bottom]
    return [*drawings, *(one for one in figure.artists if isinstance(one, Line) and top <= one.baseline <= bottom)]


def _pixels(box: tuple[float, float, float, float]) -> tuple[int, int, int, int]:
    scale = DOTS_PER_INCH / style.POINTS_PER_INCH
    left, upper, right, lower = (round(scale * points) for points in box)
    return left, upper, right, lower


def _reduced(image: Image.Image) -> Image.Image:
    """In few colours, with white as white: averaging leaves paper a shade off, a frame on a white page."""
    reduced = image.quantize(COLOURS, method=Image.Quantize.FASTOCTREE)
    palette = reduced.getpalette() or []
    shades = [palette[place : place + 3] for place in range(0, len(palette), 3)]
    reduced.putpalette([level for shade in shades for level in (PAPER if min(shade) >= NEARLY_WHITE else shade)])
    return reduced


def _png(image: Image.Image) -> bytes:
    buffer = BytesIO()
    image.save(buffer, format="png")
    return buffer.getvalue()
