"""Fits that are not made twice."""

from __future__ import annotations

import numpy as np
from sklearn.linear_model import Ridge

from spx_assets.forecasting.estimators import hist_gradient_boosting
from spx_assets.forecasting.fit_memory import FitMemory
from spx_assets.forecasting.walk_forward import walk_forward


def test_the_key_is_everything_the_forecasts_are_made_from() -> None:
    """Another setting, one bit of one training row, an outcome, a row to forecast: another key."""
    X, y, rows = np.ones((3, 2)), np.ones(3), np.ones((1, 2))
    touched = X.copy()
    touched[1, 1] = np.nextafter(1, 2)

    keys = {
        FitMemory.key(estimator, *parts)
        for estimator, *parts in (
            (Ridge(), X, y, rows),
            (Ridge(alpha=2), X, y, rows),
            (Ridge(), touched, y, rows),
            (Ridge(), X, y * 2, rows),
            (Ridge(), X, y, rows * 2),
        )
    }

    assert len(keys) == 5
    assert FitMemory.key(Ridge(), X, y, rows) in keys


def test_what_is_longest_unused_is_forgotten() -> None:
    """Bounded."""
    memory = FitMemory(most=2)
    for name in (b"a", b"b"):
        memory.put(name, np.zeros(1))
    memory.get(b"a")
    memory.put(b"c", np.zeros(1))

    assert [memory.get(name) is None for name in (b"a", b"b", b"c")] == [False, True, False]


def test_remembered_forecasts_are_those_of_fitting_again() -> None:
    """On the same data, on data cut off, in processes; and a changed outcome is fitted anew."""
    random = np.random.default_rng(0)
    X, y = random.standard_normal((160, 3)), random.standard_normal(160)
    memory = FitMemory()
    rules = {"first_train": 80, "step": 30}
    changed = y.copy()
    changed[5] += 1

    for rows, outcomes in ((160, y), (160, y), (130, y), (160, changed)):
        made = walk_forward(X[:rows], outcomes[:rows], hist_gradient_boosting(), memory=memory, **rules)
        anew = walk_forward(X[:rows], outcomes[:rows], hist_gradient_boosting(), **rules)
        np.testing.assert_array_equal(made["forecast"], anew["forecast"])
