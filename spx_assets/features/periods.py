"""Values on their calendar, so that a difference over n periods is over n periods.

A series with a hole (a close that is missing, a month that was never published) has rows that lie further apart than
their count says. Here every session, month or week has its place, filled or not: a difference needs both its ends, and
a window says how much of it may be missing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import pandas as pd
from pandas.api.typing import Rolling

from spx_assets.market import calendar

Period = Literal["M", "W-SAT"]


def by_session(values: pd.Series) -> pd.Series:
    """The values at every NYSE session from the first date to the last; missing where there is none."""
    if values.empty:
        return values
    return values.reindex(calendar.sessions(values.index[0], values.index[-1]))


def by_period(values: pd.Series, period: Period) -> pd.Series:
    """The values at every month, or week to Saturday, from the first to the last; missing where there is none."""
    of_periods = values.set_axis(pd.DatetimeIndex(values.index).to_period(period))
    if values.empty:
        return of_periods
    every = pd.period_range(of_periods.index[0], of_periods.index[-1], freq=period)
    return of_periods[~of_periods.index.duplicated(keep="last")].reindex(every)


def trailing(
    values: pd.Series, window: int, statistic: Callable[[Rolling[pd.Series]], pd.Series], *, missing: int | None = None
) -> pd.Series:
    """A statistic of the last `window` places, of which `missing` may be empty.

    By default a tenth of them, and two: one missing close leaves two returns out. No window reaches before the first
    value, whatever may be missing: a short history is not a window with holes.
    """
    allowed = max(2, window // 10) if missing is None else missing
    found = statistic(values.rolling(window, min_periods=window - allowed))
    first = int(values.notna().to_numpy().argmax()) if len(values) else 0
    found.iloc[: first + window - 1] = float("nan")
    return found
