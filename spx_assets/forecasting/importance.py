"""What a fitted model listens to: coefficients refitted through time, permutation importance, partial dependence.

Descriptions of the past, made afterwards with the settings chosen last; nothing here forecasts or chooses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # ships no annotations

from spx_assets.forecasting.candidates import BENCHMARK, CANDIDATES, REFIT_EVERY, candidate
from spx_assets.forecasting.evaluate import exercise, predictors_and_target
from spx_assets.forecasting.model_card import coefficients
from spx_assets.forecasting.panel import Floats
from spx_assets.forecasting.restrictions import SUFFIX
from spx_assets.forecasting.trained_model import FittedModel, TrainedModel
from spx_assets.forecasting.truncation import first_training_rows

CUTS = 12
# Trees are slow to ask: this many rows, spread evenly, tell as much as all of them.
MOST_ROWS = 1200
GRID = 15
TAILS = (0.02, 0.98)
SEED = 7


def explained_models(
    cleaned: pd.DataFrame, evaluation: pd.DataFrame, trained: TrainedModel
) -> Mapping[int, FittedModel]:
    """Per horizon the deployed model or, where the historical mean is, the best candidate, fitted on all history.

    The card names it; a horizon where nothing but the mean was tried is left out.
    """
    made = {}
    refit_every = int(trained.card.get("refit_every", REFIT_EVERY))
    with threadpool_limits(limits=1, user_api="blas"):
        for horizon, fitted in trained.fitted.items():
            name = str(trained.card["horizons"][str(horizon)].get("coefficients_of") or fitted.name)
            # A card read from the store does not say what to import: only the platform's own are fitted anew.
            if name != BENCHMARK and (fitted.name == name or name in CANDIDATES):
                made[horizon] = (
                    fitted if fitted.name == name else _fitted(cleaned, evaluation, name, horizon, refit_every)
                )
    return made


def coefficient_path(model: FittedModel, cleaned: pd.DataFrame, *, first: pd.Timestamp | None = None) -> pd.DataFrame:
    """Standardised coefficients, log return per standard deviation, refitted with what was known at `CUTS` sessions.

    Index: those sessions, evenly spread from `first` (default: a quarter of the rows) to the last; columns:
    features. Empty for a model without coefficients.
    """
    if not coefficients(model):
        return pd.DataFrame(columns=list(model.features), dtype=np.float64)
    sessions = pd.DatetimeIndex(cleaned["session"])
    start = len(sessions) // 4 if first is None else int(sessions.searchsorted(first))
    cuts = np.unique(np.linspace(start, len(sessions) - 1, CUTS).astype(int))
    with threadpool_limits(limits=1, user_api="blas"):
        rows = [coefficients(_refitted(model, cleaned.iloc[: cut + 1])) for cut in cuts]
    return pd.DataFrame(rows, index=sessions[cuts], columns=list(model.features))


def permutation_path(model: FittedModel, cleaned: pd.DataFrame) -> pd.DataFrame:
    """Share of the outcome's variance that the model's error grows by when a feature is shuffled in a stretch of time.

    Breiman (2001, Machine Learning 45), in sample. Index: the last session of each of `CUTS` stretches; columns:
    features.
    """
    X, y = _known(cleaned, model)
    keep = np.unique(np.linspace(0, len(y) - 1, MOST_ROWS).astype(int))
    sessions = pd.DatetimeIndex(cleaned["session"])[cleaned[list(model.features)].notna().all(axis=1)][: len(y)][keep]
    X, y = X[keep], y[keep]
    random = np.random.default_rng(SEED)
    spread = float(np.var(y)) or 1.0
    parts = np.array_split(np.arange(len(y)), CUTS)
    rows = [_shuffled_loss(model, X[part], y[part], random) / spread for part in parts]
    return pd.DataFrame(rows, index=sessions[[part[-1] for part in parts]], columns=list(model.features))


def partial_dependence(model: FittedModel, cleaned: pd.DataFrame, feature: str) -> tuple[Floats, Floats]:
    """The feature's values over its middle 96 %, and the forecast at each, averaged over the other features as seen.

    Friedman (2001, Annals of Statistics 29, section 8.2). The forecast is a log return over the horizon.
    """
    X, _ = _known(cleaned, model)
    X = X[np.unique(np.linspace(0, len(X) - 1, MOST_ROWS // 4).astype(int))]
    place = model.features.index(feature)
    low, high = np.quantile(X[:, place], TAILS)
    grid = np.unique(np.linspace(low, high, GRID))
    asked = np.repeat(X[None], len(grid), axis=0)
    asked[:, :, place] = grid[:, None]
    answers = model.forecast(asked.reshape(-1, X.shape[1])).reshape(len(grid), len(X))
    return grid, answers.mean(axis=1)


def _fitted(cleaned: pd.DataFrame, evaluation: pd.DataFrame, name: str, horizon: int, refit_every: int) -> FittedModel:
    """A candidate as it would serve, without intervals: it is only looked at."""
    X, y = predictors_and_target(cleaned, horizon)
    rows = evaluation[(evaluation["horizon"] == horizon) & (evaluation["model"] == name)]
    first = first_training_rows(cleaned, rows, horizon)
    estimator = candidate(name, refit_every=refit_every).method.fitted(exercise(cleaned, horizon, first))
    return FittedModel(horizon, name, estimator, tuple(X.columns), {}, X.to_numpy()[:0], y.to_numpy()[:0])


def _known(cleaned: pd.DataFrame, model: FittedModel) -> tuple[Floats, Floats]:
    """Features and outcomes of the rows that have both."""
    X, y = predictors_and_target(cleaned, model.horizon)
    values, outcomes = X[list(model.features)].to_numpy(dtype=np.float64), y.to_numpy(dtype=np.float64)
    complete = np.isfinite(values).all(axis=1) & np.isfinite(outcomes)
    return values[complete], outcomes[complete]


def _refitted(model: FittedModel, cleaned: pd.DataFrame) -> FittedModel:
    """The model fitted on what the last session knew, as its candidate fits; one of none of ours, by its own fit."""
    given = exercise(cleaned, model.horizon, len(cleaned) - model.horizon)
    X, _ = predictors_and_target(cleaned, model.horizon)
    given = replace(given, X=X[list(model.features)])
    if model.name.removesuffix(SUFFIX) in CANDIDATES:
        return replace(model, estimator=candidate(model.name).method.refitted(model.estimator, given))
    return replace(model, estimator=given.fit_of(model.estimator))


def _shuffled_loss(model: FittedModel, X: Floats, y: Floats, random: np.random.Generator) -> Floats:
    base = np.mean((y - model.forecast(X)) ** 2)
    losses = [np.mean((y - model.forecast(shuffled)) ** 2) for shuffled in _shuffles(X, random)]
    return np.asarray(losses, dtype=np.float64) - base


def _shuffles(X: Floats, random: np.random.Generator) -> Iterator[Floats]:
    for place in range(X.shape[1]):
        copy = X.copy()
        copy[:, place] = random.permutation(copy[:, place])
        yield copy
