"""When the market first knows a value, for sources that do not say so themselves: one rule per publisher.

A rule is conservative on purpose: a value dated too early is look-ahead, one dated too late is only late.
Each carries the publication it was taken from; periods known to have come later still are named.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from types import MappingProxyType
from typing import Literal

import pandas as pd

from spx_assets.market.calendar import at_new_york, following_sessions

Frequency = Literal["daily", "weekly", "monthly", "quarterly"]


def period_ends(dates: pd.DatetimeIndex, frequency: Frequency) -> pd.DatetimeIndex:
    """The last day of each date's period: months and quarters are named by their first day."""
    if frequency == "monthly":
        return dates + pd.offsets.MonthEnd(0)
    if frequency == "quarterly":
        return dates + pd.offsets.QuarterEnd(0)
    return dates


@dataclass(frozen=True)
class Release:
    """When the market first knows a value: days after the END of its period, at a New York time.

    `next_session` counts one session instead of days. `late` names the periods whose release is known
    to have come later than the rule says, with the date it came.
    """

    at: time
    days: int = 0
    next_session: bool = False
    late: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_print(self) -> bool:
        """Whether the market itself strikes the value on its day: who repeats it later says nothing new."""
        return not self.days and not self.next_session

    def known_at(self, dates: pd.DatetimeIndex, frequency: Frequency) -> pd.DatetimeIndex:
        """The UTC instants at which the values of these dates became known."""
        days = period_ends(dates, frequency)
        days = following_sessions(days) if self.next_session else days + pd.Timedelta(days=self.days)
        for period, released in self.late.items():
            days = days.where(dates != pd.Timestamp(period), pd.Timestamp(released))
        return at_new_york(days, self.at)


# The closing auction; on half days the value is known earlier, which costs nothing to ignore.
AT_THE_CLOSE = Release(at=time(16, 0))
# CBOE strikes the closing VIX at 16:15 New York ("VIX Index methodology", regular trading hours), and the
# indices computed from the same options with it.
VIX_CLOSE = Release(at=time(16, 15))
# Treasury publishes the day's par yields in the evening, the New York Fed the effective rate of a day at
# 09:00 of the next business day; FRED repeats both (H.15). A weekend's fed funds rate comes on Monday.
NEXT_MORNING = Release(at=time(9, 30), next_session=True)
# Moody's daily yields reach FRED in the afternoon of the next business day, after the decision at 16:00.
NEXT_AFTERNOON = Release(at=time(16, 30), next_session=True)
# EIA publishes spot prices on Wednesdays, for days up to the Monday before ("Release schedule: weekly"): a
# Tuesday waits eight days. The evening hour also covers the Thursday releases of holiday weeks.
WEEKLY_OIL = Release(at=time(17, 0), days=8)
# Department of Labor, "Unemployment insurance weekly claims": Thursday 08:30 for the week that ended on
# Saturday; a Friday covers holidays. The shutdown of 2025 stopped the release until 20 November.
CLAIMS = Release(
    at=time(8, 30),
    days=6,
    late=MappingProxyType(
        dict.fromkeys(
            (
                "2025-09-27",
                "2025-10-04",
                "2025-10-11",
                "2025-10-18",
                "2025-10-25",
                "2025-11-01",
                "2025-11-08",
            ),
            "2025-11-20",
        )
    ),
)
# Federal Reserve, H.4.1: Thursday 16:30 for the Wednesday before; a Friday covers holidays.
BALANCE_SHEET = Release(at=time(16, 30), days=2)
# Monthly averages of Moody's daily yields, in H.15's first days of the next month.
MOODYS = Release(at=time(8, 30), days=7)
# BLS, "Schedule of releases for the CPI": 10 to 18 days after the month. 30 covers the shutdown of 2013;
# the winter of 1995-96 took longer.
CPI = Release(at=time(8, 30), days=30, late=MappingProxyType({"1995-12-01": "1996-02-01"}))
# BLS, "Schedule of releases for the Employment Situation": the first Friday or soon after. Shutdowns delayed
# the months named here (BLS notices of 1996, 2013 and 2025; October 2025 was never surveyed).
JOBS = Release(
    at=time(8, 30),
    days=14,
    late=MappingProxyType(
        {
            "1995-12-01": "1996-01-19",
            "2013-09-01": "2013-10-22",
            "2025-09-01": "2025-11-20",
            "2025-11-01": "2025-12-16",
        }
    ),
)
# Federal Reserve, G.17: 09:15 around the 16th of the next month. 30 days cover the shutdown of 2013
# (September came on 28 October); that of 2025 delayed two months further (G.17 notices of 2025).
PRODUCTION = Release(
    at=time(9, 15),
    days=30,
    late=MappingProxyType({"2025-09-01": "2025-12-03", "2025-10-01": "2025-12-23"}),
)
# BEA, "Release schedule": the advance estimate 30 days after the quarter. 60 cover the shutdowns of 1996, 2013
# and 2019; in 2025 the third quarter was first estimated on 23 December.
NATIONAL_ACCOUNTS = Release(at=time(8, 30), days=60, late=MappingProxyType({"2025-07-01": "2025-12-23"}))
