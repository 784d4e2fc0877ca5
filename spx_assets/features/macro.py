"""Features of credit, interest, inflation, labour and oil, as published by the time of the decision.

Every transform goes by the calendar of its series (months, weeks, sessions), from values of one vintage, and only then
meets the sessions: what needs a month that was never published is missing, and the value before it stands.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from pandas.api.typing import Rolling

from spx_assets.features.periods import by_period, by_session, trailing
from spx_assets.features.point_in_time import Sessions, Views, as_known
from spx_assets.features.price import logarithm

# A monthly figure is about 45 days old when the next appears; after twice that the series has stopped.
MONTHLY_MAX_AGE = pd.Timedelta(days=92)
# A month that was never surveyed leaves three three-month means out: the next comes four months after the last.
UNEMPLOYMENT_MAX_AGE = pd.Timedelta(days=125)
# Yields are quoted daily; a fortnight without one means that the series has stopped.
DAILY_MAX_AGE = pd.Timedelta(days=14)
# Claims are published weekly, and were once stopped for seven weeks by a shutdown (autumn 2025).
CLAIMS_MAX_AGE = pd.Timedelta(days=63)
# Oil is published weekly; a month without news means that the series has stopped.
OIL_MAX_AGE = pd.Timedelta(days=31)


def credit(views: Views, sessions: Sessions) -> pd.DataFrame:
    """Default spread BAA - AAA in percentage points and its change over three months (Fama & French 1989)."""
    spread, known_at = _difference(views, "baa_yield", "aaa_yield")
    spread, known_at = by_period(spread, "M"), by_period(known_at, "M").dropna()
    columns = {"default_spread": spread, "default_spread_change_3m": spread.diff(3)}
    return as_known(pd.DataFrame(columns), known_at, sessions, max_age=MONTHLY_MAX_AGE)


def term_spread(views: Views, sessions: Sessions) -> pd.DataFrame:
    """Ten-year less three-month Treasury yield in percentage points (Fama & French 1989), its change in 66 sessions."""
    spread, known_at = _difference(views, "treasury_10y", "treasury_3m")
    columns = {"term_spread": spread, "term_spread_change_66": by_session(spread).diff(66)}
    return as_known(pd.DataFrame(columns), known_at, sessions, max_age=DAILY_MAX_AGE)


def unemployment(views: Views, sessions: Sessions) -> pd.DataFrame:
    """Three-month mean of the unemployment rate less its lowest of the twelve months before (Sahm 2019), in points."""
    rate, known_at = _monthly(views, "unemployment")
    mean = rate.rolling(3).mean()
    # One month that is missing leaves three of the twelve means out; the lowest of the others is the low.
    gap = mean - trailing(mean.shift(1), 12, Rolling.min, missing=3)
    return as_known(gap.to_frame("unemployment_gap"), known_at, sessions, max_age=UNEMPLOYMENT_MAX_AGE)


def claims(views: Views, sessions: Sessions) -> pd.DataFrame:
    """Four-week mean of initial claims against that of thirteen weeks before, in logarithms."""
    mean = by_period(views["initial_claims"].value, "W-SAT").rolling(4).mean()
    change = logarithm(mean / mean.shift(13))
    known_at = by_period(views["initial_claims"].known_at, "W-SAT").dropna()
    return as_known(change.to_frame("initial_claims_change_13"), known_at, sessions, max_age=CLAIMS_MAX_AGE)


def inflation(views: Views, sessions: Sessions) -> pd.DataFrame:
    """Core CPI over twelve months in per cent, and three months annualised less that: its momentum."""
    index, known_at = _monthly(views, "core_cpi")
    yoy = 100.0 * (index / index.shift(12) - 1.0)
    quarter = 100.0 * ((index / index.shift(3)) ** 4 - 1.0)
    columns = {"core_inflation_yoy": yoy, "core_inflation_momentum": quarter - yoy}
    return as_known(pd.DataFrame(columns), known_at, sessions, max_age=MONTHLY_MAX_AGE)


def oil(views: Views, sessions: Sessions) -> pd.DataFrame:
    """Change of WTI over 22 sessions and volatility of its daily changes, both relative to the price level.

    Relative changes, not logarithms: the price was negative on 2020-04-20.
    """
    price = by_session(views["wti"].value)
    scale = trailing(price.abs(), 22, Rolling.mean)
    change = price.diff() / scale
    columns = {
        "oil_return_22": price.diff(22) / scale,
        "oil_volatility_22": np.sqrt(trailing(change**2, 22, Rolling.mean)),
    }
    return as_known(pd.DataFrame(columns), views["wti"].known_at, sessions, max_age=OIL_MAX_AGE)


def _monthly(views: Views, name: str) -> tuple[pd.Series, pd.Series]:
    """A series by month, and when each month that there is became known."""
    return by_period(views[name].value, "M"), by_period(views[name].known_at, "M").dropna()


def _difference(views: Views, long: str, short: str) -> tuple[pd.Series, pd.Series]:
    """One yield less another on the dates of both, and when both were known."""
    yields = pd.concat([views[name].value for name in (long, short)], axis=1, join="inner")
    known_at = pd.concat([views[name].known_at for name in (long, short)], axis=1, join="inner").max(axis=1)
    return yields.iloc[:, 0] - yields.iloc[:, 1], known_at
