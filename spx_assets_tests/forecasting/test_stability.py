"""Stability: parts that make up the whole, each scored like the whole."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from spx_assets.errors import UsageError
from spx_assets.forecasting import clark_west, r2_out_of_sample, stability
from spx_assets.market import calendar


@pytest.fixture(scope="module")
def evaluation() -> pd.DataFrame:
    """Seven years of forecasts with skill only from 2020 on, of one model and horizon; the last outcome unknown."""
    random = np.random.default_rng(0)
    origin = calendar.sessions("2016-01-04", "2022-12-30")
    n = len(origin)
    signal, noise = random.standard_normal((2, n)) * 0.01
    y = np.where(origin >= "2020-01-01", signal, 0) + noise
    y[-1] = np.nan
    return pd.DataFrame(
        {
            "model": "ols",
            "horizon": 1,
            "origin": origin,
            "realised": y,
            "forecast": signal,
            "benchmark": 0.0,
            "scale": np.exp(random.standard_normal(n) / 3) / 100,
        }
    )


def test_every_split_covers_the_known_forecasts_once(evaluation: pd.DataFrame) -> None:
    """Decades and terciles add up to the whole; terciles are of equal size."""
    found = stability(evaluation)

    n = len(evaluation) - 1
    sums = found.groupby("split")["n"].sum()
    assert (sums["all"], sums["decade"], sums["volatility"]) == (n, n, n)
    assert found.loc[found["split"] == "volatility", "n"].between(n // 3 - 1, n // 3 + 1).all()
    assert found.query("split == 'decade'")["period"].tolist() == ["2010s", "2020s"]
    assert found.query("split == 'volatility'")["period"].tolist() == ["calm", "middle", "nervous"]
    assert found.query("split == 'rolling'")["period"].tolist() == ["2016–2020", "2017–2021", "2018–2022"]


def test_skill_is_found_where_it_was(evaluation: pd.DataFrame) -> None:
    """None in the 2010s, much in the 2020s."""
    decades = stability(evaluation).set_index("period").loc[["2010s", "2020s"]]

    assert decades["r2_os"].iloc[0] < 0 < decades["r2_os"].iloc[1]
    assert decades["clark_west_p"].iloc[1] < 0.001


def test_a_part_is_scored_like_the_whole(evaluation: pd.DataFrame) -> None:
    """The nervous third: those whose volatility at the origin was highest."""
    known = evaluation.dropna()
    nervous = known[known["scale"] > known["scale"].quantile(2 / 3)]

    row = stability(evaluation).set_index("period").loc["nervous"]

    vectors = nervous["realised"], nervous["forecast"], nervous["benchmark"]
    assert row["n"] == len(nervous)
    assert row["r2_os"] == r2_out_of_sample(*vectors)
    assert row["clark_west"] == clark_west(*vectors).statistic
    assert (row["first"], row["last"]) == (nervous["origin"].min(), nervous["origin"].max())


def test_the_window_of_years_is_chosen(evaluation: pd.DataFrame) -> None:
    """A short history has no long window; a window has at least one year."""
    assert stability(evaluation, years=7).query("split == 'rolling'")["period"].tolist() == ["2016–2022"]
    assert stability(evaluation, years=8).query("split == 'rolling'").empty
    with pytest.raises(UsageError, match="rolling"):
        stability(evaluation, years=0)


def test_models_and_horizons_stand_in_their_order(evaluation: pd.DataFrame) -> None:
    """As in the evaluation; a model without a known outcome has no rows."""
    other = evaluation.assign(model="ridge")
    unknown = evaluation.assign(model="late", realised=np.nan)

    found = stability(pd.concat([other, evaluation, unknown]))

    assert found["model"].drop_duplicates().tolist() == ["ridge", "ols"]
