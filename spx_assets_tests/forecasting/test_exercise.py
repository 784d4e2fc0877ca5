"""What every candidate is given."""

from __future__ import annotations

import numpy as np

from spx_assets.forecasting.exercise import Exercise


def test_history_ends_where_outcomes_are_known() -> None:
    """The last `horizon` rows are none of it, whatever stands in them, and no row with a gap."""
    X = np.arange(20.0).reshape(10, 2)
    X[1, 0] = np.nan
    y = np.arange(10.0)
    y[2] = np.nan

    exercise = Exercise(X, y, 4, horizon=3)

    assert exercise.history.tolist() == [0, 3, 4, 5, 6]
    assert exercise.schedule(step=2).refits.tolist() == [6, 8]
    assert exercise.panel is exercise.panel
