"""Recessions as the NBER dated them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd

from spx_assets.reporting.recessions import RECESSIONS, recessions_within


def test_months_follow_each_other() -> None:
    """Every trough comes after its peak, every peak after the trough before."""
    months = [pd.Period(month, "M") for one in RECESSIONS for month in one]
    assert all(before < after for before, after in pairwise(months))


def test_a_recession_runs_from_the_month_after_the_peak_through_the_trough() -> None:
    """The one of 2020: peak in February, trough in April."""
    (span,) = recessions_within("2015-01-01", "2021-01-01")
    assert list(span.astype("datetime64[D]").astype(str)) == ["2020-03-01", "2020-04-30"]


def test_spans_are_cut_at_the_window() -> None:
    """Nothing is shaded outside the forecasts; without a recession the array is empty."""
    (span,) = recessions_within("2008-06-02", "2009-03-02")
    np.testing.assert_array_equal(span.astype("datetime64[D]").astype(str), ["2008-06-02", "2009-03-02"])
    assert recessions_within("2012-01-01", "2018-12-31").shape == (0, 2)
