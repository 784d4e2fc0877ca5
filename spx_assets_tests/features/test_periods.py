"""Holes in a series: a difference over n periods is over n periods, and what stands in for a hole has an age."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from spx_assets import features, market
from spx_assets.features.periods import by_period, by_session, trailing
from spx_assets.market.reading import observations_of
from spx_assets_tests.features import synthetic

HOLE = "2016-10-01"


def _without(observations: pd.DataFrame, series: str, *dates: str) -> pd.DataFrame:
    gone = (observations["series"] == series) & observations["date"].isin(pd.DatetimeIndex(dates))
    assert gone.sum() == len(dates)
    return observations[~gone]


def _with(observations: pd.DataFrame, series: str, values: pd.Series) -> pd.DataFrame:
    """The observations with another history of a series, known by its release rule."""
    made = observations_of(series, pd.DatetimeIndex(values.index).as_unit("ns"), values.to_numpy(), "synthetic")
    return pd.concat([observations[observations["series"] != series], made], ignore_index=True)


def _months(first: str = "2005-01-01", last: str = "2018-11-01") -> pd.DatetimeIndex:
    return pd.date_range(first, last, freq="MS")


def test_steady_inflation_is_steady_across_a_month_never_published(observations: pd.DataFrame) -> None:
    """A core CPI that grows 3 % a year with an October missing: 3.00 % in every session, momentum 0."""
    months = _months()
    index = pd.Series(200.0 * 1.03 ** (np.arange(len(months)) / 12), index=months).drop(pd.Timestamp(HOLE))

    built = features.build(_with(observations, "core_cpi", index))

    np.testing.assert_allclose(built["core_inflation_yoy"], 3.0, rtol=0, atol=1e-10)
    np.testing.assert_allclose(built["core_inflation_momentum"], 0.0, rtol=0, atol=1e-10)
    assert built.index[-1] == pd.Timestamp("2018-12-31")


def test_what_needs_the_missing_month_is_the_value_before_it(observations: pd.DataFrame) -> None:
    """November's inflation is against last November; October's is never known, and September's stands until then."""
    cpi = observations[observations["series"] == "core_cpi"].set_index("date")["value"]
    whole, holed = features.build(observations), features.build(_without(observations, "core_cpi", HOLE))
    september = 100 * (cpi["2016-09-01"] / cpi["2015-09-01"] - 1)

    assert np.isclose(september, holed.loc["2016-12-29", "core_inflation_yoy"], rtol=1e-12)
    assert whole.loc["2016-12-30", "core_inflation_yoy"] == holed.loc["2016-12-30", "core_inflation_yoy"]
    # January's momentum needs October, and so does next October's inflation: the month before stands.
    assert holed.loc["2017-03-03", "core_inflation_momentum"] == holed.loc["2017-02-28", "core_inflation_momentum"]
    assert holed.loc["2017-12-01", "core_inflation_yoy"] == holed.loc["2017-11-28", "core_inflation_yoy"]
    assert len(holed) == len(whole)


def test_default_spread_changes_over_three_months_whatever_is_missing(observations: pd.DataFrame) -> None:
    """A yield that rises 0.02 a month with a month missing: the change is 0.06 in every session."""
    months = _months()
    aaa = pd.Series(4.0, index=months)
    baa = aaa + 0.02 * np.arange(len(months))
    holed = _with(_with(observations, "aaa_yield", aaa), "baa_yield", baa.drop(pd.Timestamp(HOLE)))

    built = features.build(holed)

    np.testing.assert_allclose(built["default_spread_change_3m"], 0.06, rtol=0, atol=1e-12)


def test_the_unemployment_gap_is_right_or_carried_across_a_missing_month(observations: pd.DataFrame) -> None:
    """A rate that rises 0.01 a month is 0.12 above the lowest mean of its year, with a month missing too."""
    months = _months()
    rate = pd.Series(4.0 + 0.01 * np.arange(len(months)), index=months).drop(pd.Timestamp(HOLE))

    built = features.build(_with(observations, "unemployment", rate))

    gap = built["unemployment_gap"]
    # Where the lowest mean of the twelve is itself one that needs the month, the next lowest stands.
    assert gap.notna().all()
    assert gap[:"2017-10-31"].sub(0.12).abs().max() < 1e-9
    assert gap.between(0.12 - 0.03 - 1e-9, 0.12 + 1e-9).all()


def test_claims_change_over_thirteen_weeks_whatever_is_missing(observations: pd.DataFrame) -> None:
    """Claims that grow 1 % a week with a week missing: thirteen weeks' growth in every session."""
    weeks = pd.date_range("2012-01-07", "2018-12-29", freq="W-SAT")
    claims = pd.Series(200_000 * 1.001 ** np.arange(len(weeks)), index=weeks).drop(pd.Timestamp("2016-10-01"))

    built = features.build(_with(observations, "initial_claims", claims))

    np.testing.assert_allclose(built["initial_claims_change_13"], 13 * np.log(1.001), rtol=0, atol=1e-9)


@pytest.mark.parametrize(
    ("series", "feature", "change"),
    [("vix_close", "vix_change_5", 0.05), ("treasury_10y", "term_spread_change_66", 0.66)],
)
def test_a_daily_change_is_over_its_sessions(
    observations: pd.DataFrame, series: str, feature: str, change: float
) -> None:
    """A series that rises 0.01 a session with two sessions missing: the same change in every session."""
    sessions = market.calendar.sessions("2012-01-03", "2018-12-31")
    line = pd.Series(10 + 0.01 * np.arange(len(sessions)), index=sessions)
    other = synthetic.daily("treasury_3m", "2012-01-03", level=0.5).assign(value=0.5)
    holed = line.drop(pd.DatetimeIndex(["2016-03-01", "2017-05-05"]))

    built = features.build(_with(pd.concat([observations, other], ignore_index=True), series, holed))

    np.testing.assert_allclose(built[feature], change, rtol=0, atol=1e-9)


def test_oil_over_22_sessions_needs_both_its_ends(observations: pd.DataFrame) -> None:
    """Oil that rises a cent a session with days missing: no return is over 23 sessions, and none is missing."""
    sessions = market.calendar.sessions("2010-01-04", "2018-12-31")
    price = pd.Series(50.0 + 0.001 * np.arange(len(sessions)), index=sessions)
    holed = price.drop(pd.DatetimeIndex(["2016-03-01", "2016-03-02", "2017-05-05"]))

    built = features.build(_with(observations, "wti", holed))

    scale = price.rolling(22).mean()
    assert built["oil_return_22"].notna().all()
    assert built["oil_return_22"].max() <= (0.022 / scale["2014-01-02":]).max() * 1.001


def test_one_missing_close_makes_no_return_over_two_sessions(observations: pd.DataFrame) -> None:
    """Every return that is there is over exactly its sessions, back and ahead; what needs the close is missing."""
    gone = pd.Timestamp("2016-06-15")
    close = observations[observations["series"] == "spx_close"].set_index("date")["value"]
    truth = features.build(observations)

    built = features.build(_without(observations, "spx_close", f"{gone:%Y-%m-%d}"))

    sessions = close.index
    place = sessions.get_loc(gone)
    for name, back in (("return_1", 1), ("return_5", 5), ("return_22", 22), ("momentum_252", 252)):
        assert not built[name].get([gone, sessions[place + back]], pd.Series([np.nan] * 2)).notna().any()
        there = built[name].dropna()
        np.testing.assert_allclose(there, truth.loc[there.index, name], rtol=1e-12)
    for ahead in (1, 5, 21):
        name = f"target_{ahead}"
        assert not built[name].get([gone, sessions[place - ahead]], pd.Series([np.nan] * 2)).notna().any()
        there = built[name].dropna()
        np.testing.assert_array_equal(there, truth.loc[there.index, name])


@pytest.mark.parametrize("series", ["spx_high", "spx_low", "spx_volume"])
def test_one_missing_price_of_a_session_costs_no_session(
    observations: pd.DataFrame, cleaned: pd.DataFrame, series: str
) -> None:
    """A high, low or volume that is missing in the middle or on the last session leaves every row in its place."""
    built = features.build(_without(observations, series, "2016-06-15", "2018-12-31"))

    names = list(features.feature_names(built))
    assert cleaned.index.equals(built.index)
    assert built[names].notna().all(axis=None)
    differs = (built[names] != cleaned[names]).any(axis=1)
    assert differs.sum() <= 22 + 1 + 1


def test_a_window_with_too_many_holes_and_a_short_history_have_no_value() -> None:
    """Two of 22 may be missing; a history of 21 is not a window of 22 with a hole."""
    line = pd.Series(np.arange(40.0))

    assert trailing(line, 22, pd.api.typing.Rolling.mean).first_valid_index() == 21
    assert trailing(line.where(~line.isin([25.0, 26.0])), 22, pd.api.typing.Rolling.mean).notna().sum() == 19
    assert np.isnan(trailing(line.where(~line.isin([25.0, 26.0, 27.0])), 22, pd.api.typing.Rolling.mean).iloc[30])


def test_places_without_a_value_are_there_and_empty() -> None:
    """Sessions, months and weeks between the first and the last are all there; an empty series stays empty."""
    dates = pd.DatetimeIndex(["2025-09-01", "2025-11-01"])
    values = pd.Series([1.0, 2.0], index=dates)

    assert by_period(values, "M").isna().tolist() == [False, True, False]
    assert by_session(pd.Series([1.0, 2.0], index=pd.DatetimeIndex(["2025-07-03", "2025-07-08"]))).size == 3
    assert by_period(values[:0], "M").empty
    assert by_session(values[:0]).empty
