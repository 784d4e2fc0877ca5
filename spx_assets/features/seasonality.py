"""Features of the date alone.

Computed from weekdays and months, not from the exchange's calendar of later sessions: that calendar
holds closures nobody knew beforehand (11 September 2001, the storm of October 2012).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from spx_assets.features.point_in_time import Sessions, Views

FRIDAY = 4


def seasonality(_views: Views, sessions: Sessions) -> pd.DataFrame:
    """Weekend ahead, turn of the month (Lakonishok & Smidt 1988), winter half-year (Bouman & Jacobsen 2002)."""
    day = sessions.index.to_numpy().astype("datetime64[D]")
    month = day.astype("datetime64[M]")
    weekday_of_month = np.busday_count(month.astype("datetime64[D]"), day)
    weekdays_left = np.busday_count(day + 1, (month + 1).astype("datetime64[D]"))
    month_number = sessions.index.month
    columns = {
        "weekend_ahead": (sessions.index.weekday >= FRIDAY).astype(float),
        # The coming session is the last of a month or one of the first three.
        "turn_of_month": ((weekdays_left <= 1) | (weekday_of_month <= 1)).astype(float),
        "winter_half": ((month_number >= 11) | (month_number <= 4)).astype(float),
    }
    return pd.DataFrame(columns, index=sessions.index)
