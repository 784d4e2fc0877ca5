"""Figures as pictures of their own."""

from __future__ import annotations

import struct

import pytest

from spx_assets.reporting import Findings, Report
from spx_assets.reporting.figures import plates
from spx_assets.reporting.figures.plate import MARGIN, WIDTH
from spx_assets.reporting.pictures import DOTS_PER_INCH, picture


def test_pictures_are_as_wide_as_a_page_of_text(made: Findings, rendered: Report) -> None:
    """150 dots per inch, title and caption included."""
    for name, plate in plates(made).items():
        width, height = struct.unpack(">II", rendered.figures[name][16:24])
        assert width == pytest.approx((WIDTH + 2 * MARGIN) / 72 * DOTS_PER_INCH, abs=1)
        assert height == pytest.approx((plate.block_height(WIDTH) + 2 * MARGIN) / 72 * DOTS_PER_INCH, abs=1)


def test_a_second_picture_is_byte_equal(made: Findings, rendered: Report) -> None:
    """Drawing again in the same process changes nothing."""
    assert picture(plates(made)["calibration"]) == rendered.figures["calibration"]


def test_pictures_carry_no_software_name(rendered: Report) -> None:
    """Nothing in a picture names a library or its version."""
    assert [name for name, data in rendered.figures.items() if b"Software" in data] == []
