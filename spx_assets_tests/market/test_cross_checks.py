"""Checks across series and files, on real history and on history broken one way at a time."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from spx_assets import market
from spx_assets.market import cross_checks
from spx_assets.market.reading import observations_of
from spx_assets_tests.market.documents import SHARED

NOW = pd.Timestamp("2026-11-01", tz="UTC")


def _days(table: pd.DataFrame) -> list[str]:
    return [f"{day:%Y-%m-%d}" for day in table["session" if "session" in table else "date"]]


def _without(observations: pd.DataFrame, series: str, *days: str) -> pd.DataFrame:
    return observations[~((observations["series"] == series) & observations["date"].isin(pd.to_datetime(list(days))))]


def _with_value(observations: pd.DataFrame, series: str, day: str, factor: float) -> pd.DataFrame:
    chosen = (observations["series"] == series) & (observations["date"] == day)
    return observations.assign(value=np.where(chosen, observations["value"] * factor, observations["value"]))


def test_the_embedded_data_passes_everything(observations: pd.DataFrame) -> None:
    """No rule finds a row."""
    for rule in (
        cross_checks.missing_sessions,
        cross_checks.closed_days,
        cross_checks.jumps,
        cross_checks.inconsistent_prices,
    ):
        assert rule(observations).empty


@pytest.mark.parametrize(
    "file",
    [
        "history/gspc_daily_yahoo_1927_2026.csv",
        "wire/yahoo_download_GSPC_2023-12.csv",
        "wire/stooq_spx_d_2023-08.csv",
        "wire/fredgraph_SP500_newheader_2026-02.csv",
    ],
)
def test_real_downloads_pass_everything(file: str, shared_data: object) -> None:
    """A century from Yahoo without Saturdays, and from Stooq with its misdated days of 1948."""
    found = market.read_source(str(SHARED / file), now=NOW).observations

    assert cross_checks.missing_sessions(found).empty
    assert cross_checks.closed_days(found).empty
    assert cross_checks.jumps(found).empty
    assert cross_checks.inconsistent_prices(found).empty


def test_a_missing_session_is_named(observations: pd.DataFrame) -> None:
    """A session without a close, between others that have one; the ends are nobody's gap."""
    broken = _without(observations, "spx_close", "1999-01-04", "2008-10-10", "2018-12-31")

    assert _days(cross_checks.missing_sessions(broken)) == ["2008-10-10"]


def test_saturdays_before_1952_may_be_missing_and_weekdays_may_not() -> None:
    """Yahoo has no Saturday sessions."""
    week = market.calendar.sessions("1951-11-05", "1951-11-17")
    observed = observations_of("spx_close", week, np.linspace(22.0, 23.0, len(week)), "synthetic")

    assert cross_checks.missing_sessions(_without(observed, "spx_close", "1951-11-10")).empty
    assert _days(cross_checks.missing_sessions(_without(observed, "spx_close", "1951-11-09"))) == ["1951-11-09"]


def test_a_price_on_a_closed_day_is_named(observations: pd.DataFrame) -> None:
    """The other direction: Independence Day has no close."""
    holiday = observations_of("spx_close", pd.DatetimeIndex(["2018-07-04"]), np.array([2730.0]), "synthetic")

    found = cross_checks.closed_days(pd.concat([observations, holiday], ignore_index=True))

    assert _days(found) == ["2018-07-04"]
    assert cross_checks.closed_days(observations.assign(series="vix_close")).empty


def test_a_jump_is_named_where_two_files_meet(observations: pd.DataFrame) -> None:
    """A close a third higher than its neighbours: the session and the one after it, with their log returns."""
    found = cross_checks.jumps(_with_value(observations, "spx_close", "2010-03-03", 4 / 3))

    assert _days(found) == ["2010-03-03", "2010-03-04"]
    assert np.isclose(found["log_return"].sum(), np.log(found["after"].iloc[1] / found["before"].iloc[0]))


def test_the_largest_real_sessions_are_no_jumps(shared_data: object) -> None:
    """1987-10-19 and 1933-03-15 pass."""
    found = market.read_source(str(SHARED / "history/gspc_daily_yahoo_1927_2026.csv"), now=NOW).observations
    closes = found[found["series"] == "spx_close"].set_index("date")["value"]

    assert np.log(closes).diff().abs().max() > 0.2
    assert cross_checks.jumps(found).empty


@pytest.mark.parametrize(("series", "factor"), [("spx_high", 0.97), ("spx_low", 1.03), ("spx_open", 1.05)])
def test_inconsistent_prices_are_named(observations: pd.DataFrame, series: str, factor: float) -> None:
    """A high below the close, a low above it, an open outside both; another source's rounding is none of these."""
    found = cross_checks.inconsistent_prices(_with_value(observations, series, "2015-06-15", factor))

    assert _days(found) == ["2015-06-15"]
    assert cross_checks.inconsistent_prices(_with_value(observations, series, "2015-06-15", 1 + 5e-6)).empty


def test_the_newest_vintage_is_judged(observations: pd.DataFrame) -> None:
    """A wrong close that was corrected breaks nothing any more."""
    wrong = _with_value(observations, "spx_close", "2015-06-15", 2.0)
    right = observations[(observations["series"] == "spx_close") & (observations["date"] == "2015-06-15")]
    right = right.assign(known_at=right["known_at"] + pd.Timedelta(days=1))

    assert len(cross_checks.jumps(wrong)) == 2
    assert cross_checks.jumps(pd.concat([wrong, right], ignore_index=True)).empty


def test_fewer_rows_than_before_are_counted_per_series(observations: pd.DataFrame) -> None:
    """A series that lost rows, and one that is gone."""
    after = _without(observations[observations["series"] != "wti"], "spx_close", "2008-10-10")

    found = cross_checks.fewer_rows(observations, after)

    assert found["series"].tolist() == ["spx_close", "wti"]
    assert found["before"].tolist()[0] - found["after"].tolist()[0] == 1
    assert found["after"].tolist()[1] == 0
    assert cross_checks.fewer_rows(after, observations).empty
    assert cross_checks.fewer_rows(market.no_observations(), observations).empty


@pytest.mark.parametrize(
    ("now", "behind"),
    [("2018-12-31 21:00", 0), ("2019-01-02 20:59", 0), ("2019-01-02 21:00", 1), ("2019-01-07 12:00", 3)],
)
def test_age_is_counted_in_sessions(observations: pd.DataFrame, now: str, behind: int) -> None:
    """A session counts from its close; weekends and New Year's Day do not."""
    assert cross_checks.sessions_behind(observations, pd.Timestamp(now, tz="UTC")) == behind


def test_without_closes_there_is_no_age() -> None:
    """Nothing to be old."""
    assert cross_checks.sessions_behind(market.no_observations(), NOW) is None
    assert cross_checks.missing_sessions(market.no_observations()).empty
    assert cross_checks.inconsistent_prices(market.no_observations()).empty
    assert cross_checks.jumps(market.no_observations()).empty
