"""Figures as pictures of their own."""

from __future__ import annotations

import struct
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from spx_assets.reporting import Findings, Report
from spx_assets.reporting.figures import plates
from spx_assets.reporting.figures.plate import MARGIN, WIDTH
from spx_assets.reporting.pictures import DOTS_PER_INCH, picture


def test_pictures_are_as_wide_as_a_page_of_text(made: Findings, rendered: Report) -> None:
    """150 dots per inch, title and caption included."""
    for name, plate in plates(made).items():
        if plate.draw is None:
            continue
        width, height = struct.unpack(">II", rendered.figures[name][16:24])
        assert width == pytest.approx((WIDTH + 2 * MARGIN) / 72 * DOTS_PER_INCH, abs=1)
        assert height == pytest.approx((plate.block_height(WIDTH) + 2 * MARGIN) / 72 * DOTS_PER_INCH, abs=1)


def test_a_second_picture_is_byte_equal(made: Findings, rendered: Report) -> None:
    """Drawing again in the same process changes nothing."""
    assert picture(plates(made)["calibration"]).whole == rendered.figures["calibration"]


def test_the_drawing_alone_is_its_part_of_the_whole(made: Findings) -> None:
    """Cut out where the caption begins and the title ends, pixel by pixel; its paper is white."""
    plate = plates(made)["calibration"]
    made_of = picture(plate)
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
