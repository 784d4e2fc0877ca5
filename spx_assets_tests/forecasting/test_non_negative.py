"""A regressor whose predictions are cut at zero."""

from __future__ import annotations

import numpy as np
from sklearn.base import clone
from sklearn.linear_model import LinearRegression

from spx_assets.forecasting.non_negative import NonNegativeRegressor


def test_predictions_are_cut_at_zero() -> None:
    """Fitted through it or before it."""
    X = np.arange(-5.0, 5.0)[:, None]
    line = LinearRegression().fit(X, X[:, 0])

    np.testing.assert_allclose(NonNegativeRegressor(line).predict(X), np.maximum(X[:, 0], 0), atol=1e-12)
    again = clone(NonNegativeRegressor(LinearRegression())).fit(X, -X[:, 0])
    np.testing.assert_allclose(again.predict(X), np.maximum(-X[:, 0], 0), atol=1e-12)
