"""How a candidate forecasts out of sample and how it is fitted to serve: the protocol and the plainest methods.

What serves is fitted as the evaluation's refits were, on all history. Methods with penalties of their own,
combinations and restrictions are in modules of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from spx_assets.forecasting.exercise import Exercise
from spx_assets.forecasting.fit_memory import FitMemory
from spx_assets.forecasting.panel import Floats
from spx_assets.forecasting.penalty import PENALTIES, OnlineChoice, online_choice
from spx_assets.forecasting.refits import last_fit
from spx_assets.forecasting.walk_forward import walk_forward


class Method(Protocol):
    """Forecasts at every origin of `walk_forward`, and the estimator to serve."""

    def forecasts(self, exercise: Exercise) -> Floats:
        """Out-of-sample forecasts, one per origin."""

    def fitted(self, exercise: Exercise) -> Any:
        """The estimator fitted on all history, as a refit at the last origin would fit it."""

    def refitted(self, estimator: Any, exercise: Exercise) -> Any:
        """What `fitted` made elsewhere, fitted anew on all history of this exercise; chosen settings stay."""
        return exercise.fit_of(estimator)


@dataclass(frozen=True)
class HistoricalMean(Method):
    """The benchmark itself."""

    def forecasts(self, exercise: Exercise) -> Floats:
        """The mean of the outcomes known at each origin."""
        return exercise.historical_mean[exercise.schedule().origins]

    def fitted(self, exercise: Exercise) -> Any:
        """A DummyRegressor of the mean known at the last row."""
        from sklearn.dummy import DummyRegressor  # noqa: PLC0415 - see estimators

        panel, rows = exercise.panel, exercise.history
        made = DummyRegressor(strategy="mean").fit(panel.X[rows], panel.y[rows])
        made.constant_ = np.array([[exercise.historical_mean[-1]]])  # which may reach back before the first row
        return made

    def refitted(self, _estimator: Any, exercise: Exercise) -> Any:
        """The mean of that history; the estimator's own fit would keep its constant."""
        return self.fitted(exercise)


@dataclass(frozen=True)
class Refitted(Method):
    """A scikit-learn regressor refitted every `step` sessions; least squares by the exact path.

    With a `memory` no fit on equal rows is made twice; for estimators that give equal forecasts from them.
    """

    make: Callable[[], Any]
    step: int = 1
    memory: FitMemory | None = None

    def forecasts(self, exercise: Exercise) -> Floats:
        """`walk_forward` of the estimator."""
        made = walk_forward(
            exercise.X,
            exercise.y,
            self.make(),
            first_train=exercise.first_train,
            horizon=exercise.horizon,
            step=self.step,
            n_jobs=exercise.n_jobs,
            progress=exercise.progress,
            memory=self.memory,
        )
        return made["forecast"].to_numpy()

    def fitted(self, exercise: Exercise) -> Any:
        """The estimator; one that is warm after every refit before."""
        return last_fit(exercise.panel, exercise.schedule(self.step), self.make())


@dataclass(frozen=True)
class PenalisedRidge(Method):
    """Ridge on standardised features, refitted at every origin by the exact path, penalty by past known errors."""

    make: Callable[[float], Any]
    penalties: tuple[float, ...] = PENALTIES

    def forecasts(self, exercise: Exercise) -> Floats:
        """Each origin's forecast by the penalty with the smallest errors known there."""
        return self._chosen(exercise).forecast

    def fitted(self, exercise: Exercise) -> Any:
        """Ridge with the penalty of the last origin."""
        panel, rows = exercise.panel, exercise.history
        return self.make(float(self._chosen(exercise).penalty[-1])).fit(panel.X[rows], panel.y[rows])

    def _chosen(self, exercise: Exercise) -> OnlineChoice:
        rules = {"first_train": exercise.first_train, "horizon": exercise.horizon}
        return online_choice(exercise.X, exercise.y, self.penalties, **rules)
