"""The plainest methods."""

from __future__ import annotations

import numpy as np
from sklearn.tree import DecisionTreeRegressor

from spx_assets.forecasting.method import Refitted, learned
from spx_assets.forecasting.schedule import Schedule
from spx_assets.forecasting.walk_forward import walk_forward


def make_tree() -> DecisionTreeRegressor:
    """A small tree."""
    return DecisionTreeRegressor(max_depth=2, random_state=0)


def test_what_is_fitted_saw_the_rows_of_the_last_refit() -> None:
    """Not those since: the last forecast of the evaluation is the model's."""
    random = np.random.default_rng(0)
    X, y = random.standard_normal((150, 2)), random.standard_normal(150)
    y[-1] = np.nan
    method = Refitted(make_tree, step=20)

    fitted = method.fitted(X, y, first_train=60, horizon=1)

    _, rows = learned(X, y, Schedule(150, 60, step=20))
    assert rows[-1] + 1 == 140
    np.testing.assert_array_equal(fitted.predict(X), make_tree().fit(X[:140], y[:140]).predict(X))
    made = method.forecasts(X, y, first_train=60, horizon=1)
    np.testing.assert_array_equal(made, walk_forward(X, y, make_tree(), first_train=60, step=20)["forecast"])
    assert made[-1] == fitted.predict(X[-1:])[0]
