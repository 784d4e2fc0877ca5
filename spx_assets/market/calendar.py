"""The NYSE's sessions and the instants at which decisions are taken on them.

Sessions are naive midnights, instants are UTC. Weekday closures are the rules of `exchange_calendars`;
Saturday sessions, which that package leaves out, are added here. The calendar starts with the daily
S&P composite on 1927-12-30: earlier closures are missing from those rules (the whole autumn of 1914).
Nothing here reads a clock: an instant is always an argument.
"""

from __future__ import annotations

from datetime import date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

import pandas as pd

NEW_YORK = ZoneInfo("America/New_York")
FIRST_SESSION = pd.Timestamp("1927-12-30")
# pandas converts New York time in bulk by a table of daylight saving that ends with 2037.
LAST_SESSION = pd.Timestamp("2037-12-31")
CLOSE = time(16, 0)

# The last Saturday session; the five-day week became the rule on 1952-09-29 after the summer's closure.
LAST_SATURDAY_SESSION = pd.Timestamp("1952-05-24")

# Summers without Saturday sessions, first and last Saturday closed (New York Stock Exchange, special
# closings since 1885); they agree with every Saturday row of Stooq's daily history.
_CLOSED_SUMMERS = (
    ("1933-07-29", "1933-09-02"),
    ("1944-08-19", "1944-09-02"),
    ("1945-07-07", "1945-09-01"),
    ("1946-05-25", "1946-09-28"),
    ("1947-05-31", "1947-09-27"),
    ("1948-05-29", "1948-09-25"),
    ("1949-05-28", "1949-09-24"),
    ("1950-06-03", "1950-09-30"),
    ("1951-06-02", "1951-09-29"),
)

# Single Saturdays closed: backlogs of 1928-29, eves and morrows of holidays, funerals, a snow storm.
_CLOSED_SATURDAYS = {
    "1928": "04-07 04-21 05-05 05-12 05-19 05-26 11-24",
    "1929": "02-09 02-23 03-30 08-31 11-02 11-09 11-16 11-23 11-30",
    "1930": "04-19 05-31 07-05 08-30",
    "1931": "09-05 12-26",
    "1932": "07-02",
    "1933": "01-07 03-04 03-11",
    "1936": "12-26",
    "1937": "05-29 07-03",
    "1945": "04-14 10-13 10-27",
    "1946": "02-23",
    "1948": "01-03",
    "1949": "12-24",
    "1950": "12-23",
}


def sessions(first: pd.Timestamp | str, last: pd.Timestamp | str) -> pd.DatetimeIndex:
    """NYSE sessions from `first` to `last`, both included, as naive midnights.

    Saturdays count while the exchange opened on them, until 1952. Days outside 1927-12-30 to
    2037-12-31 are outside the calendar and give no sessions.
    """
    every = _every_session()
    return every[every.searchsorted(pd.Timestamp(first)) : every.searchsorted(pd.Timestamp(last), side="right")]


def next_session(session: pd.Timestamp, n: int = 1) -> pd.Timestamp:
    """The n-th session strictly after `session`, which itself need not be one (n ≥ 1)."""
    if n < 1:
        raise ValueError(f"next_session counts forward from 1, not {n}")
    every = _every_session()
    return every[int(every.searchsorted(pd.Timestamp(session), side="right")) + n - 1]


def following_sessions(dates: pd.DatetimeIndex) -> pd.DatetimeIndex:
    """For each date the first session strictly after it: `next_session`, vectorised."""
    every = _every_session()
    return every[every.searchsorted(dates, side="right")]


def closed_since(session: date, now: datetime) -> int:
    """The age of a close in sessions: how many NYSE sessions after `session` have closed by `now`."""
    later = sessions(pd.Timestamp(session) + pd.Timedelta(days=1), pd.Timestamp(now.date()))
    return int((decision_times(later, at=CLOSE) <= pd.Timestamp(now)).sum())


def weekdays_closed(after: date) -> list[date]:
    """Weekdays after a session, to the end of the calendar, on which the exchange is closed.

    With them the sessions since 1952 can be counted without this calendar: `numpy.busday_count` does.
    """
    weekdays = pd.bdate_range(pd.Timestamp(after) + pd.Timedelta(days=1), LAST_SESSION)
    return [day.date() for day in weekdays.difference(_every_session())]


def decision_times(sessions: pd.DatetimeIndex, at: time = CLOSE) -> pd.DatetimeIndex:
    """The UTC instant of New York's wall clock `at` on each session, half days included."""
    return at_new_york(sessions, at)


def at_new_york(dates: pd.DatetimeIndex, at: time) -> pd.DatetimeIndex:
    """The UTC instant at which New York's clocks show `at` on each date (daylight saving included)."""
    since_midnight = pd.Timedelta(hours=at.hour, minutes=at.minute, seconds=at.second)
    local = pd.DatetimeIndex(dates).normalize() + since_midnight
    # No market time of day falls into the hour that daylight saving skips or repeats (01:00 to 03:00).
    return local.tz_localize("America/New_York").tz_convert("UTC").as_unit("ns")


@lru_cache(maxsize=1)
def _every_session() -> pd.DatetimeIndex:
    import exchange_calendars  # noqa: PLC0415  # 0.1 s that a caller without dates need not pay

    # A month's calendar is enough to reach the rules, which then take our own start and end. Building the
    # calendar over all years costs a second, and loses holidays before 1970 unless a global is changed.
    rules = exchange_calendars.get_calendar("XNYS", start="2020-01-01", end="2020-01-31")
    holidays = rules.regular_holidays.holidays(start=FIRST_SESSION, end=LAST_SESSION)
    closures = pd.DatetimeIndex([pd.Timestamp(day).tz_localize(None) for day in rules.adhoc_holidays])
    days = pd.date_range(FIRST_SESSION, LAST_SESSION, freq="D", unit="ns")
    days = days[~days.isin(holidays.union(closures).union(_closed_saturdays()))]
    trades_on_saturdays = days <= LAST_SATURDAY_SESSION
    return days[(days.dayofweek < 5) | ((days.dayofweek == 5) & trades_on_saturdays)]


def _closed_saturdays() -> pd.DatetimeIndex:
    summers = [pd.date_range(first, last, freq="7D") for first, last in _CLOSED_SUMMERS]
    closed = pd.DatetimeIndex([f"{year}-{day}" for year, days in _CLOSED_SATURDAYS.items() for day in days.split()])
    for summer in summers:
        closed = closed.union(summer)
    return closed
