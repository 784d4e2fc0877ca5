"""Outlook and regimes: artists against findings."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from spx_assets.reporting import Findings
from spx_assets.reporting.absent import Absent
from spx_assets.reporting.figures import market
from spx_assets.reporting.figures.panels import days
from spx_assets.reporting.outlook import Outlook
from spx_assets.reporting.regimes import PriceRegimes, price_regimes
from spx_assets_tests.reporting import drawn, synthetic


def test_outlook_bars_are_the_intervals_in_index_points(made: Findings) -> None:
    """A bar for each level of each horizon, from bound to bound, around the point forecast."""
    assert isinstance(made.outlook, Outlook)
    (axes,) = drawn.axes_of(market.outlook_plate(made.outlook))
    np.testing.assert_array_equal(drawn.line(axes, "close").get_ydata(), made.outlook.past_closes)
    bars = [one for one in axes.get_lines() if len(one.get_ydata()) == 2 and one.get_linewidth() > 1.5]
    widest = bars[0]
    interval = made.outlook.forecasts[0].intervals[-1]
    assert list(widest.get_ydata()) == [
        made.outlook.index_level(interval.low),
        made.outlook.index_level(interval.high),
    ]
    assert len(bars) == 3 * 4
    assert axes.get_ylabel() == "S&P 500, index points"
    assert [text.get_text() for text in axes.texts] == ["+1", "+5", "+21"]


def test_outlook_without_its_close_is_a_sentence(made: Findings) -> None:
    """No close, no index levels to draw."""
    assert isinstance(made.outlook, Outlook)
    plate = market.outlook_plate(replace(made.outlook, close=None))
    assert plate.draw is None
    assert "is not among the observations" in plate.caption


def test_outlook_without_intervals_shows_the_forecast(made: Findings) -> None:
    """Point forecasts alone are drawn, and no probability is claimed."""
    assert isinstance(made.outlook, Outlook)
    bare = tuple(replace(one, intervals=()) for one in made.outlook.forecasts)
    plate = market.outlook_plate(replace(made.outlook, forecasts=bare))
    assert "probability" not in plate.caption
    assert drawn.axes_of(plate)


def test_regime_figure_carries_price_measure_and_bounds(made: Findings) -> None:
    """The lines are the close, the measure and the bounds known then."""
    assert isinstance(made.regimes, PriceRegimes)
    upper, lower = drawn.axes_of(market.regimes_plate(made.regimes))
    np.testing.assert_array_equal(upper.get_lines()[0].get_ydata(), made.regimes.close)
    measure, low, high = lower.get_lines()[:3]
    np.testing.assert_array_equal(measure.get_ydata(), made.regimes.measure)
    np.testing.assert_array_equal(low.get_ydata(), made.regimes.lower_bound)
    np.testing.assert_array_equal(high.get_ydata(), made.regimes.upper_bound)
    assert (upper.get_yscale(), upper.get_ylabel(), lower.get_ylabel()) == ("log", "S&P 500, log scale", "% per year")


@pytest.mark.parametrize("regime", [1, 2])
def test_shade_covers_the_sessions_of_its_regime(made: Findings, regime: int) -> None:
    """Where a regime is shaded, its sessions are, and the first session of each stretch begins it."""
    assert isinstance(made.regimes, PriceRegimes)
    upper, _ = drawn.axes_of(market.regimes_plate(made.regimes))
    shaded = [path.get_extents() for path in upper.collections[regime - 1].get_paths()]
    x = days(made.regimes.sessions)
    within = np.flatnonzero(made.regimes.regime == regime)
    assert min(box.x0 for box in shaded) == x[within[0]]
    for place in within:
        assert any(box.x0 <= x[place] <= box.x1 for box in shaded)


def test_absent_findings_are_sentences() -> None:
    """The sentence is the caption, and nothing is drawn."""
    for plate_of in (market.outlook_plate, market.regimes_plate):
        assert (plate_of(Absent("Because.")).caption, plate_of(Absent("Because.")).draw) == ("Because.", None)


def test_long_histories_are_shaded_by_quarter() -> None:
    """Each quarter has one shade, that of most of its sessions; short histories keep each session's own."""
    found = price_regimes(synthetic.observations(2700), synthetic.cleaned(2700))
    assert isinstance(found, PriceRegimes)
    shown = pd.Series(market.shown_regimes(found))
    quarter = pd.DatetimeIndex(found.sessions).to_period("Q")
    assert list(shown) == list(shown.groupby(quarter).transform("first"))
    own = pd.Series(found.regime).groupby(quarter).agg(lambda values: values.mode().iloc[0])
    assert list(shown.groupby(quarter).first()) == list(own)
    assert "Each quarter" in market.regimes_plate(found).caption
