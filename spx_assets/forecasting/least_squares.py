"""Least squares and ridge at every origin, solved from shared moments instead of refitted.

`recognised` says whether an estimator has this exact path; `linear_forecasts` takes it. The promise: the
forecasts of refitting scikit-learn at every origin, to 1e-10 of the target's deviation. Origins at which
arithmetic cannot promise that are handed back, to be refitted.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

import numpy as np
from scipy.linalg import solve_triangular
from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]  # ships no annotations

from spx_assets.forecasting.moments import Core, Moments, anchored_moments
from spx_assets.forecasting.panel import Floats, Panel
from spx_assets.forecasting.schedule import Rows, Schedule

# Rounding grows with the condition number: these keep the difference from scikit-learn below 1e-10.
# Least squares is solved in QR coordinates, so its number is that of x; ridge, as in scikit-learn, from the
# normal equations, so its number is that of the penalised scatter.
LARGEST_CONDITION = 1e5
LARGEST_CONDITION_OF_SCATTER = 1e6
LARGEST_SPREAD = 1e4
# Without a scaler it is scikit-learn's rounding, not ours, that has to be reproduced: its decomposition sees
# columns of different scales, and x·β + intercept cancels where the mean of x dwarfs its deviation.
LARGEST_CONDITION_AS_FITTED = 2e4
LARGEST_REMOTENESS = 2e4
ASKED_AT_ONCE = 8  # origins of one refit that share a factor; each makes it larger


class LinearMethod(Protocol):
    """A linear estimator that can be solved from moments; `variants` forecasts come out per origin."""

    @property
    def variants(self) -> int:
        """How many forecasts per origin: one per penalty."""

    def basis(self, core: Core) -> Floats | None:
        """Coordinates to accumulate in, or None when the core is too ill conditioned."""

    def is_solvable(self, moments: Moments) -> bool:
        """Whether the coefficients of every window are accurate enough."""

    def forecasts(self, moments: Moments, asked: Floats) -> Floats:
        """Forecasts (k, s, variants) at s points `asked` (k, s, q) per window, in the coordinates of the moments."""


@dataclass(frozen=True)
class LeastSquares:
    """Ordinary least squares with intercept; `cutoff` is scikit-learn's: smaller singular values are dropped."""

    cutoff: float
    standardised: bool
    variants: int = 1

    def basis(self, core: Core) -> Floats | None:
        """Whitening coordinates: the core's scatter becomes the identity times its rows."""
        lengths = np.linalg.norm(core.Rx, axis=0)
        if core.rows <= len(lengths) or not lengths.all():
            return None
        condition = as_fitted = float(np.linalg.cond(core.Rx / lengths))
        if not self.standardised:
            as_fitted = float(np.linalg.cond(core.Rx))
            if as_fitted > LARGEST_CONDITION_AS_FITTED or core.remoteness * condition > LARGEST_REMOTENESS:
                return None
        if not (condition <= LARGEST_CONDITION and as_fitted * self.cutoff <= 0.5):
            return None
        return np.asarray(solve_triangular(core.Rx, np.sqrt(core.rows) * np.eye(len(lengths))))

    def is_solvable(self, moments: Moments) -> bool:
        """No row outside the core dwarfs it."""
        return moments.spread <= LARGEST_SPREAD

    def forecasts(self, moments: Moments, asked: Floats) -> Floats:
        """Solve the normal equations, which whitening has made well conditioned."""
        return moments.fitted(asked)


@dataclass(frozen=True)
class Ridge:
    """Ridge regression with intercept for one or several penalties, of raw or of standardised slopes."""

    penalties: tuple[float, ...]
    standardised: bool

    @property
    def variants(self) -> int:
        """One forecast per penalty."""
        return len(self.penalties)

    def basis(self, core: Core) -> Floats | None:
        """Unit deviation per column, so that the penalty stays diagonal."""
        return np.diag(1.0 / core.deviation) if core.deviation.all() else None

    def is_solvable(self, moments: Moments) -> bool:
        """Bound the condition number of every penalised scatter by that of the core, penalised least."""
        weight = self._weights(moments)
        smallest = min(self.penalties)
        least = moments.core_scatter + smallest * np.diag(weight.min(axis=0))
        low = float(np.linalg.eigvalsh(least)[0])
        high = moments.spread * moments.core.rows + smallest * float(weight.max())
        if low <= 0 or high > LARGEST_CONDITION_OF_SCATTER * low:
            return False
        return self.standardised or moments.core.remoteness**2 * high <= LARGEST_REMOTENESS**2 * low

    def forecasts(self, moments: Moments, asked: Floats) -> Floats:
        """Solve (scatter + penalty · weight) γ = cross for every window and penalty."""
        weight = self._weights(moments)
        return moments.fitted(asked, [penalty * weight for penalty in self.penalties])

    def _weights(self, moments: Moments) -> Floats:
        """What a unit penalty adds to the diagonal (k, q): of standardised slopes, each window's variance."""
        if self.standardised:
            return np.asarray(moments.variation / moments.count[:, None])
        return np.broadcast_to(np.diag(moments.basis) ** 2, moments.variation.shape)


def recognised(estimator: Any) -> LinearMethod | None:
    """The exact method of an estimator: LinearRegression or Ridge with intercept, bare or behind StandardScaler.

    None for everything else, subclasses included.
    """
    # scikit-learn costs 0.8 CPU-s to import; whoever has an estimator has paid it already.
    from sklearn import linear_model, pipeline, preprocessing  # noqa: PLC0415 - see the line above

    standardised = False
    if type(estimator) is pipeline.Pipeline and len(estimator.steps) == 2:
        scaler, estimator = estimator.steps[0][1], estimator.steps[1][1]
        standardised = type(scaler) is preprocessing.StandardScaler and scaler.with_mean and scaler.with_std
        if not standardised:
            return None
    if type(estimator) not in (linear_model.LinearRegression, linear_model.Ridge):
        return None
    if not estimator.fit_intercept or estimator.positive:
        return None
    if type(estimator) is linear_model.LinearRegression:
        return LeastSquares(float(getattr(estimator, "tol", 0.0)), standardised)
    if estimator.solver in ("auto", "cholesky", "svd") and np.ndim(estimator.alpha) == 0:
        return Ridge((float(estimator.alpha),), standardised)
    return None


def linear_forecasts(panel: Panel, schedule: Schedule, method: LinearMethod) -> tuple[Floats, Rows]:
    """Forecasts (origins, variants) of a recognised method, and the refits left to be fitted one by one.

    Rows of an origin without a solved refit, or without all its predictors, are NaN.
    """
    forecasts = np.full((len(schedule.origins), method.variants), np.nan)
    unsolved = []
    if not panel.complete.any():
        return forecasts, np.empty(0, dtype=np.intp)
    learned, windows = _complete_rows(panel, schedule)
    # The matrices are small: threads of the linear algebra library would spin, at several times the cost.
    with _blas().limit(limits=1, user_api="blas"):
        for moments in anchored_moments(learned, windows, method.basis, method.is_solvable):
            if isinstance(moments, int):
                unsolved.append(moments)
            else:
                origins, values = _solved(panel, schedule, method, moments)
                forecasts[origins] = values
    forecasts[~panel.described[schedule.first_origin :]] = np.nan
    return forecasts, np.asarray(unsolved, dtype=np.intp)


@cache
def _blas() -> ThreadpoolController:
    """The loaded linear algebra; looking for it costs as much as some hundred origins."""
    return ThreadpoolController()


def _solved(panel: Panel, schedule: Schedule, method: LinearMethod, moments: Moments) -> tuple[slice, Floats]:
    """Positions among the origins, and the forecasts there, of the refits of one chunk."""
    begin = moments.refits.start * schedule.step
    end = min(moments.refits.stop * schedule.step, len(schedule.origins))
    rows = panel.X[schedule.first_origin + begin : schedule.first_origin + end][:, moments.kept]
    z = moments.core.coordinates(rows, moments.basis)
    windows = moments.refits.stop - moments.refits.start
    asked = np.zeros((windows * schedule.step, z.shape[1]))  # the last refit may have fewer origins than a step
    asked[: len(z)] = z
    asked = asked.reshape(windows, schedule.step, -1)
    made = [
        method.forecasts(moments, asked[:, start : start + ASKED_AT_ONCE])
        for start in range(0, schedule.step, ASKED_AT_ONCE)
    ]
    return slice(begin, end), np.concatenate(made, axis=1).reshape(-1, method.variants)[: len(z)]


def _complete_rows(panel: Panel, schedule: Schedule) -> tuple[tuple[Floats, Floats], tuple[Rows, Rows]]:
    """The rows that can be learned from, without copying where they are contiguous, and windows among them."""
    complete = np.flatnonzero(panel.complete)
    learned: slice | Rows = complete
    if len(complete) and complete[-1] - complete[0] + 1 == len(complete):
        learned = slice(int(complete[0]), int(complete[-1]) + 1)
    before = np.concatenate(([0], np.cumsum(panel.complete)))
    first, stop = schedule.windows
    return (panel.X[learned], panel.y[learned]), (before[first], before[stop])
