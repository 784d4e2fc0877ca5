"""The forecasts for the coming sessions."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from spx_assets.reporting.absent import Absent
from spx_assets.reporting.outlook import Outlook, outlook
from spx_assets_tests.reporting import synthetic


def _outlook(**changed: object) -> Outlook:
    cleaned = synthetic.cleaned()
    found = outlook(synthetic.observations(), synthetic.next_forecast(cleaned).assign(**changed))
    assert isinstance(found, Outlook)
    return found


def test_returns_are_in_per_cent_and_levels_are_shares() -> None:
    """Forecasts and bounds are the table's, times 100."""
    found = _outlook()
    interval = found.forecasts[0].interval(0.9)
    assert interval is not None
    assert found.forecasts[0].forecast == pytest.approx(0.03)
    row = synthetic.next_forecast(synthetic.cleaned()).iloc[0]
    assert (interval.low, interval.high) == pytest.approx((100 * row["lower_90"], 100 * row["upper_90"]))


def test_index_level_compounds_from_the_close() -> None:
    """A log return of r % takes the close to close · exp(r / 100)."""
    found = _outlook()
    assert found.close == pytest.approx(synthetic.closes(700).iloc[-1])
    assert found.index_level(1.0) == pytest.approx(found.close * np.exp(0.01))


def test_only_the_newest_origin_is_shown() -> None:
    """An older forecast in the table is history, not outlook."""
    cleaned = synthetic.cleaned()
    newest = synthetic.next_forecast(cleaned)
    older = newest.assign(origin=newest["origin"] - pd.Timedelta(days=30))
    found = outlook(synthetic.observations(), pd.concat([older, newest]))
    assert isinstance(found, Outlook)
    assert [one.horizon for one in found.forecasts] == [1, 5, 21]
    assert found.origin == cleaned["session"].iloc[-1].date()


def test_missing_bounds_leave_no_interval() -> None:
    """Bounds that are NaN are no interval."""
    found = _outlook(lower_90=np.nan, upper_90=np.nan)
    assert found.forecasts[0].interval(0.9) is None
    assert [one.level for one in found.forecasts[0].intervals] == [0.5, 0.8, 0.95]


def test_no_forecast_is_a_sentence() -> None:
    """None and an empty table alike."""
    empty = synthetic.next_forecast(synthetic.cleaned()).iloc[:0]
    for given in (None, empty):
        assert isinstance(outlook(synthetic.observations(), given), Absent)


def test_a_close_that_is_not_there_is_unknown() -> None:
    """Without the close of the origin there are no index levels."""
    found = outlook(synthetic.observations(600), synthetic.next_forecast(synthetic.cleaned(700)))
    assert isinstance(found, Outlook)
    assert found.close is None
    assert np.isnan(found.index_level(1.0))
