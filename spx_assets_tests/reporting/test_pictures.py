"""Figures as pictures of their own."""

from __future__ import annotations

import struct
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from spx_assets.reporting import Findings, Report, style
from spx_assets.reporting.blocks import Paragraph, PlateBlock
from spx_assets.reporting.figures import plates
from spx_assets.reporting.figures.plate import MARGIN, WIDTH, standalone
from spx_assets.reporting.pages import Running, draw_page, paginate
from spx_assets.reporting.pictures import DOTS_PER_INCH, picture, pictures_of


def test_pictures_are_as_wide_as_a_page_of_text(made: Findings, rendered: Report) -> None:
    """150 dots per inch, title and caption included, and as tall as the page lets a figure grow."""
    for name, plate in plates(made).items():
        if plate.draw is None:
            continue
        width, height = struct.unpack(">II", rendered.figures[name][16:24])
        assert width == pytest.approx((WIDTH + 2 * MARGIN) / 72 * DOTS_PER_INCH, abs=1)
        least = plate.block_height(WIDTH) + 2 * MARGIN
        assert (
            least * DOTS_PER_INCH / 72 - 1 <= height <= (least + plate.stretch * plate.height) * DOTS_PER_INCH / 72 + 1
        )


def test_a_picture_shows_its_plate_and_nothing_else_of_the_page(made: Findings) -> None:
    """What stands above and below it on the page is not on it: its margins are white."""
    plate = plates(made)["calibration"]
    text = Paragraph("Above. " * 40)
    (page,) = paginate([[text, PlateBlock(plate, 0), text]])
    with style.drawing():
        taken = pictures_of(page, draw_page(page, 1, 1, Running("head", "edition", "foot")))
    whole = np.asarray(Image.open(BytesIO(taken["calibration"].whole)).convert("L"))
    edge = round(MARGIN / 72 * DOTS_PER_INCH) - 1
    assert (whole[:edge] == 255).all()
    assert (whole[-edge:] == 255).all()
    assert whole[edge:-edge].min() < 100


def test_the_drawing_alone_is_its_part_of_the_whole(made: Findings) -> None:
    """Cut out where the caption begins and the title ends, pixel by pixel; its paper is white."""
    plate = plates(made)["calibration"]
    with style.drawing():
        figure = standalone(plate)
    made_of = picture(plate, figure)
    whole, drawing = (np.asarray(Image.open(BytesIO(one)).convert("RGB")) for one in (made_of.whole, made_of.drawing))
    scale = DOTS_PER_INCH / 72
    top, left = round(scale * (MARGIN + plate.drawing_top)), round(scale * MARGIN)
    height, width, _ = drawing.shape
    np.testing.assert_array_equal(drawing, whole[top : top + height, left : left + width])
    assert (height, width) == (pytest.approx(scale * plate.height, abs=1), pytest.approx(scale * WIDTH, abs=1))
    assert (drawing[0, 0] == 255).all()


def test_pictures_carry_no_software_name(rendered: Report) -> None:
    """Nothing in a picture names a library or its version."""
    assert [name for name, data in rendered.figures.items() if b"Software" in data] == []
