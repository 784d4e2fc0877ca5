"""Bitemporal history: nothing is overwritten, nothing equal is added, and the past stays as it was known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spx_assets.errors import SchemaRefused
from spx_assets.market.observation import validated
from spx_assets.market.reading import no_observations, observations_of, together
from spx_assets.market.revisions import Merge, as_of, merge

SEEN = pd.Timestamp("2024-06-03 12:00", tz="UTC")
LATER = pd.Timestamp("2024-06-10 12:00", tz="UTC")


def vix(**values: float) -> pd.DataFrame:
    """Observations of the VIX in January 2018, dated by the rule: `vix(d2=9.77)` is the 2nd's."""
    dates = pd.DatetimeIndex([f"2018-01-{int(day[1:]):02d}" for day in values])
    return observations_of("vix_close", dates, np.array(list(values.values()), dtype=float), "cboe")


def vintages(*values: tuple[str, float]) -> pd.DataFrame:
    """Values of core CPI for December 2017, each known at its own instant."""
    instants = pd.DatetimeIndex([instant for instant, _ in values], tz="UTC")
    dates = pd.DatetimeIndex(["2017-12-01"] * len(values))
    return observations_of("core_cpi", dates, np.array([v for _, v in values]), "alfred", known_at=instants)


def counts(merged: Merge) -> tuple[int, int, int]:
    """New, revised, equal."""
    return merged.new, merged.revised, merged.equal


def test_into_nothing_everything_is_new() -> None:
    """The first reading becomes the history, under its rule's instants."""
    merged = merge(no_observations(), vix(d2=9.77, d3=9.15), seen_at=SEEN)
    assert counts(merged) == (2, 0, 0)
    pd.testing.assert_frame_equal(merged.observations, vix(d2=9.77, d3=9.15))


def test_nothing_adds_nothing() -> None:
    """An empty reading leaves the history as it is."""
    merged = merge(vix(d2=9.77), no_observations(), seen_at=SEEN)
    assert counts(merged) == (0, 0, 0)
    pd.testing.assert_frame_equal(merged.observations, vix(d2=9.77))


def test_a_new_date_keeps_its_rules_instant() -> None:
    """A value seen late for the first time was known when the rule says, not when we looked."""
    merged = merge(vix(d2=9.77), vix(d2=9.77, d3=9.15), seen_at=SEEN)
    assert counts(merged) == (1, 0, 1)
    assert merged.observations["known_at"].max() == pd.Timestamp("2018-01-03 21:15", tz="UTC")


def test_a_changed_value_is_a_new_row_known_when_seen() -> None:
    """The old row stays; the revision is listed with before and after."""
    merged = merge(vix(d2=9.77, d3=9.15), vix(d2=9.87, d3=9.15), seen_at=SEEN)
    assert counts(merged) == (0, 1, 1)
    assert list(merged.observations["value"]) == [9.77, 9.87, 9.15]
    assert list(merged.observations["known_at"])[1] == SEEN
    assert merged.revisions.to_dict("records") == [
        {
            "series": "vix_close",
            "date": pd.Timestamp("2018-01-02"),
            "before": 9.77,
            "after": 9.87,
            "known_at": SEEN,
            "source": "cboe",
        }
    ]


def test_a_revision_is_recorded_once() -> None:
    """The same source read again says nothing new, whenever it is read."""
    once = merge(vix(d2=9.77), vix(d2=9.87), seen_at=SEEN).observations
    again = merge(once, vix(d2=9.87), seen_at=LATER)
    assert counts(again) == (0, 0, 1)
    pd.testing.assert_frame_equal(again.observations, once)


def test_a_value_that_returns_is_a_revision_too() -> None:
    """A glitch corrected by its source: three rows tell what was believed when."""
    once = merge(vix(d2=9.77), vix(d2=97.7), seen_at=SEEN).observations
    again = merge(once, vix(d2=9.77), seen_at=LATER)
    assert counts(again) == (0, 1, 0)
    assert list(again.observations["value"]) == [9.77, 97.7, 9.77]


@pytest.mark.parametrize(("factor", "revised"), [(1 + 5e-9, 0), (1 - 5e-9, 0), (1 + 5e-8, 1)])
def test_precision_is_not_revision(factor: float, revised: int) -> None:
    """Equal within 1e-8 is equal: sources write the same number with different precision."""
    assert merge(vix(d2=9.77), vix(d2=9.77 * factor), seen_at=SEEN).revised == revised


def test_as_of_sees_each_side_of_a_revision() -> None:
    """Before it was seen the old value, from then on the new one; before its release none."""
    history = merge(vix(d2=9.77), vix(d2=9.87), seen_at=SEEN).observations
    moment = pd.Timedelta(microseconds=1)
    assert list(as_of(history, SEEN - moment)["value"]) == [9.77]
    assert list(as_of(history, SEEN)["value"]) == [9.87]
    assert len(as_of(history, pd.Timestamp("2018-01-02 21:00", tz="UTC"))) == 0
    assert list(as_of(history, pd.Timestamp("2018-01-02 21:15", tz="UTC"))["value"]) == [9.77]


def test_vintages_keep_their_own_instants() -> None:
    """A reading with vintages brings its own history."""
    frame = vintages(("2018-01-12 13:30", 253.8), ("2018-02-14 13:30", 253.9))
    merged = merge(no_observations(), frame, seen_at=SEEN)
    assert counts(merged) == (2, 0, 0)
    pd.testing.assert_frame_equal(merged.observations, frame)


def test_a_new_vintage_is_a_revision_under_its_own_instant() -> None:
    """A source that knows when it revised is believed over the time we looked."""
    first = vintages(("2018-01-12 13:30", 253.8))
    both = vintages(("2018-01-12 13:30", 253.8), ("2018-02-14 13:30", 253.9))
    merged = merge(first, both, seen_at=SEEN)
    assert counts(merged) == (0, 1, 1)
    pd.testing.assert_frame_equal(merged.observations, both)


def test_an_older_vintage_fills_the_past() -> None:
    """A history that began with the latest value learns what was known before it."""
    latest = vintages(("2018-02-14 13:30", 253.9))
    both = vintages(("2018-01-12 13:30", 253.8), ("2018-02-14 13:30", 253.9))
    merged = merge(latest, both, seen_at=SEEN)
    assert counts(merged) == (1, 0, 1)
    pd.testing.assert_frame_equal(merged.observations, both)


def test_what_was_known_then_is_not_restated() -> None:
    """A source that now claims another value for an old instant changes nothing about that instant."""
    known = vintages(("2018-01-12 13:30", 253.8), ("2018-02-14 13:30", 253.9))
    restated = vintages(("2018-01-12 13:30", 250.0), ("2018-02-14 13:30", 253.9))
    merged = merge(known, restated, seen_at=SEEN)
    assert counts(merged) == (0, 0, 2)
    pd.testing.assert_frame_equal(merged.observations, known)


def test_a_vintage_that_repeats_the_one_before_adds_nothing() -> None:
    """Only changes are rows."""
    frame = vintages(("2018-01-12 13:30", 253.8), ("2018-02-14 13:30", 253.8), ("2018-03-14 13:30", 253.9))
    merged = merge(no_observations(), frame, seen_at=SEEN)
    assert list(merged.observations["value"]) == [253.8, 253.9]
    assert counts(merged) == (2, 0, 1)


def test_a_revision_seen_before_its_release_comes_after_it() -> None:
    """A conservative rule may date a value later than it was revised; the revision still stands last."""
    known = vintages(("2024-07-01 12:30", 253.8))
    merged = merge(known, vintages(("2024-07-01 12:30", 253.9)), seen_at=SEEN)
    assert list(as_of(merged.observations, pd.Timestamp("2024-07-02", tz="UTC"))["value"]) == [253.9]
    validated(merged.observations)


def test_two_values_at_one_instant_are_refused() -> None:
    """Which of them was known cannot be said."""
    frame = together([vix(d2=9.77), vix(d2=9.87)])
    with pytest.raises(SchemaRefused, match="vix_close of 2018-01-02 comes with two values"):
        merge(no_observations(), frame, seen_at=SEEN)


histories = st.dictionaries(
    st.integers(1, 12).map(lambda day: f"d{day}"), st.sampled_from([9.77, 9.87, 10.0, 12.5]), max_size=8
)


@settings(max_examples=40, deadline=None)
@given(histories, histories)
def test_merging_twice_is_merging_once(first: dict[str, float], second: dict[str, float]) -> None:
    """Idempotent, and the result keeps the contract."""
    once = merge(vix(**first), vix(**second), seen_at=SEEN)
    again = merge(once.observations, vix(**second), seen_at=LATER)
    pd.testing.assert_frame_equal(again.observations, once.observations)
    assert counts(again) == (0, 0, len(second))
    validated(once.observations)


@settings(max_examples=40, deadline=None)
@given(histories, histories)
def test_a_history_merged_into_itself_is_itself(first: dict[str, float], second: dict[str, float]) -> None:
    """All vintages are known already."""
    history = merge(vix(**first), vix(**second), seen_at=SEEN).observations
    merged = merge(history, history, seen_at=LATER)
    assert counts(merged) == (0, 0, len(history))
    pd.testing.assert_frame_equal(merged.observations, history)


@settings(max_examples=40, deadline=None)
@given(histories, histories)
def test_nothing_known_is_ever_lost(first: dict[str, float], second: dict[str, float]) -> None:
    """Every row of the history is in the merged one, and the past reads as it did."""
    known = vix(**first)
    merged = merge(known, vix(**second), seen_at=SEEN).observations
    kept = known.merge(merged, how="inner")
    assert len(kept) == len(known)
    before = SEEN - pd.Timedelta(microseconds=1)
    past = as_of(merged, before)
    pd.testing.assert_frame_equal(past[past["date"].isin(known["date"])].reset_index(drop=True), as_of(known, before))


@settings(max_examples=40, deadline=None)
@given(histories, histories)
def test_the_newest_reading_is_what_is_known_last(first: dict[str, float], second: dict[str, float]) -> None:
    """After a merge, what a source says now is what `as_of` now gives."""
    merged = merge(vix(**first), vix(**second), seen_at=SEEN).observations
    now = as_of(merged, SEEN)
    known = dict(zip(now["date"].dt.day.map("d{}".format), now["value"], strict=True))
    assert known == {**first, **second}


@settings(max_examples=40, deadline=None)
@given(histories)
def test_disjoint_readings_merge_in_any_order(values: dict[str, float]) -> None:
    """Two sources of different dates give the same history either way round."""
    early = vix(**{day: value for day, value in values.items() if int(day[1:]) <= 6})
    late = vix(**{day: value for day, value in values.items() if int(day[1:]) > 6})
    one_way = merge(merge(no_observations(), early, seen_at=SEEN).observations, late, seen_at=LATER)
    other_way = merge(merge(no_observations(), late, seen_at=SEEN).observations, early, seen_at=LATER)
    pd.testing.assert_frame_equal(one_way.observations, other_way.observations)


@pytest.mark.parametrize(
    ("series", "launch"),
    [
        ("vix_close", "2003-09-22"),
        ("vix3m_close", "2007-11-12"),
        ("skew_close", "2011-02-23"),
        ("vvix_close", "2012-03-14"),
    ],
)
def test_a_reconstructed_series_is_unknown_before_its_launch(series: str, launch: str) -> None:
    """Not one value is known before the first is published, at 16:15 of the launch; then the whole history is."""
    history = observations_of(series, pd.bdate_range("1995-01-02", launch, unit="ns"), 120.0, "reconstructed")
    published = pd.Timestamp(f"{launch} 16:15", tz="America/New_York")

    assert as_of(history, published - pd.Timedelta(seconds=1)).empty
    assert len(as_of(history, published)) == len(history)
