"""Figures as PNG pictures: whole, with title and caption, and the drawing alone; byte-equal for equal findings."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

from spx_assets.reporting import style
from spx_assets.reporting.figures import Plate, standalone
from spx_assets.reporting.figures.plate import MARGIN, WIDTH

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


def picture(plate: Plate) -> Picture:
    """Both pictures of one plate, drawn once, without the name of the software or a date."""
    with style.drawing():
        figure = standalone(plate)
        figure.set_dpi(DOTS_PER_INCH)
        canvas: Any = FigureCanvasAgg(figure)
        canvas.draw()
    drawn = _reduced(Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB"))
    scale = DOTS_PER_INCH / style.POINTS_PER_INCH
    top = MARGIN + plate.drawing_top
    left, upper, right, lower = (round(scale * points) for points in (MARGIN, top, MARGIN + WIDTH, top + plate.height))
    return Picture(_png(drawn), _png(drawn.crop((left, upper, right, lower))))


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
