"""Out-of-sample forecasts: at every origin a fit on what was known, then one forecast.

Purging, windows and refits are the schedule's; least squares and ridge take the exact path of
`least_squares`; every other scikit-learn regressor is cloned and refitted by `refits`, in parallel when asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from spx_assets.errors import DataRefused, UsageError
from spx_assets.forecasting.fit_memory import FitMemory
from spx_assets.forecasting.least_squares import Ridge, linear_forecasts, recognised
from spx_assets.forecasting.panel import Matrix, Panel, Vector, known_mean
from spx_assets.forecasting.refits import Progress, refitted
from spx_assets.forecasting.schedule import Schedule


def walk_forward(  # noqa: PLR0913 - the rules of an evaluation, each with its default
    X: Matrix,
    y: Vector,
    estimator: Any,
    *,
    first_train: int,
    horizon: int = 1,
    step: int = 1,
    window: int | None = None,
    n_jobs: int = 1,
    progress: Progress | None = None,
    memory: FitMemory | None = None,
) -> pd.DataFrame:
    """Forecast y[t] at every origin t from rows i ≤ t − horizon only, the last whose outcome is known at t.

    X is (n, p), y is (n,), aligned by origin: y[t] is realised `horizon` rows after t. The first origin is the
    first t with t − horizon + 1 ≥ first_train; the last is the last row, outcome known or not. The estimator is
    refitted every `step` origins, on all known rows or on the last `window` of them. Rows with a NaN in X or y
    are left out of the fit; where X[t] holds a NaN the forecast is NaN.

    Returns one row per origin, indexed like X: `forecast`, and `benchmark`, the mean of all outcomes known at t.
    LinearRegression and Ridge (with intercept, bare or behind StandardScaler) equal a refit by scikit-learn at
    every origin to 1e-10 of the deviation of y, at a small share of its cost. The others are refitted, in one thread
    each: in `n_jobs` processes of joblib's active backend, or in order, from the last solution, where the estimator
    has its `warm_start` on. `progress` hears of every refit that is done; what `memory` holds is not fitted again.
    Raises UsageError for shapes and settings, DataRefused for infinities and for windows with nothing to fit.
    """
    panel = Panel.of(X, y)
    schedule = Schedule(len(panel.y), first_train, horizon, step, window)
    _refuse_empty_windows(panel, schedule)
    _refuse_what_cannot_fit(estimator, n_jobs)
    forecast = np.full(len(schedule.origins), np.nan)
    unsolved = np.arange(len(schedule.refits))
    method = recognised(estimator)
    if method is not None:
        solved, unsolved = linear_forecasts(panel, schedule, method)
        forecast = solved[:, 0]
    rules: dict[str, Any] = {"n_jobs": n_jobs, "progress": progress, "memory": memory}
    for origins, values in refitted(panel, schedule, unsolved, estimator, **rules):
        forecast[origins] = values
    return pd.DataFrame(
        {"forecast": forecast, "benchmark": known_mean(panel.y, horizon, schedule.origins)},
        index=panel.index[schedule.first_origin :],
    )


def walk_forward_penalties(
    X: Matrix,
    y: Vector,
    penalties: Sequence[float],
    *,
    first_train: int,
    horizon: int = 1,
    step: int = 1,
    window: int | None = None,
) -> pd.DataFrame:
    """Forecasts of StandardScaler + Ridge for a whole grid of penalties at once, one column per penalty.

    The rows, the purge and the exactness are those of `walk_forward`; the moments are shared by the grid.
    """
    if not len(penalties) or not all(np.isfinite(penalty) and penalty >= 0 for penalty in penalties):
        raise UsageError("Penalties are finite numbers of at least 0", evidence=repr(tuple(penalties)))
    panel = Panel.of(X, y)
    schedule = Schedule(len(panel.y), first_train, horizon, step, window)
    _refuse_empty_windows(panel, schedule)
    method = Ridge(tuple(float(penalty) for penalty in penalties), standardised=True)
    forecasts, unsolved = linear_forecasts(panel, schedule, method)
    for column, penalty in enumerate(method.penalties):
        for origins, values in refitted(panel, schedule, unsolved, _standardised_ridge(penalty)):
            forecasts[origins, column] = values
    return pd.DataFrame(forecasts, index=panel.index[schedule.first_origin :], columns=list(method.penalties))


def _refuse_empty_windows(panel: Panel, schedule: Schedule) -> None:
    first, stop = schedule.windows
    before = np.concatenate(([0], np.cumsum(panel.complete)))
    asked = np.logical_or.reduceat(panel.described[schedule.origins], schedule.refits - schedule.first_origin)
    empty = np.flatnonzero(asked & (before[stop] == before[first]))
    if len(empty):
        raise DataRefused(
            f"Nothing can be fitted at row {schedule.refits[empty[0]]}",
            evidence=f"rows {first[empty[0]]} to {stop[empty[0]] - 1} all miss a predictor or the target",
            way_out="Give a larger first_train or window, or drop the predictor that is missing.",
        )


def _refuse_what_cannot_fit(estimator: Any, n_jobs: int) -> None:
    if isinstance(estimator, type) or not all(hasattr(estimator, name) for name in ("fit", "predict", "get_params")):
        raise UsageError(
            "The estimator is no scikit-learn regressor",
            evidence=repr(estimator)[:120],
            way_out="Give an instance, such as Ridge(alpha=1.0).",
        )
    if n_jobs == 0:
        raise UsageError("n_jobs is the number of processes, or −1 for one per core", evidence=repr(n_jobs))


def _standardised_ridge(penalty: float) -> Any:
    from sklearn import linear_model, pipeline, preprocessing  # noqa: PLC0415 - 0.8 CPU-s, and rarely needed

    return pipeline.make_pipeline(preprocessing.StandardScaler(), linear_model.Ridge(alpha=penalty))
