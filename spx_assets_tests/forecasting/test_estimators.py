"""The estimators of the candidates."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression

from spx_assets.forecasting import estimators


@pytest.mark.parametrize("make", [estimators.hist_gradient_boosting, estimators.random_forest])
def test_trees_are_the_same_every_time(make: object) -> None:
    """Seeds are fixed: two fits on equal rows forecast equally to the bit."""
    random = np.random.default_rng(0)
    X, y = random.standard_normal((200, 4)), random.standard_normal(200)

    first, again = (make().fit(X, y).predict(X) for _ in range(2))  # type: ignore[operator] # a maker

    np.testing.assert_array_equal(first, again)
    assert np.ptp(first) > 0


def test_a_line_holds_the_slopes_it_was_given() -> None:
    """Of the standardised columns."""
    X = np.random.default_rng(0).standard_normal((50, 2)) * [1, 10] + 3

    made = estimators.line(X, np.array([0.5, -1.0]), 2.0, LinearRegression())

    expected = 2 + ((X - X.mean(axis=0)) / X.std(axis=0)) @ [0.5, -1.0]
    np.testing.assert_allclose(made.predict(X), expected, rtol=1e-12)
