"""Features of the date alone."""

from __future__ import annotations

import pandas as pd
import pytest

from spx_assets.features.point_in_time import Sessions
from spx_assets.features.seasonality import seasonality


def _row(day: str) -> dict[str, float]:
    index = pd.DatetimeIndex([day])
    return seasonality({}, Sessions(index, index + pd.Timedelta(hours=21))).iloc[0].to_dict()


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2018-06-28", 1.0),  # Thursday: the next weekday, the 29th, is the month's last
        ("2018-06-27", 0.0),  # the next weekday is the last but one
        ("2018-06-29", 1.0),  # the next weekday is the first of July's
        ("2018-07-03", 1.0),  # second weekday of the month: the next is the third
        ("2018-07-04", 0.0),  # third weekday: the next is the fourth
        ("2018-07-16", 0.0),
    ],
)
def test_turn_of_month_is_about_the_coming_weekday(day: str, expected: float) -> None:
    """One when the coming weekday is a month's last or among its first three."""
    assert expected == _row(day)["turn_of_month"]


def test_weekend_and_winter() -> None:
    """Fridays have a weekend ahead; November to April is winter."""
    assert _row("2018-11-02") == {"weekend_ahead": 1.0, "turn_of_month": 1.0, "winter_half": 1.0}
    assert _row("2018-05-15") == {"weekend_ahead": 0.0, "turn_of_month": 0.0, "winter_half": 0.0}


def test_an_unforeseen_closure_is_not_foreseen() -> None:
    """Friday 26 October 2012 is a Friday like any other: nobody knew that Monday would not open."""
    assert _row("2012-10-26") == {**_row("2012-10-19"), "winter_half": 0.0}
