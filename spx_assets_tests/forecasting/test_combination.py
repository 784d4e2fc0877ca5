"""The mean of the univariate forecasts."""

from __future__ import annotations

import numpy as np
import pandas as pd
from sklearn.linear_model import LinearRegression

from spx_assets.forecasting.combination import Combination
from spx_assets.forecasting.exercise import Exercise
from spx_assets.forecasting.walk_forward import walk_forward
from spx_assets_tests.forecasting.synthetic import relative_difference


def test_it_is_the_mean_of_exact_univariate_fits() -> None:
    """On ill-scaled, drifting, constant and missing columns, over several chunks of rows and a horizon."""
    random = np.random.default_rng(0)
    X = random.standard_normal((300, 5)) * [1, 1e-4, 1e3, 1, 1] + [0, 1e2, 1e5, 0, 0]
    X[:, 3] = np.cumsum(X[:, 3]) * 50
    X[:, 4] = 7.0
    X[40, 1] = np.nan
    y = 0.01 * random.standard_normal(300) + 0.01 * X[:, 0]
    y[-4:] = np.nan

    made = Combination().forecasts(Exercise(X, y, 60, horizon=4))

    complete = np.isfinite(X).all(axis=1)
    alone = np.where(complete[:, None], X, np.nan)
    each = [
        walk_forward(alone[:, [column]], y, LinearRegression(), first_train=60, horizon=4)["forecast"].to_numpy()
        for column in range(5)
    ]
    assert relative_difference(made, np.mean(each, axis=0), y) < 1e-10


def test_slopes_of_the_wrong_sign_are_left_out() -> None:
    """A feature that theory says pays, and here costs, forecasts the mean."""
    random = np.random.default_rng(1)
    X = pd.DataFrame(random.standard_normal((200, 2)), columns=["vix_level", "other"])
    y = pd.Series(-0.5 * X["vix_level"] + 0.3 * X["other"] + 0.1 * random.standard_normal(200))
    exercise = Exercise(X, y, 100)

    fitted = Combination({"vix_level": 1}).fitted(exercise)

    assert fitted[-1].coef_[0] == 0
    assert fitted[-1].coef_[1] > 0
    last = Combination({"vix_level": 1}).forecasts(exercise)[-1]
    assert abs(Combination({"vix_level": -1}).forecasts(exercise)[-1] - last) > 1e-6
