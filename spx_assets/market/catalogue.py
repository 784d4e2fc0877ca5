"""What every series is: unit, frequency, plausible range, release rule, and its id at each source.

One frozen entry per series; a number outside its range is refused, whoever sends it. The release rule
says when the market could first know a value, for sources that do not say so themselves: it is
conservative on purpose, since a value dated too early is look-ahead and one dated too late is only late.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from types import MappingProxyType
from typing import Literal

import pandas as pd

from spx_assets.market.calendar import at_new_york, following_sessions

Frequency = Literal["daily", "monthly"]


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

    def known_at(self, dates: pd.DatetimeIndex, frequency: Frequency) -> pd.DatetimeIndex:
        """The UTC instants at which the values of these dates became known."""
        days = pd.DatetimeIndex(dates)
        if frequency == "monthly":
            days = days + pd.offsets.MonthEnd(0)
        days = following_sessions(days) if self.next_session else days + pd.Timedelta(days=self.days)
        for period, released in self.late.items():
            days = days.where(dates != pd.Timestamp(period), pd.Timestamp(released))
        return at_new_york(days, self.at)


@dataclass(frozen=True)
class Series:
    """One series: what it measures, what it can be, when it is known, what each source calls it."""

    name: str
    description: str
    unit: str
    frequency: Frequency
    low: float
    high: float
    release: Release
    ids: Mapping[str, str] = field(default_factory=dict)

    def known_at(self, dates: pd.DatetimeIndex) -> pd.DatetimeIndex:
        """The UTC instants at which the values of these dates became known, by the release rule."""
        return self.release.known_at(dates, self.frequency)


# The closing auction; on half days the value is known earlier, which costs nothing to ignore.
_AT_THE_CLOSE = Release(at=time(16, 0))
# CBOE strikes the closing VIX at 16:15 New York ("VIX Index methodology", regular trading hours).
_VIX_CLOSE = Release(at=time(16, 15))
# Treasury publishes the day's par yields in the evening, the New York Fed the effective rate of a day at
# 09:00 of the next business day; FRED repeats both (H.15). A weekend's fed funds rate comes on Monday.
_NEXT_MORNING = Release(at=time(9, 30), next_session=True)
# EIA publishes spot prices on Wednesdays, for days up to the Monday before ("Release schedule: weekly"): a
# Tuesday waits eight days. The evening hour also covers the Thursday releases of holiday weeks.
_WEEKLY_OIL = Release(at=time(17, 0), days=8)
# Monthly averages of Moody's daily yields, in H.15's first days of the next month.
_MOODYS = Release(at=time(8, 30), days=7)
# BLS, "Schedule of releases for the CPI": 10 to 18 days after the month. 30 covers the shutdown of 2013;
# the winter of 1995-96 took longer.
_CPI = Release(at=time(8, 30), days=30, late=MappingProxyType({"1995-12-01": "1996-02-01"}))
# BLS, "Schedule of releases for the Employment Situation": the first Friday or soon after. Shutdowns delayed
# the months named here (BLS notices of 1996, 2013 and 2025; October 2025 was never surveyed).
_JOBS = Release(
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


def _index(name: str, what: str) -> Series:
    # Lowest close of the daily history 4.40 (1932-06-01); the top leaves room for a generation.
    ids = {"fred": "SP500"} if name == "spx_close" else {}
    return Series(name, what, "index points", "daily", 1.0, 100_000.0, _AT_THE_CLOSE, ids)


def _rate(name: str, what: str, fred: str, release: Release, frequency: Frequency) -> Series:
    # Highest on record 22.36 (fed funds, 1981-07-22); bills have traded slightly below zero (2020-03-25).
    return Series(name, what, "% per year", frequency, -2.0, 30.0, release, {"fred": fred})


_ENTRIES = (
    _index("spx_open", "S&P 500, first print of the session"),
    _index("spx_high", "S&P 500, highest print of the session"),
    _index("spx_low", "S&P 500, lowest print of the session"),
    _index("spx_close", "S&P 500, official close"),
    Series(
        "spx_volume",
        "S&P 500, shares traded in the session as Yahoo reports them",
        "shares",
        "daily",
        0.0,
        1e12,
        _AT_THE_CLOSE,
    ),
    Series(
        "vix_close",
        "CBOE Volatility Index, close: implied volatility of the S&P 500 over 30 days",
        "% per year",
        "daily",
        5.0,  # lowest close 9.14 (2017-11-03)
        150.0,  # highest close 82.69 (2020-03-16); the old index would have shown about 150 in 1987
        _VIX_CLOSE,
        {"fred": "VIXCLS", "cboe": "VIX"},
    ),
    _rate("aaa_yield", "Moody's seasoned Aaa corporate bond yield", "AAA", _MOODYS, "monthly"),
    _rate("baa_yield", "Moody's seasoned Baa corporate bond yield", "BAA", _MOODYS, "monthly"),
    Series(
        "core_cpi",
        "US consumer prices without food and energy, seasonally adjusted",
        "index, 1982-84 = 100",
        "monthly",
        10.0,
        2_000.0,
        _CPI,
        {"fred": "CPILFESL"},
    ),
    Series(
        "wti",
        "Crude oil, West Texas Intermediate, Cushing, spot",
        "US dollars per barrel",
        "daily",
        -100.0,  # -36.98 on 2020-04-20
        500.0,
        _WEEKLY_OIL,
        {"fred": "DCOILWTICO"},
    ),
    _rate("treasury_10y", "US Treasury, 10 years, constant maturity", "DGS10", _NEXT_MORNING, "daily"),
    _rate("treasury_2y", "US Treasury, 2 years, constant maturity", "DGS2", _NEXT_MORNING, "daily"),
    _rate("treasury_3m", "US Treasury, 3 months, constant maturity", "DGS3MO", _NEXT_MORNING, "daily"),
    _rate("fed_funds", "Effective federal funds rate", "DFF", _NEXT_MORNING, "daily"),
    _rate("unemployment", "US unemployment rate, seasonally adjusted", "UNRATE", _JOBS, "monthly"),
)

CATALOGUE: Mapping[str, Series] = MappingProxyType({entry.name: entry for entry in _ENTRIES})


def series_named(label: str) -> Series | None:
    """The series whose name, or whose id at any source, is `label` (case ignored); None when unknown."""
    return _BY_LABEL.get(label.strip().casefold())


def known_labels() -> str:
    """Every series with its ids, as a refusal lists them: `vix_close (VIXCLS, VIX), …`."""
    named = (f"{s.name} ({', '.join(dict.fromkeys(s.ids.values()))})" if s.ids else s.name for s in _ENTRIES)
    return ", ".join(named)


_BY_LABEL: Mapping[str, Series] = MappingProxyType(
    {label.casefold(): entry for entry in _ENTRIES for label in (entry.name, *entry.ids.values())}
)
