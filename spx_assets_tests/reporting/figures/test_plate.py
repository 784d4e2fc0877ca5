"""Plates: placed with a number, or alone as a picture."""

from __future__ import annotations

import pytest
from matplotlib.figure import SubFigure

from spx_assets.reporting import Findings, style
from spx_assets.reporting.figures import plates
from spx_assets.reporting.figures.plate import MARGIN, WIDTH, Plate, absent, standalone
from spx_assets_tests.reporting import drawn


def test_drawing_gets_exactly_its_room() -> None:
    """The subfigure is as wide as the text and as tall as the plate says, below the title."""
    seen: list[SubFigure] = []
    plate = Plate("p", "Title", "Caption.", 150.0, seen.append)
    with style.drawing():
        figure = standalone(plate)
    box = seen[0].bbox
    scale = style.POINTS_PER_INCH / figure.dpi
    assert (box.width * scale, box.height * scale) == pytest.approx((WIDTH, 150.0))
    assert box.x0 * scale == pytest.approx(MARGIN)


def test_title_and_caption_stand_with_the_picture() -> None:
    """A picture alone says what it is and what to see."""
    plate = Plate("p", "Title", "What to see.", 50.0, lambda _figure: None)
    assert [one.text for one in drawn.printed(drawn.picture(plate))] == ["Title", "What to see."]


def test_an_absent_figure_is_its_title_and_sentence() -> None:
    """Nothing is drawn, and no room is kept for it."""
    plate = absent("p", "Title", "No data.")
    assert plate.block_height(WIDTH) < 40.0
    assert [one.text for one in drawn.printed(drawn.picture(plate))] == ["Title", "No data."]


def test_every_figure_has_title_caption_and_labelled_axes(made: Findings) -> None:
    """Each axis that shows numbers says what they are."""
    for plate in plates(made).values():
        assert plate.title
        assert plate.caption.endswith(".")
    quantities = {"outlook", "error_difference", "forecast_realised", "calibration", "coverage_through_time"}
    for name in quantities:
        assert drawn.axes_of(plates(made)[name])[0].get_ylabel()
