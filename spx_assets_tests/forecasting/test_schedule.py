"""Which rows each fit may see."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spx_assets.errors import UsageError
from spx_assets.forecasting.schedule import Schedule


def test_first_origin_has_first_train_known_outcomes() -> None:
    """With horizon 3, the outcomes of rows 0 to 9 are all known at row 12 for the first time."""
    schedule = Schedule(rows=20, first_train=10, horizon=3)

    first, stop = schedule.windows

    assert (schedule.first_origin, first[0], stop[0]) == (12, 0, 10)
    assert schedule.origins.tolist() == list(range(12, 20))


@given(
    first_train=st.integers(2, 40),
    horizon=st.integers(1, 30),
    step=st.integers(1, 9),
    window=st.none() | st.integers(2, 60),
    more=st.integers(1, 80),
)
def test_no_window_reaches_past_what_is_known(
    first_train: int, horizon: int, step: int, window: int | None, more: int
) -> None:
    """At every refit t the last training row is t − horizon; a window holds at most its rows; origins tile."""
    schedule = Schedule(first_train + horizon - 1 + more, first_train, horizon, step, window)

    first, stop = schedule.windows

    np.testing.assert_array_equal(stop - 1, schedule.refits - horizon)
    assert (first >= 0).all()
    assert (stop - first <= (window or schedule.rows)).all()
    tiled = np.concatenate([schedule.origins_of(k) for k in range(len(schedule.refits))])
    np.testing.assert_array_equal(tiled, schedule.origins)


@pytest.mark.parametrize(
    "wrong", [{"horizon": 0}, {"step": 0}, {"first_train": 1}, {"window": 1}, {"horizon": 1.5}, {"horizon": True}]
)
def test_impossible_settings_are_refused(wrong: dict[str, Any]) -> None:
    """Each with its name."""
    with pytest.raises(UsageError, match=next(iter(wrong))):
        Schedule(**{"rows": 100, "first_train": 10, **wrong})


def test_nothing_left_to_forecast_is_refused() -> None:
    """Ten rows cannot train on ten and forecast an eleventh."""
    with pytest.raises(UsageError, match="no row left"):
        Schedule(rows=10, first_train=10)
