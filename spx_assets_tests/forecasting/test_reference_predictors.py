"""The paper's predictors, by hand; that the published figures follow from them stands in test_replication."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from spx_assets.forecasting.reference_predictors import economic_predictors, technical_indicators


@pytest.fixture
def months() -> pd.DataFrame:
    """Thirty months of a rising index with made-up rates."""
    n = 30
    random = np.random.default_rng(0)
    names = ("d12", "e12", "bm", "tbl", "aaa", "baa", "lty", "ntis", "rfree", "infl", "ltr", "corpr", "ret", "volume")
    return pd.DataFrame({name: random.uniform(0.01, 0.05, n) for name in names} | {"index": np.arange(1.0, n + 1)})


def test_signs_and_lags(months: pd.DataFrame) -> None:
    """Four enter with a minus, inflation a month late, DY with the price of the month before."""
    found = economic_predictors(months)

    assert found.shape == (30, 14)
    np.testing.assert_array_equal(found["INFL"].iloc[1:], -months["infl"].iloc[:-1])
    np.testing.assert_array_equal(found["TBL"], -months["tbl"])
    assert found["DY"].iloc[5] == np.log(months["d12"].iloc[5]) - np.log(months["index"].iloc[4])


def test_a_rising_price_gives_buy_signals(months: pd.DataFrame) -> None:
    """Every average of fewer months is higher; with falling prices none is."""
    rising = technical_indicators(months).iloc[-1]
    falling = technical_indicators(months.assign(index=months["index"].iloc[::-1].to_numpy())).iloc[-1]

    assert rising.tolist() == [1.0] * 14
    assert falling.tolist() == [0.0] * 14


def test_no_predictor_looks_ahead(months: pd.DataFrame) -> None:
    """Rows stay as they are when later months are cut off."""
    for build in (economic_predictors, technical_indicators):
        pd.testing.assert_frame_equal(build(months).head(20), build(months.head(20)), check_exact=True)
