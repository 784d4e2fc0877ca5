"""An out-of-sample exercise: what every candidate is given, to forecast from and to be fitted on.

Data aligned by origin, the first training window and the horizon. How a candidate learns from it is its method's
business.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from spx_assets.forecasting.panel import Floats, Matrix, Panel, Vector, known_mean
from spx_assets.forecasting.refits import Progress
from spx_assets.forecasting.schedule import Rows, Schedule


@dataclass(frozen=True, eq=False)
class Exercise:
    """X (n, p) and y (n,) aligned by origin; `n_jobs` processes may refit, and `progress` hears of every refit.

    `long_mean` (n,) is the mean of the outcomes known at each row where they reach back before the first row.
    """

    X: Matrix
    y: Vector
    first_train: int
    horizon: int = 1
    n_jobs: int = 1
    progress: Progress | None = None
    long_mean: Vector | None = None

    @cached_property
    def panel(self) -> Panel:
        """The data, checked."""
        return Panel.of(self.X, self.y)

    @cached_property
    def historical_mean(self) -> Floats:
        """The benchmark at every row (n,): the mean of all outcomes known there, `long_mean` where it is given."""
        if self.long_mean is not None:
            return np.asarray(self.long_mean, dtype=np.float64)
        return known_mean(self.panel.y, self.horizon, np.arange(len(self.panel.y)))

    def schedule(self, step: int = 1) -> Schedule:
        """When a method forecasts that refits every `step` origins."""
        return Schedule(len(self.panel.y), self.first_train, self.horizon, step)

    @property
    def history(self) -> Rows:
        """All history: the complete rows whose outcome is known at the last row."""
        return np.flatnonzero(self.panel.complete[: len(self.panel.y) - self.horizon])

    def fit_of(self, estimator: Any) -> Any:
        """A copy of a scikit-learn estimator, with its settings, fitted on all history."""
        from sklearn.base import clone  # noqa: PLC0415 - see estimators

        return clone(estimator).fit(self.panel.X[self.history], self.panel.y[self.history])
