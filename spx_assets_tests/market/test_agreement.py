"""Agreement of values with what is known of a series, on the same dates and moved ones."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from spx_assets.market import calendar
from spx_assets.market.agreement import Held, agreement, rounding_of, shift_of
from spx_assets.market.reading import observations_of
from spx_assets_tests.market.documents import closes_through_references

DAYS = calendar.sessions("2024-01-02", "2024-06-28")
CLOSES = closes_through_references(DAYS)
KNOWN = pd.Series(CLOSES, index=DAYS)


def test_equal_values_agree_within_the_rounding_of_both() -> None:
    """Cents against single precision and against whole numbers; a cent more does not."""
    for values in (CLOSES, CLOSES.astype("float32").astype(float), np.round(CLOSES)):
        assert agreement(DAYS, values, KNOWN).convinces
    assert not agreement(DAYS, CLOSES + 0.03, KNOWN).agrees.any()
    assert (rounding_of(CLOSES), rounding_of(np.round(CLOSES))) == (0.005, 0.5)


def test_a_few_differences_of_a_vendor_are_no_other_instrument() -> None:
    """Six of 124 differ, not seven."""
    values = CLOSES.copy()
    values[:6] += 1.0
    assert agreement(DAYS, values, KNOWN).holds
    values[6] += 1.0
    assert not agreement(DAYS, values, KNOWN).holds


def test_nothing_in_common_is_no_agreement() -> None:
    """What is not known is not confirmed."""
    found = agreement(DAYS, CLOSES, pd.Series(dtype=float, index=pd.DatetimeIndex([])))
    assert (found.common, found.holds, found.convinces) == (0, False, False)


@pytest.mark.parametrize(
    ("moved", "words"),
    [
        (DAYS - pd.Timedelta(days=1), "one day early"),
        (DAYS + pd.Timedelta(days=1), "one day late"),
        (DAYS + pd.Timedelta(days=2), "two days late"),
        (calendar.following_sessions(DAYS), "one session late"),
    ],
)
def test_moved_dates_are_told_by_the_values(moved: pd.DatetimeIndex, words: str) -> None:
    """Each value stands where it is known one or two days or sessions off."""
    shift = shift_of(moved, CLOSES, KNOWN)
    assert shift is not None
    assert shift.what == words
    assert len(shift.rows) > 90


def test_dates_that_are_moved_from_some_day_on_are_told() -> None:
    """A lost row moves all that follow it."""
    values = np.append(CLOSES[:100], CLOSES[101:])
    shift = shift_of(DAYS[:-1], values, KNOWN)
    assert shift is not None
    assert (shift.what, shift.rows[0]) == ("one session early", 100)


def test_values_on_their_own_dates_are_not_moved() -> None:
    """Neither are those that are nowhere known."""
    assert shift_of(DAYS, CLOSES, KNOWN) is None
    assert shift_of(DAYS, CLOSES * 1.7, KNOWN) is None
    assert shift_of(DAYS, np.full(len(DAYS), 5.33), pd.Series(5.33, index=DAYS)) is None


def test_what_is_held_is_the_newest_value_and_that_of_later_tables() -> None:
    """A revision stands, and a series that nobody has is empty."""
    dates = pd.DatetimeIndex(["2024-01-02", "2024-01-03"])
    first = observations_of("wti", dates, np.array([70.0, 71.0]), "a")
    second = observations_of("wti", dates[:1], np.array([70.5]), "b")
    held = Held(first).beside(second)
    assert list(held.of("wti")) == [70.5, 71.0]
    assert held.of("vix_close").empty
