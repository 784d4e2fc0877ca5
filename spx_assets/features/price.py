"""Features of the index's own close and volume: returns, trend, drawdown, turnover.

All trailing, session by session: a return over n sessions needs the close n sessions before, and is missing without
it. Returns are natural logarithms.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from pandas.api.typing import Rolling

from spx_assets.features.periods import by_session, trailing
from spx_assets.features.point_in_time import Sessions, Views, as_known, of_the_session

# A volume or a range that is missing is that of the sessions before, for a week at most: longer, and it has stopped.
SESSION_MAX_AGE = pd.Timedelta(days=7)


def logarithm(ratio: pd.Series) -> pd.Series:
    """Natural logarithm, row by row."""
    return pd.Series(np.log(ratio.to_numpy()), index=ratio.index)


def log_returns(close: pd.Series, sessions: int = 1) -> pd.Series:
    """log(close[t] / close[t - sessions]), on the rows of `close`."""
    return logarithm(close / close.shift(sessions))


def price(views: Views, sessions: Sessions) -> pd.DataFrame:
    """Returns over 1, 5 and 22 sessions, momentum, distance from trailing means (Faber 2007), drawdown."""
    close = by_session(views["spx_close"].value)
    columns = {
        "return_1": log_returns(close, 1),
        "return_5": log_returns(close, 5),
        "return_22": log_returns(close, 22),
        "momentum_126": log_returns(close, 126),
        "momentum_252": log_returns(close, 252),
        "distance_from_mean_50": np.log(close / trailing(close, 50, Rolling.mean)),
        "distance_from_mean_200": np.log(close / trailing(close, 200, Rolling.mean)),
        "drawdown_252": close / trailing(close, 252, Rolling.max) - 1.0,
    }
    return of_the_session(pd.DataFrame(columns), views["spx_close"].known_at, sessions)


def volume(views: Views, sessions: Sessions) -> pd.DataFrame:
    """Turnover against its own 22-session mean, in logarithms."""
    volume = views["spx_volume"]
    turnover = by_session(volume.value.where(volume.value > 0))
    ratio = logarithm(turnover / trailing(turnover, 22, Rolling.mean)).to_frame("volume_ratio_22")
    return as_known(ratio, volume.known_at, sessions, max_age=SESSION_MAX_AGE)


def trailing_returns(
    views: Views, sessions: Sessions, *, horizons: tuple[int, ...], grid: pd.DatetimeIndex
) -> pd.DataFrame:
    """The return over the last h sessions of `grid` as known at each session, one column per horizon h."""
    first = grid.searchsorted(sessions.index[0]) - max(horizons, default=0)
    grid = grid[max(int(first), 0) : int(grid.searchsorted(sessions.index[-1], side="right"))]
    close = views["spx_close"].value.reindex(grid)
    columns = {str(horizon): log_returns(close, horizon) for horizon in horizons}
    known_at = views["spx_close"].known_at.reindex(grid)
    return of_the_session(pd.DataFrame(columns), known_at, sessions)
