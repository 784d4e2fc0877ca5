"""scikit-learn's trees as node arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestRegressor
from sklearn.linear_model import LinearRegression
from sklearn.tree import DecisionTreeRegressor

from spx_assets.forecasting.node_arrays import trees_of

X = np.random.default_rng(1).standard_normal((200, 3))
Y = X[:, 0] * X[:, 1]


@pytest.mark.parametrize(
    "estimator",
    [
        RandomForestRegressor(7, random_state=0),
        DecisionTreeRegressor(random_state=0),
        DecisionTreeRegressor(max_depth=1),
        HistGradientBoostingRegressor(max_iter=20, random_state=0),
        HistGradientBoostingRegressor(max_iter=1, min_samples_leaf=200),
    ],
    ids=str,
)
def test_trees_forecast_bit_for_bit(estimator: Any) -> None:
    """Deep and shallow, even a tree that is one leaf; every walk ends behind where it began."""
    estimator.fit(X, Y)

    trees = trees_of(estimator, np.zeros(3), np.ones(3))

    assert trees is not None
    np.testing.assert_array_equal(trees.forecast(X), estimator.predict(X))
    inner = trees.feature >= 0
    own = np.arange(len(inner))
    assert (np.minimum(trees.left, trees.right)[inner] > own[inner]).all()
    assert (trees.left[~inner] == own[~inner]).all()


def test_what_is_no_sum_of_trees_has_no_node_arrays() -> None:
    """Nor several targets at once."""
    assert trees_of(LinearRegression().fit(X, Y), np.zeros(3), np.ones(3)) is None
    assert trees_of(DecisionTreeRegressor().fit(X, np.c_[Y, Y]), np.zeros(3), np.ones(3)) is None
