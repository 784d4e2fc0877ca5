"""Neely, Rapach, Tu and Zhou (2014, Management Science 60): their figures through the public functions."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression

from spx_assets.forecasting import clark_west, r2_out_of_sample, rmse, walk_forward

FIRST, LAST, FIRST_FORECAST = 195012, 201112, 196601


def predictors(raw: pd.DataFrame) -> pd.DataFrame:
    """The 14 macroeconomic predictors (section 2.1 of the paper), with the signs of its one-sided tests."""
    index, lagged = np.log(raw["index"]), np.log(raw["index"].shift(1))
    excess = raw["ret"] - raw["rfree"].shift(1)
    return pd.DataFrame(
        {
            "DP": np.log(raw["d12"]) - index,
            "DY": np.log(raw["d12"]) - lagged,
            "EP": np.log(raw["e12"]) - index,
            "DE": np.log(raw["d12"]) - np.log(raw["e12"]),
            "RVOL": np.sqrt(np.pi / 2) * np.sqrt(12) * excess.abs().rolling(12).mean(),
            "BM": raw["bm"],
            "NTIS": -raw["ntis"],
            "TBL": -raw["tbl"],
            "LTY": -raw["lty"],
            "LTR": raw["ltr"],
            "TMS": raw["lty"] - raw["tbl"],
            "DFY": raw["baa"] - raw["aaa"],
            "DFR": raw["corpr"] - raw["ltr"],
            "INFL": -raw["infl"].shift(1),
        }
    )


@pytest.fixture(scope="module")
def reference(shared_data: Path) -> tuple[pd.DataFrame, pd.Series, pd.DataFrame]:
    """Predictors of the month before, the log equity premium in per cent, and the published figures."""
    folder = shared_data / "reference"
    raw = pd.read_csv(folder / "gw_nrtz2014_monthly.csv").set_index("yyyymm")
    premium = 100 * (np.log1p(raw["ret"]) - np.log1p(raw["rfree"].shift(1)))
    X = predictors(raw).shift(1).loc[FIRST:LAST]
    # The paper's benchmark averages n observations where its regressions have n − 1 pairs.
    X.iloc[0] = np.nan
    published = pd.read_csv(folder / "nrtz2014_published.csv").set_index("model")
    return X, premium.loc[FIRST:LAST], published


@pytest.mark.parametrize(
    "name", ["DP", "DY", "EP", "DE", "RVOL", "BM", "NTIS", "TBL", "LTY", "LTR", "TMS", "DFY", "DFR", "INFL"]
)
def test_the_published_figures_come_out(name: str, reference: tuple[pd.DataFrame, pd.Series, pd.DataFrame]) -> None:
    """R²_OS in per cent, Clark–West and its p, and both MSFEs, to 1e-10 over 552 forecasts."""
    X, y, published = reference

    made = walk_forward(X[[name]], y, LinearRegression(), first_train=181)

    realised = y.loc[made.index]
    test = clark_west(realised, made["forecast"], made["benchmark"])
    actual = [
        100 * r2_out_of_sample(realised, made["forecast"], made["benchmark"]),
        test.statistic,
        test.p_value,
        rmse(realised, made["forecast"]) ** 2,
        rmse(realised, made["benchmark"]) ** 2,
    ]
    expected = [*published.loc[name, ["R2OS", "CW", "p", "MSFE"]], published.loc["Historical average", "MSFE"]]
    assert (len(made), made.index[0]) == (552, FIRST_FORECAST)
    np.testing.assert_allclose(actual, expected, rtol=0, atol=1e-10)
