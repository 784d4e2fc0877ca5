"""Elastic net whose penalty is chosen by the errors that were known at each origin.

At every refit scikit-learn's path gives the slopes for a whole grid of penalties, each a share of the smallest one
that leaves no slope; at each origin the share with the smallest known errors forecasts, by the rule of `penalty`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # ships no annotations

from spx_assets.forecasting import estimators
from spx_assets.forecasting.exercise import Exercise
from spx_assets.forecasting.fit_memory import FitMemory
from spx_assets.forecasting.method import Method
from spx_assets.forecasting.panel import Floats, Panel
from spx_assets.forecasting.penalty import inner_start, known_best
from spx_assets.forecasting.refits import Progress, learned_rows
from spx_assets.forecasting.schedule import Rows, Schedule

L1_RATIO = 0.5  # half lasso, half ridge: Gu, Kelly and Xiu (2020, Review of Financial Studies 33), table A.5
# Shares of the penalty at which all slopes are zero: the first is next to the mean, the last to least squares.
SHARES: tuple[float, ...] = tuple(float(f"{10**exponent:.3g}") for exponent in np.arange(-0.125, -2.25, -0.25))
TOLERANCE = 1e-8  # of the dual gap: far below the differences between forecasts
MOST_ROUNDS = 10_000


@dataclass(frozen=True, eq=False)
class Path:
    """Slopes of the standardised columns (p, k) for k penalties, and what standardised them."""

    mean: Floats
    scale: Floats
    intercept: float
    unit: float
    penalties: Floats
    slopes: Floats

    def estimator(self, position: int, l1_ratio: float) -> Any:
        """The ElasticNet, not fitted, that minimises the same for outcomes in their own unit."""
        from sklearn.linear_model import ElasticNet  # noqa: PLC0415 - see estimators

        absolute = float(self.penalties[position]) * l1_ratio * self.unit
        squared = float(self.penalties[position]) * (1 - l1_ratio)
        return ElasticNet(alpha=absolute + squared, l1_ratio=absolute / ((absolute + squared) or 1.0))

    def forecasts(self, X: Floats) -> Floats:
        """Forecasts (n, k) of the rows, each the same to the bit whatever rows stand beside it."""
        # One product of all rows would round a row by how many there are, and what is remembered by what came before.
        standardised = (X - self.mean) / self.scale
        return np.asarray((standardised[:, None] @ self.slopes)[:, 0] + self.intercept)


@dataclass(frozen=True)
class ElasticNetPath(Method):
    """The candidate: refitted every `step` sessions, each penalty starting from the one before it.

    With a `memory` no path on equal rows is made twice.
    """

    step: int = 1
    l1_ratio: float = L1_RATIO
    shares: tuple[float, ...] = SHARES
    memory: FitMemory | None = None

    def forecasts(self, exercise: Exercise) -> Floats:
        """Each origin's forecast by the share with the smallest errors known there."""
        return self._chosen(exercise)[0]

    def fitted(self, exercise: Exercise) -> Any:
        """The line of all history, with the penalty of the last origin."""
        panel, rows = exercise.panel, exercise.history
        last = int(self._chosen(exercise)[1][-1])
        found = path(panel.X[rows], panel.y[rows], self.shares, l1_ratio=self.l1_ratio)
        slopes = np.ascontiguousarray(found.slopes[:, last])
        return estimators.line(panel.X[rows], slopes, found.intercept, found.estimator(last, self.l1_ratio))

    def _chosen(self, exercise: Exercise) -> tuple[Floats, Rows]:
        """Forecast and position of the chosen share at every origin."""
        panel, schedule, horizon = exercise.panel, exercise.schedule(self.step), exercise.horizon
        before = Schedule(schedule.first_origin, inner_start(exercise.first_train), horizon, self.step)
        with threadpool_limits(limits=1):
            grid = np.vstack([self._grid(panel, before, None), self._grid(panel, schedule, exercise.progress)])
        outcomes = panel.y[before.first_origin :]
        chosen = known_best(outcomes, grid, np.asarray(self.shares), horizon=horizon)
        made = np.take_along_axis(grid, chosen[:, None], axis=1)[:, 0]
        return made[len(before.origins) :], chosen[len(before.origins) :]

    def _grid(self, panel: Panel, schedule: Schedule, progress: Progress | None) -> Floats:
        """Forecasts (origins, shares); NaN where a predictor is missing."""
        made = np.full((len(schedule.origins), len(self.shares)), np.nan)
        for refit in range(len(schedule.refits)):
            rows = learned_rows(panel, schedule, refit)
            origins = schedule.origins_of(refit)
            origins = origins[panel.described[origins]]
            if len(rows) and len(origins):
                made[origins - schedule.first_origin] = self._forecasts(panel.X[rows], panel.y[rows], panel.X[origins])
            if progress is not None:
                progress(refit + 1, len(schedule.refits))
        return made

    def _forecasts(self, X: Floats, y: Floats, asked: Floats) -> Floats:
        """Forecasts (m, shares) of the rows asked, from the path on X and y."""
        if self.memory is None:
            return path(X, y, self.shares, l1_ratio=self.l1_ratio).forecasts(asked)
        key = self.memory.key(f"elastic net {self.l1_ratio} {self.shares}", X, y)
        made = self.memory.get(key, asked)
        if made is None:
            made = path(X, y, self.shares, l1_ratio=self.l1_ratio).forecasts(asked)
            self.memory.put(key, asked, made)
        return made


def path(X: Floats, y: Floats, shares: Sequence[float], *, l1_ratio: float = L1_RATIO) -> Path:
    """Elastic net on standardised columns for every share of the penalty at which all slopes are zero.

    Minimises ‖u − Zβ‖²/(2n) + λ (ρ‖β‖₁ + (1 − ρ)/2 ‖β‖²), u the standardised outcomes and ρ `l1_ratio`: Zou and
    Hastie (2005, Journal of the Royal Statistical Society B 67), by scikit-learn's coordinate descent on Z'Z.
    """
    from sklearn.linear_model import enet_path  # noqa: PLC0415 - see estimators

    mean, deviation = X.mean(axis=0), X.std(axis=0)
    scale = np.where(deviation > 10 * np.finfo(np.float64).eps * np.abs(mean), deviation, 1.0)
    centred = X - mean
    intercept = float(y.mean())
    unit = float(y.std()) or 1.0
    target = (y - intercept) / unit
    cross = centred.T @ target / scale
    gram = centred.T @ centred / np.outer(scale, scale)
    largest = float(np.abs(cross).max()) / len(y) / l1_ratio
    if largest == 0 or np.ptp(y) == 0:  # a mean that rounds leaves traces of slopes where nothing varies
        return Path(mean, scale, intercept, unit, np.zeros(len(shares)), np.zeros((X.shape[1], len(shares))))
    penalties = largest * np.asarray(shares, dtype=np.float64)
    # With Z'Z and Z'u given, the descent looks at neither the columns' scale nor their rows.
    _, slopes, _ = enet_path(
        centred,
        target,
        l1_ratio=l1_ratio,
        alphas=penalties,
        precompute=gram,
        Xy=cross,
        tol=TOLERANCE,
        max_iter=MOST_ROUNDS,
        check_input=False,
    )
    return Path(mean, scale, intercept, unit, penalties, slopes * unit)
