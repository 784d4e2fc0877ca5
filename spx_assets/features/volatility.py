"""Features of variance: realised, range-based and implied.

Realised volatilities are in log return per session; the VIX is in per cent per year, as quoted;
the variance risk premium is in variance per year.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from pandas.api.typing import Rolling

from spx_assets.features.periods import by_session, trailing
from spx_assets.features.point_in_time import Sessions, Views, as_known, of_the_session
from spx_assets.features.price import SESSION_MAX_AGE, log_returns, logarithm

SESSIONS_PER_YEAR = 252
# A VIX print is missing on a handful of sessions; the last one known stands in for it, not for longer.
VIX_MAX_AGE = pd.Timedelta(days=7)


def realized(views: Views, sessions: Sessions) -> pd.DataFrame:
    """Realised volatility over a week, a month, a quarter (HAR windows, Corsi 2009), and its downside share."""
    returns = log_returns(by_session(views["spx_close"].value))
    squared = returns**2
    month = trailing(squared, 22, Rolling.mean)
    downside = trailing(returns.clip(upper=0.0) ** 2, 22, Rolling.mean)
    columns = {
        "realized_volatility_5": np.sqrt(trailing(squared, 5, Rolling.mean)),
        "realized_volatility_22": np.sqrt(month),
        "realized_volatility_66": np.sqrt(trailing(squared, 66, Rolling.mean)),
        "downside_share_22": (downside / month).clip(0.0, 1.0),
    }
    return of_the_session(pd.DataFrame(columns), views["spx_close"].known_at, sessions)


def parkinson(views: Views, sessions: Sessions) -> pd.DataFrame:
    """Parkinson (1980), eq. 8: sqrt(mean(log(high / low)^2) / (4 log 2)) over 22 sessions."""
    both = [views[name] for name in ("spx_high", "spx_low")]
    high, low = pd.concat([view.value for view in both], axis=1, join="inner").T.to_numpy()
    known_at = pd.concat([view.known_at for view in both], axis=1, join="inner").max(axis=1)
    span = by_session(pd.Series(np.log(high / low), index=known_at.index))
    estimate = np.sqrt(trailing(span**2, 22, Rolling.mean) / (4.0 * np.log(2.0)))
    return as_known(estimate.to_frame("parkinson_volatility_22"), known_at, sessions, max_age=SESSION_MAX_AGE)


def implied(views: Views, sessions: Sessions) -> pd.DataFrame:
    """VIX level, changes and z-score, and the variance risk premium (Bollerslev, Tauchen & Zhou 2009, eq. 2).

    The level is the last print, also of a day on which only options were priced; changes are between sessions.
    """
    prints = views["vix_close"].value
    vix = by_session(prints)
    columns = {
        "vix_level": prints,
        "vix_change_1": vix.diff(1),
        "vix_change_5": vix.diff(5),
        "vix_zscore_63": (vix - trailing(vix, 63, Rolling.mean)) / trailing(vix, 63, Rolling.std),
    }
    known = as_known(pd.DataFrame(columns), views["vix_close"].known_at, sessions, max_age=VIX_MAX_AGE)
    realised_variance = SESSIONS_PER_YEAR * realized(views, sessions)["realized_volatility_22"] ** 2
    known["variance_risk_premium"] = (known["vix_level"] / 100.0) ** 2 - realised_variance
    return known


def term_structure(views: Views, sessions: Sessions) -> pd.DataFrame:
    """VIX over three months against over one, in logarithms: below zero when fear is for now (Johnson 2017)."""
    names = ("vix3m_close", "vix_close")
    both = pd.concat({name: views[name].value for name in names}, axis=1, join="inner")
    known_at = pd.concat([views[name].known_at for name in names], axis=1, join="inner").max(axis=1)
    slope = logarithm(both["vix3m_close"] / both["vix_close"])
    return as_known(slope.to_frame("vix_term_structure"), known_at, sessions, max_age=VIX_MAX_AGE)
