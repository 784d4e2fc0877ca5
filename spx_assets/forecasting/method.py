"""How a candidate forecasts out of sample and how it is fitted to serve: the protocol and the plainest methods.

What is fitted is what was evaluated: the estimator of the schedule's last refit, on every row whose outcome was known
then. Methods with penalties, combinations and restrictions have modules of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from spx_assets.forecasting.fit_memory import FitMemory
from spx_assets.forecasting.panel import Floats, Matrix, Panel, Vector, known_mean
from spx_assets.forecasting.penalty import PENALTIES, online_choice
from spx_assets.forecasting.refits import Progress, last_fit, learned_rows
from spx_assets.forecasting.schedule import Rows, Schedule
from spx_assets.forecasting.walk_forward import walk_forward


class Method(Protocol):
    """Forecasts at every origin of `walk_forward`, and the estimator that made the last of them."""

    def forecasts(
        self,
        X: Matrix,
        y: Vector,
        *,
        first_train: int,
        horizon: int,
        n_jobs: int = 1,
        progress: Progress | None = None,
    ) -> Floats:
        """Out-of-sample forecasts, one per origin."""

    def fitted(self, X: Matrix, y: Vector, *, first_train: int, horizon: int) -> Any:
        """The estimator that forecasts at the last origin."""


@dataclass(frozen=True)
class HistoricalMean:
    """The benchmark itself."""

    def forecasts(
        self,
        X: Matrix,
        y: Vector,
        *,
        first_train: int,
        horizon: int,
        n_jobs: int = 1,  # noqa: ARG002 - the protocol's: one pass is all there is
        progress: Progress | None = None,  # noqa: ARG002 - as above
    ) -> Floats:
        """The mean of the outcomes known at each origin."""
        panel = Panel.of(X, y)
        return known_mean(panel.y, horizon, Schedule(len(panel.y), first_train, horizon).origins)

    def fitted(self, X: Matrix, y: Vector, *, first_train: int, horizon: int) -> Any:
        """A DummyRegressor of the mean."""
        from sklearn.dummy import DummyRegressor  # noqa: PLC0415 - see estimators

        panel, rows = learned(X, y, Schedule(len(y), first_train, horizon))
        return DummyRegressor(strategy="mean").fit(panel.X[rows], panel.y[rows])


@dataclass(frozen=True)
class Refitted:
    """A scikit-learn regressor refitted every `step` sessions; least squares by the exact path.

    With a `memory` no fit on equal rows is made twice; for estimators that give equal forecasts from them.
    """

    make: Callable[[], Any]
    step: int = 1
    memory: FitMemory | None = None

    def forecasts(
        self,
        X: Matrix,
        y: Vector,
        *,
        first_train: int,
        horizon: int,
        n_jobs: int = 1,
        progress: Progress | None = None,
    ) -> Floats:
        """`walk_forward` of the estimator."""
        rules: dict[str, Any] = {"first_train": first_train, "horizon": horizon, "step": self.step, "n_jobs": n_jobs}
        made = walk_forward(X, y, self.make(), progress=progress, memory=self.memory, **rules)
        return made["forecast"].to_numpy()

    def fitted(self, X: Matrix, y: Vector, *, first_train: int, horizon: int) -> Any:
        """The estimator of the last refit."""
        panel = Panel.of(X, y)
        return last_fit(panel, Schedule(len(panel.y), first_train, horizon, self.step), self.make())


@dataclass(frozen=True)
class PenalisedRidge:
    """Ridge on standardised features, refitted at every origin by the exact path, penalty by past known errors."""

    make: Callable[[float], Any]
    penalties: tuple[float, ...] = PENALTIES

    def forecasts(
        self,
        X: Matrix,
        y: Vector,
        *,
        first_train: int,
        horizon: int,
        n_jobs: int = 1,  # noqa: ARG002 - the protocol's: the exact path needs no processes
        progress: Progress | None = None,  # noqa: ARG002 - as above
    ) -> Floats:
        """Each origin's forecast by the penalty with the smallest errors known there."""
        return online_choice(X, y, self.penalties, first_train=first_train, horizon=horizon).forecast

    def fitted(self, X: Matrix, y: Vector, *, first_train: int, horizon: int) -> Any:
        """Ridge with the penalty of the last origin."""
        choice = online_choice(X, y, self.penalties, first_train=first_train, horizon=horizon)
        panel, rows = learned(X, y, Schedule(len(y), first_train, horizon))
        return self.make(float(choice.penalty[-1])).fit(panel.X[rows], panel.y[rows])


def learned(X: Matrix, y: Vector, schedule: Schedule) -> tuple[Panel, Rows]:
    """The panel, and the rows that the last refit of the schedule learned from."""
    panel = Panel.of(X, y)
    return panel, learned_rows(panel, schedule, len(schedule.refits) - 1)
