"""Published closes: enough of them, and those that were published."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from spx_assets.market.reference_closes import possible_range, reference_closes

FILES = {"spx_close": ("gspc_daily_yahoo_1927_2026.csv", "Close"), "vix_close": ("vix-daily.datasets.csv", "CLOSE")}


@pytest.mark.parametrize(("series", "first"), [("spx_close", "1928-06-30"), ("vix_close", "1990-06-30")])
def test_every_half_year_has_a_reference(series: str, first: str) -> None:
    """Whatever stretch of a year a file covers, it meets some."""
    dates = reference_closes(series).index
    assert dates.is_monotonic_increasing
    assert np.diff(dates).max() < np.timedelta64(183, "D")
    assert dates[0] < pd.Timestamp(first)


@pytest.mark.parametrize("series", FILES)
def test_references_are_what_was_published(series: str, shared_data: Path) -> None:
    """Each agrees with a recorded history to the cent, and differs from the closes of two sessions around it."""
    name, column = FILES[series]
    history = pd.read_csv(shared_data / "history" / name)
    closes = pd.Series(history[column].to_numpy(), index=pd.DatetimeIndex(history.iloc[:, 0])).dropna()
    for date, close in reference_closes(series).items():
        at = closes.index.get_loc(date)
        assert round(closes.iloc[at], 2) == close
        assert all(abs(closes.iloc[at + step] - close) > 0.005 for step in (-2, -1, 1, 2))


def test_the_possible_range_holds_every_recorded_close(shared_data: Path) -> None:
    """No crash and no rally of a century left it; a hundredth of the index does."""
    history = pd.read_csv(shared_data / "history" / "gspc_daily_yahoo_1927_2026.csv").dropna()
    low, high = possible_range("spx_close", pd.DatetimeIndex(history["Date"]))
    assert ((history["Close"] > low) & (history["Close"] < high)).all()
    assert not ((history["Close"] / 10 > low) & (history["Close"] / 10 < high)).any()


def test_other_series_have_no_range() -> None:
    """The VIX may be anywhere the next day."""
    low, high = possible_range("vix_close", pd.DatetimeIndex(["2024-01-02"]))
    assert (low[0], high[0]) == (-np.inf, np.inf)
    assert reference_closes("wti").empty
