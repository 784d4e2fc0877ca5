"""Asking only for what is missing, and knowing a stale answer."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from spx_assets.errors import FetchFailed
from spx_assets.market.access import Known
from spx_assets.market.catalogue import CATALOGUE
from spx_assets.market.increment import refuse_stale, since, unchanged
from spx_assets.market.reading import Reading, observations_of

DAY = pd.Timestamp("2024-06-14")
KNOWN = Known(newest={"u": {"wti": DAY, "cpi": pd.Timestamp("2024-05-01")}})


def test_a_daily_series_is_asked_for_its_last_month() -> None:
    """Sources correct what they sent last."""
    assert since(CATALOGUE["wti"], "u", KNOWN) == pd.Timestamp("2024-05-15")


def test_a_slow_series_is_asked_for_whole() -> None:
    """Its past is revised for years, and it is short."""
    assert since(CATALOGUE["cpi"], "u", KNOWN) is None


def test_a_source_that_never_gave_a_series_is_asked_for_all_of_it() -> None:
    """What another source gave may begin later."""
    assert since(CATALOGUE["wti"], "w", KNOWN) is None
    assert since(CATALOGUE["vix_close"], "u", KNOWN) is None


def test_an_unchanged_answer_stands_by_all_that_is_held() -> None:
    """No rows, and no gap for the next source up to the newest date."""
    reading = unchanged({"wti": DAY})
    assert reading.observations.empty
    assert reading.unasked == {"wti": DAY + pd.Timedelta(days=1)}


def ending(day: pd.Timestamp) -> Reading:
    """A reading of one series that ends on a day."""
    return Reading(observations_of("wti", pd.DatetimeIndex([day]), np.array([70.0]), "u"))


def test_an_answer_that_ends_before_an_earlier_one_is_stale() -> None:
    """A cache's old copy: refused, so that what is held stays."""
    with pytest.raises(FetchFailed, match="stale copy") as stale:
        refuse_stale(ending(DAY - pd.Timedelta(days=1)), "u", KNOWN)
    assert "wti ends on 2024-06-13, and 2024-06-14 was there before" in str(stale.value)


def test_an_answer_that_ends_where_the_last_one_did_is_not_stale() -> None:
    """Nor one of a source that gave nothing before."""
    refuse_stale(ending(DAY), "u", KNOWN)
    refuse_stale(ending(DAY - pd.Timedelta(days=9)), "w", KNOWN)
