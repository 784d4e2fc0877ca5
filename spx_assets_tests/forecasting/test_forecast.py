"""The forecast of the coming session(s)."""

from __future__ import annotations

import pandas as pd

from spx_assets.forecasting import NextForecast, forecast_next
from spx_assets.market.calendar import next_session
from spx_assets_tests.forecasting.conftest import Made


def test_one_row_per_horizon_from_the_last_session(no_skill: Made) -> None:
    """By its contract, for the sessions the calendar names."""
    table = forecast_next(no_skill.trained, no_skill.cleaned, model_version="m1", data_version="d1")

    NextForecast.validate(table, lazy=True)
    last = no_skill.cleaned.index[-1]
    assert table["horizon"].tolist() == [1, 5]
    assert table["origin"].tolist() == [last, last]
    assert table["target_session"].tolist() == [next_session(last), next_session(last, 5)]
    assert table[["model_version", "data_version"]].to_numpy().tolist() == [["m1", "d1"]] * 2
    assert table["target_session"].dtype == "datetime64[ns]"


def test_it_is_the_forecast_the_evaluation_made(skilled: Made) -> None:
    """Forecast, benchmark and bounds of the last origin."""
    table = forecast_next(skilled.trained, skilled.cleaned, model_version="", data_version="").set_index("horizon")

    for horizon, fitted in skilled.trained.fitted.items():
        last = skilled.rows(horizon, fitted.name).iloc[-1]
        names = ["forecast", "benchmark", "lower_50", "upper_50", "lower_95", "upper_95"]
        pd.testing.assert_series_equal(
            table.loc[horizon, names].astype(float), last[names].astype(float), check_names=False, rtol=1e-9
        )


def test_the_word_on_skill_is_the_cards(no_skill: Made, skilled: Made) -> None:
    """Verbatim where there is none."""
    without = forecast_next(no_skill.trained, no_skill.cleaned, model_version="", data_version="")
    with_skill = forecast_next(skilled.trained, skilled.cleaned, model_version="", data_version="")

    assert without["statement"].str.contains("no candidate beat the historical mean").all()
    assert not without["skill"].any()
    assert bool(with_skill["skill"].iloc[0])
    assert with_skill["statement"].iloc[0] == skilled.trained.card["horizons"]["1"]["statement"]
