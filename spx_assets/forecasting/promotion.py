"""Promotion: the gates a trained model passes before it serves, each a yes or no with its reason.

Nothing is moved here; the orchestration turns the gates into blocking checks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from spx_assets.errors import SpxError
from spx_assets.forecasting.candidates import BENCHMARK
from spx_assets.forecasting.evaluate import predictors_and_target
from spx_assets.forecasting.train import first_training_rows, squared_errors
from spx_assets.forecasting.trained_model import TrainedModel, trained_model_files, trained_model_from_files
from spx_assets.forecasting.truncation import prediction_truncation

GATES: Mapping[str, str] = {
    "finite_forecasts": "Every model forecasts a finite return from every row of the features.",
    "not_constant": "A model that is not the historical mean gives different forecasts for different rows.",
    "golden_predictions": "Written to files and read back, every model reproduces its golden predictions.",
    "evaluated_as_served": "The model served gives the forecast that the evaluation made at the last session.",
    "not_worse_than_serving": "On the common window its squared error is not above that of what serves now.",
    "no_look_ahead": "Forecasts made again from data cut off at earlier sessions are the same.",
}


@dataclass(frozen=True)
class Gate:
    """One condition of promotion: whether it holds, why, and the numbers that say so."""

    name: str
    passed: bool
    reason: str
    evidence: Mapping[str, Any] = field(default_factory=dict)


def gates(
    candidate: TrainedModel, serving: TrainedModel | None, evaluation: pd.DataFrame, cleaned: pd.DataFrame
) -> tuple[Gate, ...]:
    """Every gate of `GATES`, in order, for a model trained on `cleaned` and judged by `evaluation`."""
    forecasts = {horizon: _forecasts(candidate, cleaned, horizon) for horizon in sorted(candidate.fitted)}
    return (
        _finite(forecasts),
        _not_constant(candidate, forecasts),
        _golden(candidate),
        _as_evaluated(candidate, evaluation, forecasts),
        _not_worse(candidate, serving, evaluation),
        _no_look_ahead(candidate, evaluation, cleaned),
    )


def _forecasts(candidate: TrainedModel, cleaned: pd.DataFrame, horizon: int) -> np.ndarray:
    X, _ = predictors_and_target(cleaned, horizon)
    return candidate.fitted[horizon].forecast(X[list(candidate.fitted[horizon].features)].to_numpy())


def _finite(forecasts: Mapping[int, np.ndarray]) -> Gate:
    broken = {horizon: int((~np.isfinite(values)).sum()) for horizon, values in forecasts.items()}
    rows = sum(len(values) for values in forecasts.values())
    reason = f"{sum(broken.values())} of {rows:,} forecasts are not finite"
    return Gate("finite_forecasts", not any(broken.values()), reason, _by_horizon("not finite", broken))


def _not_constant(candidate: TrainedModel, forecasts: Mapping[int, np.ndarray]) -> Gate:
    spread = {horizon: float(np.ptp(values)) for horizon, values in forecasts.items()}
    constant = [h for h, each in spread.items() if not each > 0 and candidate.fitted[h].name != BENCHMARK]
    reason = f"constant at horizons {constant}" if constant else "every model other than the historical mean varies"
    return Gate("not_constant", not constant, reason, _by_horizon("range of forecasts", spread))


def _golden(candidate: TrainedModel) -> Gate:
    try:
        reloaded = trained_model_from_files(trained_model_files(candidate))
    except SpxError as refused:
        return Gate("golden_predictions", passed=False, reason=str(refused))
    differences = {horizon: model.golden_difference for horizon, model in reloaded.fitted.items()}
    reason = f"largest difference after reload {max(differences.values()):.1e}"
    return Gate("golden_predictions", True, reason, _by_horizon("difference", differences))


def _as_evaluated(candidate: TrainedModel, evaluation: pd.DataFrame, forecasts: Mapping[int, np.ndarray]) -> Gate:
    differences = {}
    for horizon, values in forecasts.items():
        rows = evaluation[(evaluation["horizon"] == horizon) & (evaluation["model"] == candidate.fitted[horizon].name)]
        last = rows.iloc[-1] if len(rows) else {"forecast": np.nan, "scale": np.nan}
        differences[horizon] = float(abs(values[-1] - last["forecast"]) / last["scale"])
    passed = all(each <= 1e-9 for each in differences.values())
    reason = f"largest difference {max(differences.values()):.1e} of the return's volatility"
    return Gate("evaluated_as_served", passed, reason, _by_horizon("difference", differences))


def _not_worse(candidate: TrainedModel, serving: TrainedModel | None, evaluation: pd.DataFrame) -> Gate:
    if serving is None:
        return Gate("not_worse_than_serving", True, "nothing serves yet")
    evidence: dict[str, Any] = {}
    worse = []
    for horizon, model in sorted(candidate.fitted.items()):
        if horizon not in serving.fitted:
            evidence[f"horizon {horizon}"] = "new"
            continue
        names = (model.name, serving.fitted[horizon].name)
        if names[1] not in set(evaluation["model"]):
            worse.append(horizon)
            evidence[f"horizon {horizon}"] = f"{names[1]} serves and was not evaluated"
            continue
        errors = squared_errors(evaluation, horizon, names)
        ratio = float(errors[names[0]] / errors[names[1]])
        evidence[f"horizon {horizon}"] = f"{names[0]} over {names[1]}: squared error × {ratio:.6f}"
        if not ratio <= 1:
            worse.append(horizon)
    reason = f"worse at horizons {worse}" if worse else "not worse at any horizon"
    return Gate("not_worse_than_serving", not worse, reason, evidence)


def _no_look_ahead(candidate: TrainedModel, evaluation: pd.DataFrame, cleaned: pd.DataFrame) -> Gate:
    horizon = min(candidate.fitted)
    first_train = first_training_rows(cleaned, evaluation[evaluation["horizon"] == horizon], horizon)
    truncation = prediction_truncation(cleaned, evaluation, first_train=first_train)
    reason = (
        f"{truncation.forecasts:,} forecasts made again from data cut at {' and '.join(truncation.cuts)}: "
        f"largest change {truncation.largest_change:.1e} of the return's volatility"
    )
    evidence = {
        "forecasts made again": truncation.forecasts,
        "largest change": truncation.largest_change,
        "where": truncation.where,
    }
    return Gate("no_look_ahead", truncation.passed, reason, evidence)


def _by_horizon(what: str, values: Mapping[int, float]) -> dict[str, Any]:
    return {f"{what}, horizon {horizon}": value for horizon, value in values.items()}
