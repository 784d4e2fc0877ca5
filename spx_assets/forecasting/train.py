"""`train`: per horizon the candidate that forecast best, fitted on all history, or else the historical mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # ships no annotations

from spx_assets.errors import DataRefused
from spx_assets.forecasting.audit import LeakageAudit, forecast_audit
from spx_assets.forecasting.candidates import BENCHMARK, candidate
from spx_assets.forecasting.evaluate import LEVELS, predictors_and_target
from spx_assets.forecasting.intervals import conformal_quantiles
from spx_assets.forecasting.model_card import model_card
from spx_assets.forecasting.trained_model import FittedModel, TrainedModel
from spx_assets.forecasting.truncation import evaluation_rules, first_training_rows

GOLDEN_ROWS = 8


def train(
    cleaned: pd.DataFrame,
    evaluation: pd.DataFrame,
    *,
    horizons: Sequence[int] = (1, 5, 21),
    candidates: Sequence[str] = ("historical_mean", "ols", "ridge"),
    levels: Sequence[float] = LEVELS,
    inputs: Mapping[str, str] | None = None,
    audit: LeakageAudit | None = None,
) -> TrainedModel:
    """Fit the chosen candidate of each horizon on every session whose return is known, and write the card.

    `evaluation` is `evaluate`'s table of the same `cleaned`; `inputs` maps the assets it was made from to their
    versions; `audit` is what `audited_evaluation` found, for the card. The intervals take the errors of the
    chosen candidate's out-of-sample forecasts.
    """
    fitted, rivals = {}, {}
    # One thread of linear algebra: sums split over more would round differently on another machine.
    with threadpool_limits(limits=1, user_api="blas"):
        for horizon in sorted(horizons):
            errors = squared_errors(evaluation, horizon, candidates)
            chosen = best_candidate(errors)
            fitted[horizon] = fit(cleaned, evaluation, chosen, horizon, levels)
            if chosen == BENCHMARK and len(errors) > 1:
                # What the best model looks like is worth showing even where it is not good enough to serve.
                rivals[horizon] = fit(cleaned, evaluation, str(errors.drop(BENCHMARK).idxmin()), horizon, levels)
        card = model_card(cleaned, evaluation, fitted, rivals, inputs or {}, audit.record if audit else [])
        return TrainedModel(fitted, card)


def audited_evaluation(cleaned: pd.DataFrame, evaluation: pd.DataFrame) -> LeakageAudit:
    """The sampled leakage audit of the forecasts a model is chosen by; the model card carries its record."""
    return forecast_audit(cleaned, evaluation, evaluate=evaluation_rules(cleaned, evaluation))


def squared_errors(evaluation: pd.DataFrame, horizon: int, candidates: Sequence[str]) -> pd.Series:
    """Mean squared error by candidate, the historical mean among them, over the origins all of them forecast."""
    rows = evaluation[evaluation["horizon"] == horizon]
    names = list(dict.fromkeys([BENCHMARK, *candidates]))
    lacking = sorted(set(names) - set(rows["model"]))
    if lacking:
        raise DataRefused(
            f"The evaluation lacks forecasts {horizon} sessions ahead",
            evidence=f"of {', '.join(lacking)}",
            way_out="Evaluate again with the same horizons and candidates.",
        )
    errors = rows.assign(loss=(rows["realised"] - rows["forecast"]) ** 2)
    return errors.pivot_table(index="origin", columns="model", values="loss")[names].dropna().mean()


def best_candidate(errors: pd.Series) -> str:
    """The candidate with the lowest squared error; the historical mean where none is below its own."""
    best = errors.idxmin() if errors.notna().all() else BENCHMARK
    return str(best) if errors[best] < errors[BENCHMARK] else BENCHMARK


def fit(
    cleaned: pd.DataFrame, evaluation: pd.DataFrame, name: str, horizon: int, levels: Sequence[float]
) -> FittedModel:
    """A candidate fitted on every known outcome, with the interval quantiles its past errors give today."""
    X, y = predictors_and_target(cleaned, horizon)
    rows = evaluation[(evaluation["horizon"] == horizon) & (evaluation["model"] == name)]
    first_train = first_training_rows(cleaned, rows, horizon)
    estimator = candidate(name).fitted(X, y, first_train=first_train, horizon=horizon)
    quantiles = conformal_quantiles(rows["realised"], rows["forecast"], rows["scale"], levels, horizon=horizon)
    golden = X.to_numpy()[np.linspace(0, len(X) - 1, GOLDEN_ROWS).astype(int)]
    return FittedModel(
        horizon=horizon,
        name=name,
        estimator=estimator,
        features=tuple(X.columns),
        score_quantiles=dict(zip(levels, quantiles[-1].tolist(), strict=True)),
        golden_rows=golden,
        golden_predictions=np.asarray(estimator.predict(golden), dtype=np.float64),
    )
