"""Views and epochs: which rows change the past, and what each decision could see."""

from __future__ import annotations

import numpy as np
import pandas as pd

from spx_assets.features.point_in_time import Sessions, as_known, irregular, of_the_session, stretches


def _series(*rows: tuple[str, float, str]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["date", "value", "known_at"])
    return table.astype({"date": "datetime64[ns]", "known_at": "datetime64[ns]"})


def test_a_series_that_only_grows_is_regular() -> None:
    """Each date known after the one before changes nothing of the past."""
    series = _series(("2020-01-01", 1.0, "2020-02-10"), ("2020-02-01", 2.0, "2020-03-10"))

    assert irregular(series).tolist() == [False, False]


def test_a_second_value_for_a_date_is_irregular() -> None:
    """A revision changes the past; the first value and later dates do not."""
    series = _series(
        ("2020-01-01", 1.0, "2020-02-10"), ("2020-01-01", 1.5, "2020-04-10"), ("2020-02-01", 2.0, "2020-03-10")
    )

    assert irregular(series).tolist() == [False, True, False]


def test_a_first_value_that_arrives_after_a_later_date_is_irregular() -> None:
    """A late arrival fills a hole in the past."""
    series = _series(("2020-01-01", 1.0, "2020-05-01"), ("2020-02-01", 2.0, "2020-03-10"))

    assert irregular(series).tolist() == [True, False]


def test_each_stretch_sees_the_history_of_its_time() -> None:
    """Before a revision the old value, from then on the new one; of two between sessions only the last counts."""
    series = _series(
        ("2020-01-01", 1.0, "2020-02-10"),
        ("2020-01-01", 1.4, "2020-04-09"),
        ("2020-01-01", 1.5, "2020-04-10"),
        ("2020-02-01", 2.0, "2020-03-10"),
    )
    index = pd.to_datetime(["2020-02-20", "2020-04-01", "2020-04-20", "2020-05-01"])
    sessions = Sessions(pd.DatetimeIndex(index), pd.DatetimeIndex(index))

    seen = [
        (each.sessions.index.strftime("%m-%d").tolist(), each.views["x"].value.tolist())
        for each in stretches({"x": series}, ["x"], sessions)
    ]

    assert seen == [(["02-20", "04-01"], [1.0, 2.0]), (["04-20", "05-01"], [1.5, 2.0])]


def test_a_stretch_remembers_a_bounded_past() -> None:
    """After a revision, and in the later chunks of a long history: the last rows known before, and those within."""
    dates = pd.date_range("2020-01-01", periods=8, freq="D")
    series = pd.DataFrame({"date": dates, "value": np.arange(8.0), "known_at": dates})
    late = pd.DataFrame({"date": dates[:1], "value": [9.0], "known_at": dates[5:6]})
    series = pd.concat([series, late]).sort_values(["date", "known_at"])

    first, second = stretches({"x": series}, ["x"], Sessions(dates, dates), memory=2)

    assert first.views["x"].value.tolist() == [0, 1, 2, 3, 4]
    assert second.views["x"].value.tolist() == [4, 5, 6, 7]


def test_as_known_takes_the_newest_known_row_and_no_stale_one() -> None:
    """Nothing before the first is known; nothing once the last is too old."""
    values = pd.DataFrame({"x": [1.0, 2.0]})
    known_at = pd.Series(pd.to_datetime(["2020-01-02 12:00", "2020-01-04 12:00"]))
    index = pd.to_datetime(["2020-01-01", "2020-01-02", "2020-01-03", "2020-01-04", "2020-01-20"])
    sessions = Sessions(pd.DatetimeIndex(index), pd.DatetimeIndex(index) + pd.Timedelta(hours=16))

    known = as_known(values, known_at, sessions, max_age=pd.Timedelta(days=7))

    assert known["x"].fillna(-1).tolist() == [-1.0, 1.0, 1.0, 2.0, -1.0]


def test_of_the_session_misses_what_was_not_known_at_the_decision() -> None:
    """A close that became known after the decision is missing, not taken."""
    dates = pd.to_datetime(["2020-01-02", "2020-01-03"])
    values = pd.DataFrame({"x": [1.0, 2.0]}, index=dates)
    known_at = pd.Series(pd.to_datetime(["2020-01-02 16:00", "2020-01-03 18:00"]), index=dates)
    sessions = Sessions(pd.DatetimeIndex(dates), pd.DatetimeIndex(dates) + pd.Timedelta(hours=16))

    assert of_the_session(values, known_at, sessions)["x"].fillna(-1).tolist() == [1.0, -1.0]
