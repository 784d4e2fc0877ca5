"""A fitted regressor whose predictions are cut at zero: what a restricted candidate serves.

Imports scikit-learn, and is imported only where a model is fitted or read.
"""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin

from spx_assets.forecasting.panel import Floats


class NonNegativeRegressor(RegressorMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no annotations
    """max(prediction, 0) of `regressor`, which is fitted already."""

    def __init__(self, regressor: Any = None) -> None:
        self.regressor = regressor

    def fit(self, X: Any, y: Any) -> Self:
        """Fit the regressor."""
        self.regressor.fit(X, y)
        return self

    def predict(self, X: Any) -> Floats:
        """Predictions (n,), none below zero."""
        return np.maximum(np.asarray(self.regressor.predict(X), dtype=np.float64), 0.0)
