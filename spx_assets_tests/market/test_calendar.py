"""The NYSE calendar: sessions, closures, Saturdays, and New York's wall clock."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, time, timedelta

import numpy as np
import pandas as pd
import pytest

from spx_assets.market import calendar
from spx_assets_tests.market.documents import SHARED


@pytest.mark.parametrize(
    "day",
    [
        "1969-12-31",  # the package's holidays before 1970 must not be lost, nor its sessions
        "1950-01-07",  # a Saturday
        "1952-05-24",  # the last Saturday
        "1929-10-28",
        "1999-12-31",
        "2018-11-23",  # the half day after Thanksgiving
        "2024-07-03",  # a half day
    ],
)
def test_the_exchange_was_open(day: str) -> None:
    """Sessions of every kind are in the calendar."""
    assert list(calendar.sessions(day, day)) == [pd.Timestamp(day)]


@pytest.mark.parametrize(
    "day",
    [
        "1969-12-25",
        "1968-06-12",  # the paperwork crisis closed Wednesdays
        "1945-08-15",
        "1933-03-06",
        "1950-07-01",  # no Saturday sessions in the summer of 1950
        "1952-05-31",  # no Saturday sessions any more
        "2001-09-11",
        "2001-09-14",
        "2012-10-29",
        "2018-12-05",
        "2022-06-20",  # Juneteenth, observed
        "2025-01-09",
        "2024-03-29",  # Good Friday
    ],
)
def test_the_exchange_was_closed(day: str) -> None:
    """Holidays and special closures are not sessions."""
    assert list(calendar.sessions(day, day)) == []


def test_the_days_around_the_attacks_of_2001() -> None:
    """The exchange closed on the 11th and opened again on the 17th."""
    days = calendar.sessions("2001-09-10", "2001-09-17")
    assert [f"{day:%m-%d}" for day in days] == ["09-10", "09-17"]


def test_saturdays_of_1950() -> None:
    """Saturdays were sessions outside the summer: 32 in 1950, none from June to September."""
    saturdays = [day for day in calendar.sessions("1950-01-01", "1950-12-31") if day.dayofweek == 5]
    assert len(saturdays) == 32
    assert {day.month for day in saturdays}.isdisjoint({6, 7, 8, 9})


def test_weekdays_agree_with_the_package_where_it_is_right() -> None:
    """From 1970 on the sessions are exactly those of exchange_calendars."""
    import exchange_calendars  # noqa: PLC0415  # only this test builds the full calendar

    theirs = exchange_calendars.get_calendar("XNYS", start="1995-01-01", end="2027-12-31").sessions
    ours = calendar.sessions("1995-01-01", "2027-12-31")
    assert list(ours) == list(theirs)


@pytest.mark.skipif(not SHARED.exists(), reason="the recorded payloads are not beside the repository")
def test_every_recorded_session_since_1928() -> None:
    """Stooq's dates, Saturdays included, are the calendar's; only its February 1948 is dated a day early."""
    with (SHARED / "wire" / "stooq_spx_d_2023-08.csv").open() as file:
        recorded = pd.DatetimeIndex([row["Date"] for row in csv.DictReader(file)])
    recorded = recorded[recorded >= calendar.FIRST_SESSION]
    ours = calendar.sessions(recorded[0], recorded[-1])
    assert [f"{d:%F}" for d in recorded.difference(ours)] == [
        "1948-02-01",
        "1948-02-08",
        "1948-02-15",
        "1948-02-23",
    ]
    assert [f"{d:%F}" for d in ours.difference(recorded)] == [
        "1948-02-02",
        "1948-02-09",
        "1948-02-17",
        "1948-02-24",
    ]


@pytest.mark.skipif(not SHARED.exists(), reason="the recorded payloads are not beside the repository")
def test_every_weekday_yahoo_recorded() -> None:
    """Yahoo's history, which has no Saturdays, holds every weekday session from 1927 to 2026 and no other."""
    with (SHARED / "history" / "gspc_daily_yahoo_1927_2026.csv").open() as file:
        recorded = pd.DatetimeIndex([row["Date"] for row in csv.DictReader(file)])
    ours = calendar.sessions(recorded[0], recorded[-1])
    assert list(ours[ours.dayofweek < 5]) == list(recorded)


def test_sessions_are_bounded_by_the_calendar() -> None:
    """Days outside the calendar give no sessions, and no error."""
    assert len(calendar.sessions("1789-01-01", "1927-12-29")) == 0
    assert calendar.sessions("1789-01-01", "1928-01-03")[0] == pd.Timestamp("1927-12-30")


def test_next_session_skips_weekends_and_holidays() -> None:
    """The next session is counted forward from any day, session or not."""
    assert calendar.next_session(pd.Timestamp("2018-12-31")) == pd.Timestamp("2019-01-02")
    assert calendar.next_session(pd.Timestamp("2019-01-01")) == pd.Timestamp("2019-01-02")
    assert calendar.next_session(pd.Timestamp("2018-12-31"), 21) == pd.Timestamp("2019-01-31")


def test_next_session_counts_forward_only() -> None:
    """Zero is a mistake of the caller."""
    with pytest.raises(ValueError, match="from 1, not 0"):
        calendar.next_session(pd.Timestamp("2018-12-31"), 0)


def test_following_sessions_is_next_session_for_each_date() -> None:
    """The vectorised form gives the same sessions."""
    dates = pd.date_range("2018-12-20", "2019-01-10")
    assert list(calendar.following_sessions(dates)) == [calendar.next_session(day) for day in dates]


def test_decisions_follow_the_wall_clock() -> None:
    """16:00 in New York is 21:00 UTC in winter and 20:00 in summer."""
    days = pd.DatetimeIndex(["2018-01-02", "2018-07-02"])
    expected = ["2018-01-02 21:00:00+00:00", "2018-07-02 20:00:00+00:00"]
    assert [str(instant) for instant in calendar.decision_times(days)] == expected


def test_half_days_decide_at_the_same_hour() -> None:
    """The exchange closes at 13:00 on half days; the decision stays at 16:00."""
    half_day = pd.DatetimeIndex(["2018-11-23"])
    assert calendar.decision_times(half_day)[0] == pd.Timestamp("2018-11-23 21:00", tz="UTC")


def test_another_decision_time() -> None:
    """The hour is an argument."""
    day = pd.DatetimeIndex(["2018-01-02"])
    assert calendar.decision_times(day, time(9, 30))[0] == pd.Timestamp("2018-01-02 14:30", tz="UTC")


def test_the_calendar_is_built_once() -> None:
    """Asking again costs nothing: the same sessions object is sliced."""
    assert calendar._every_session() is calendar._every_session()


FRIDAY = date(2026, 1, 2)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (datetime(2026, 1, 2, 22, tzinfo=UTC), 0),
        (datetime(2026, 1, 4, 12, tzinfo=UTC), 0),
        (datetime(2026, 1, 5, 20, 59, tzinfo=UTC), 0),
        (datetime(2026, 1, 5, 21, 0, tzinfo=UTC), 1),
        (datetime(2026, 1, 9, 22, tzinfo=UTC), 5),
    ],
)
def test_a_session_counts_once_it_has_closed(now: datetime, expected: int) -> None:
    """Weekends do not age a forecast, and the session of today does at 16:00 in New York."""
    assert expected == calendar.closed_since(FRIDAY, now)


def test_numpy_counts_the_same_sessions_with_the_closed_weekdays() -> None:
    """From any session since the last Saturday session: holidays, funerals and storms are no sessions."""
    every = calendar.sessions("1952-06-02", "2037-12-31")
    for origin in every[:: len(every) // 40]:
        closed = calendar.weekdays_closed(origin.date())
        ends = pd.date_range(origin, "2037-12-31", periods=9).normalize()
        begin, days = origin.date() + timedelta(1), [end.date() + timedelta(1) for end in ends]
        counted = np.busday_count(begin, days, holidays=closed).tolist()
        assert [len(calendar.sessions(origin, end)) - 1 for end in ends] == counted
