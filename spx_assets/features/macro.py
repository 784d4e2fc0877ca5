"""Features of credit, interest, inflation, labour and oil, as published by the time of the decision.

Every transform runs on the series' own dates (months for monthly series), from values of one vintage,
and only then meets the sessions.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from spx_assets.features.point_in_time import Sessions, Views, as_known
from spx_assets.features.price import logarithm

# A monthly figure is about 45 days old when the next appears; after twice that the series has stopped.
MONTHLY_MAX_AGE = pd.Timedelta(days=92)
# Yields are quoted daily; a fortnight without one means that the series has stopped.
DAILY_MAX_AGE = pd.Timedelta(days=14)
# Claims are published weekly, and were once stopped for seven weeks by a shutdown (autumn 2025).
CLAIMS_MAX_AGE = pd.Timedelta(days=63)
# Oil is published weekly; a month without news means that the series has stopped.
OIL_MAX_AGE = pd.Timedelta(days=31)


def credit(views: Views, sessions: Sessions) -> pd.DataFrame:
    """Default spread BAA - AAA in percentage points and its change over three months (Fama & French 1989)."""
    yields = pd.concat({name: views[name].value for name in ("baa_yield", "aaa_yield")}, axis=1, join="inner")
    known_at = pd.concat([views[name].known_at for name in ("baa_yield", "aaa_yield")], axis=1, join="inner").max(
        axis=1
    )
    spread = yields["baa_yield"] - yields["aaa_yield"]
    columns = {"default_spread": spread, "default_spread_change_3m": spread.diff(3)}
    return as_known(pd.DataFrame(columns), known_at, sessions, max_age=MONTHLY_MAX_AGE)


def term_spread(views: Views, sessions: Sessions) -> pd.DataFrame:
    """Ten-year less three-month Treasury yield in percentage points (Fama & French 1989), and its change in 66 days."""
    names = ("treasury_10y", "treasury_3m")
    yields = pd.concat({name: views[name].value for name in names}, axis=1, join="inner")
    known_at = pd.concat([views[name].known_at for name in names], axis=1, join="inner").max(axis=1)
    spread = yields["treasury_10y"] - yields["treasury_3m"]
    columns = {"term_spread": spread, "term_spread_change_66": spread.diff(66)}
    return as_known(pd.DataFrame(columns), known_at, sessions, max_age=DAILY_MAX_AGE)


def unemployment(views: Views, sessions: Sessions) -> pd.DataFrame:
    """Three-month mean of the unemployment rate less its lowest of the twelve months before (Sahm 2019), in points."""
    rate = views["unemployment"].value.rolling(3).mean()
    gap = rate - rate.shift(1).rolling(12).min()
    return as_known(gap.to_frame("unemployment_gap"), views["unemployment"].known_at, sessions, max_age=MONTHLY_MAX_AGE)


def claims(views: Views, sessions: Sessions) -> pd.DataFrame:
    """Four-week mean of initial claims against that of thirteen weeks before, in logarithms."""
    mean = views["initial_claims"].value.rolling(4).mean()
    change = logarithm(mean / mean.shift(13))
    known_at = views["initial_claims"].known_at
    return as_known(change.to_frame("initial_claims_change_13"), known_at, sessions, max_age=CLAIMS_MAX_AGE)


def inflation(views: Views, sessions: Sessions) -> pd.DataFrame:
    """Core CPI over twelve months in per cent, and three months annualised less that: its momentum."""
    index = views["core_cpi"].value
    yoy = 100.0 * (index / index.shift(12) - 1.0)
    quarter = 100.0 * ((index / index.shift(3)) ** 4 - 1.0)
    columns = {"core_inflation_yoy": yoy, "core_inflation_momentum": quarter - yoy}
    return as_known(pd.DataFrame(columns), views["core_cpi"].known_at, sessions, max_age=MONTHLY_MAX_AGE)


def oil(views: Views, sessions: Sessions) -> pd.DataFrame:
    """Change of WTI over 22 prints and volatility of its daily changes, both relative to the price level.

    Relative changes, not logarithms: the price was negative on 2020-04-20.
    """
    price = views["wti"].value
    scale = price.abs().rolling(22).mean()
    change = price.diff() / scale
    columns = {
        "oil_return_22": price.diff(22) / scale,
        "oil_volatility_22": np.sqrt((change**2).rolling(22).mean()),
    }
    return as_known(pd.DataFrame(columns), views["wti"].known_at, sessions, max_age=OIL_MAX_AGE)
