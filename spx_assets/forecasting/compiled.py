"""A fitted estimator as the arrays that serve, and the proof that both forecast alike.

Compiled are linear models, means and sums of trees, alone or behind a StandardScaler. Any other estimator is served
from its skops file: `form_of` gives None, and the model card says so.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from spx_assets import compiled
from spx_assets.compiled.model import CompiledModel, Volatility
from spx_assets.forecasting.evaluate import predictors_and_target
from spx_assets.forecasting.intervals import IMPLIED, SESSIONS_PER_YEAR, scale_feature
from spx_assets.forecasting.node_arrays import trees_of
from spx_assets.forecasting.panel import Floats
from spx_assets.forecasting.trained_model import FittedModel, TrainedModel, compiled_name

AGREEMENT = 1e-12
RANDOM_ROWS = 1000


def compiled_files(trained: TrainedModel, cleaned: pd.DataFrame) -> dict[str, bytes]:
    """`horizon_<h>.npz` for every model that can be compiled; ranges are those of its training rows in `cleaned`."""
    files = {}
    for horizon, fitted in sorted(trained.fitted.items()):
        model = compile_model(fitted, training_rows(fitted, cleaned))
        if model is not None:
            files[compiled_name(horizon)] = compiled.dumps(model)
    return files


def training_rows(fitted: FittedModel, cleaned: pd.DataFrame) -> Floats:
    """The feature rows (n, p) with a known outcome, in the order of the model's features."""
    X, y = predictors_and_target(cleaned, fitted.horizon)
    known = X.notna().all(axis=1) & y.notna()
    return X.loc[known, list(fitted.features)].to_numpy(dtype=np.float64)


def compile_model(fitted: FittedModel, rows: Floats) -> CompiledModel | None:
    """The model as arrays, with the ranges of its training rows (n, p); None where its estimator has no such form."""
    cut = is_cut_at_zero(fitted.estimator)
    form = form_of(fitted.estimator, len(fitted.features))
    if form is None:
        return None
    minima, maxima = rows.min(axis=0), rows.max(axis=0)
    if isinstance(form, compiled.Linear):
        form = _folded_where_exact(form, np.maximum(np.abs(minima), np.abs(maxima)))
    name = scale_feature(fitted.features)
    divisors = (100.0, math.sqrt(SESSIONS_PER_YEAR)) if name == IMPLIED else (1.0, 1.0)
    return CompiledModel(
        horizon=fitted.horizon,
        name=fitted.name,
        features=fitted.features,
        minima=minima,
        maxima=maxima,
        score_quantiles=dict(fitted.score_quantiles),
        volatility=Volatility(fitted.features.index(name), divisors, math.sqrt(fitted.horizon)),
        golden_rows=fitted.golden_rows,
        golden_predictions=fitted.golden_predictions,
        form=form,
        floor=0.0 if cut else -math.inf,
    )


def form_of(estimator: Any, features: int) -> compiled.Linear | compiled.Trees | None:
    """The fitted estimator over that many features as arrays, before any cut; None where it has no such form."""
    estimator = estimator.regressor if is_cut_at_zero(estimator) else estimator
    mean, scale, last = np.zeros(features), np.ones(features), estimator
    if type(estimator).__name__ == "Pipeline":
        *before, (_, last) = estimator.steps
        scalers = [step for _, step in before if step != "passthrough"]
        if len(scalers) > 1 or not all(type(step).__name__ == "StandardScaler" for step in scalers):
            return None
        for scaler in scalers:
            mean = mean if not scaler.with_mean else np.asarray(scaler.mean_, dtype=np.float64)
            scale = scale if not scaler.with_std else np.asarray(scaler.scale_, dtype=np.float64)
    linear = _coefficients(last, features)
    return trees_of(last, mean, scale) if linear is None else compiled.Linear(mean, scale, *linear)


def is_cut_at_zero(estimator: Any) -> bool:
    """Whether an estimator forecasts what its regressor does, never below zero."""
    return type(estimator).__name__ == "NonNegativeRegressor"


def disagreement(fitted: FittedModel, model: CompiledModel, rows: Floats) -> float:
    """Largest difference of the compiled model from the estimator over golden rows, training rows and random ones.

    In log return, or relative to the largest forecast where that is above one. Random rows lie in the ranges of
    training; forecasting one row at a time is held to the same there and on the golden rows.
    """
    random = np.random.default_rng(0).uniform(model.minima, model.maxima, (RANDOM_ROWS, len(model.features)))
    few = np.concatenate([model.golden_rows, random])
    every = np.concatenate([few, rows])
    expected = fitted.forecast(every)
    one_by_one = np.array([model.forecast_one(row) for row in few.tolist()])
    worst = max(
        np.max(np.abs(model.forecast(every) - expected)),
        np.max(np.abs(one_by_one - expected[: len(few)])),
    )
    return float(worst / max(1.0, float(np.max(np.abs(expected)))))


def _coefficients(last: Any, features: int) -> tuple[Floats, float] | None:
    """Slopes and intercept of an estimator that forecasts by nothing else."""
    from sklearn.base import RegressorMixin  # noqa: PLC0415 - scikit-learn costs 0.8 CPU-s
    from sklearn.dummy import DummyRegressor  # noqa: PLC0415 - as above
    from sklearn.linear_model._base import LinearModel  # noqa: PLC0415 - as above

    if isinstance(last, DummyRegressor):
        return np.zeros(features), float(np.ravel(last.constant_)[0])
    # scikit-learn's own regressors of this class all predict X @ coef_ + intercept_; a stranger's may do more.
    known = type(last).__module__.startswith("sklearn.linear_model.") and isinstance(last, LinearModel)
    if known and isinstance(last, RegressorMixin) and np.size(last.coef_) == features:
        return np.ravel(last.coef_).astype(np.float64), float(np.ravel(last.intercept_)[0])
    return None


def _folded_where_exact(form: compiled.Linear, largest: Floats) -> compiled.Linear:
    """One folded dot where rounding cannot cost a tenth of `AGREEMENT` on rows up to `largest` (p,) in size."""
    terms = np.abs(form.coefficients / form.scale) @ (largest + np.abs(form.mean)) + abs(form.intercept)
    bound = (len(largest) + 2) * np.finfo(np.float64).eps * terms
    return replace(form, folded=bool(bound <= AGREEMENT / 10))
