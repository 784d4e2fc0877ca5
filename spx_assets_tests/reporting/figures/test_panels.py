"""Axes set by measure, ticks of dates and numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure, SubFigure

from spx_assets.reporting import style
from spx_assets.reporting.figures import panels


def _subfigure(width: float = 400.0, height: float = 200.0) -> SubFigure:
    figure = Figure(figsize=(width / style.POINTS_PER_INCH, height / style.POINTS_PER_INCH))
    return figure.add_subfigure(figure.add_gridspec(1, 1)[0])


def test_margins_and_gaps_are_points() -> None:
    """Panels fill what margins and gaps leave, in points."""
    margins = panels.Margins(left=50.0, right=10.0, top=20.0, bottom=30.0)
    grid = panels.panels(_subfigure(), 1, 2, margins=margins, gap_x=40.0)
    boxes = [axes.get_position() for axes in grid[0]]
    np.testing.assert_allclose([boxes[0].x0 * 400, boxes[1].x1 * 400], [50.0, 390.0])
    np.testing.assert_allclose((boxes[1].x0 - boxes[0].x1) * 400, 40.0)
    np.testing.assert_allclose([boxes[0].y0 * 200, boxes[0].y1 * 200], [30.0, 180.0])


def test_rows_share_the_height_by_weight() -> None:
    """A row of weight two is twice as tall."""
    (upper,), (lower,) = panels.panels(_subfigure(), 2, 1, heights=(2.0, 1.0))
    np.testing.assert_allclose(upper.get_position().height, 2 * lower.get_position().height)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("1928-01-03", "2026-03-27"),
        ("1999-01-04", "2018-12-31"),
        ("2016-04-01", "2018-12-31"),
        ("2018-07-02", "2018-12-31"),
    ],
)
def test_date_ticks_are_few_and_inside(first: str, last: str) -> None:
    """From a century to half a year there are between three and nine ticks, each within the axis."""
    (axes,) = panels.panels(_subfigure())[0]
    ends = panels.days(np.array([first, last], dtype="datetime64[ns]"))
    panels.date_axis(axes, *ends)
    ticks = axes.get_xticks()
    assert 3 <= len(ticks) <= 9
    assert ends[0] <= ticks[0]
    assert ticks[-1] <= ends[1]


def test_months_are_labelled_with_their_year_once() -> None:
    """The first label and each January carry the year."""
    (axes,) = panels.panels(_subfigure())[0]
    panels.date_axis(axes, *panels.days(np.array(["2018-10-01", "2019-03-31"], dtype="datetime64[ns]")))
    labels = [label.get_text() for label in axes.get_xticklabels()]
    assert labels == ["Oct\n2018", "Nov", "Dec", "Jan\n2019", "Feb", "Mar"]


@pytest.mark.parametrize(
    ("limits", "labels"),
    [
        ((-0.011, 0.031), ["−0.01", "0.00", "+0.01", "+0.02", "+0.03"]),
        ((-6, 6), ["−5.0", "−2.5", "0.0", "+2.5", "+5.0"]),
    ],
)
def test_ticks_have_the_decimals_they_need(limits: tuple[float, float], labels: list[str]) -> None:
    """As many decimals as the step, one sign, one zero."""
    (axes,) = panels.panels(_subfigure())[0]
    axes.set_ylim(*limits)
    panels.percent_axis(axes, signed=True)
    ticks = zip(axes.get_yticks(), axes.get_yticklabels(), strict=True)
    assert [label.get_text() for value, label in ticks if limits[0] <= value <= limits[1]] == labels


def test_days_count_from_1970() -> None:
    """The number of a date is its days since the epoch."""
    assert list(panels.days(pd.DatetimeIndex(["1970-01-01", "1970-01-03"]).to_numpy())) == [0.0, 2.0]
