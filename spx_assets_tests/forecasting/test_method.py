"""The plainest methods."""

from __future__ import annotations

import numpy as np
from sklearn.tree import DecisionTreeRegressor

from spx_assets.forecasting.exercise import Exercise
from spx_assets.forecasting.method import Refitted
from spx_assets.forecasting.walk_forward import walk_forward


def make_tree() -> DecisionTreeRegressor:
    """A small tree."""
    return DecisionTreeRegressor(max_depth=2, random_state=0)


def test_what_is_fitted_saw_all_history() -> None:
    """Every row whose outcome is known at the last one, though the last refit of the evaluation was before."""
    random = np.random.default_rng(0)
    X, y = random.standard_normal((150, 2)), random.standard_normal(150)
    y[-1] = np.nan
    exercise = Exercise(X, y, 60)
    method = Refitted(make_tree, step=20)

    fitted = method.fitted(exercise)

    np.testing.assert_array_equal(fitted.predict(X), make_tree().fit(X[:149], y[:149]).predict(X))
    made = method.forecasts(exercise)
    np.testing.assert_array_equal(made, walk_forward(X, y, make_tree(), first_train=60, step=20)["forecast"])
    assert made[-1] != fitted.predict(X[-1:])[0]
