"""Release rules: never before the real release, for every period a shutdown delayed."""

from __future__ import annotations

from datetime import time

import pandas as pd
import pytest

from spx_assets.market.catalogue import CATALOGUE
from spx_assets.market.release import Release, period_ends


def known_at(series: str, date: str) -> str:
    """When a value was known, in New York."""
    instant = CATALOGUE[series].known_at(pd.DatetimeIndex([date]))[0].tz_convert("America/New_York")
    return f"{instant:%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("series", "date", "expected"),
    [
        ("vix3m_close", "2018-07-02", "2018-07-02 16:15"),
        ("skew_close", "2018-07-02", "2018-07-02 16:15"),
        ("vvix_close", "2018-07-02", "2018-07-02 16:15"),
        ("term_spread_10y_3m", "2018-12-28", "2018-12-31 09:30"),
        ("baa_spread", "2018-12-28", "2018-12-31 16:30"),  # after the next session's decision
        ("cpi", "2018-11-01", "2018-12-30 08:30"),
        ("initial_claims", "2018-12-29", "2019-01-04 08:30"),  # published on Thursday, 3 January
        ("initial_claims", "2025-10-11", "2025-11-20 08:30"),  # the shutdown of 2025
        ("initial_claims", "2025-11-15", "2025-11-21 08:30"),
        ("fed_assets", "2022-04-13", "2022-04-15 16:30"),
        ("industrial_production", "2018-11-01", "2018-12-30 09:15"),
        ("industrial_production", "2013-09-01", "2013-10-30 09:15"),  # came on 28 October
        ("industrial_production", "2025-10-01", "2025-12-23 09:15"),
        ("gdp", "2018-10-01", "2019-03-01 08:30"),  # first estimate on 28 February, after a shutdown
        ("gdp", "2025-07-01", "2025-12-23 08:30"),
    ],
)
def test_when_a_value_was_known(series: str, date: str, expected: str) -> None:
    """Each rule at an example whose real release it does not precede."""
    assert known_at(series, date) == expected


def test_the_period_of_a_date() -> None:
    """A month and a quarter are named by their first day; a week by its last; a day is itself."""
    date = pd.DatetimeIndex(["2024-01-01"])
    ends = {kind: f"{period_ends(date, kind)[0]:%F}" for kind in ("daily", "weekly", "monthly", "quarterly")}
    assert ends == {"daily": "2024-01-01", "weekly": "2024-01-01", "monthly": "2024-01-31", "quarterly": "2024-03-31"}


def test_what_the_market_strikes_is_told_from_what_is_published() -> None:
    """A close is known when it is struck, whoever repeats it later."""
    assert CATALOGUE["spx_close"].release.is_print
    assert CATALOGUE["vix_close"].release.is_print
    assert not CATALOGUE["treasury_10y"].release.is_print
    assert not Release(at=time(8, 30), days=7).is_print
