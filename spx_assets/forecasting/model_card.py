"""The model card: what was trained, on what, how well it did, what it is for and where it fails.

A plain JSON-able value without a clock, equal for equal inputs; `card_text` shows it.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from spx_assets.forecasting import scores
from spx_assets.forecasting.candidates import REFIT_EVERY, candidate
from spx_assets.forecasting.comparison import comparison
from spx_assets.forecasting.compiled import form_of
from spx_assets.forecasting.economics import economic_value
from spx_assets.forecasting.evaluate import predictors_and_target
from spx_assets.forecasting.interval_scores import interval_scores
from spx_assets.forecasting.model_trees import predicting
from spx_assets.forecasting.plausible_skill import TooGood
from spx_assets.forecasting.scoreboard import interval_coverage, scoreboard
from spx_assets.forecasting.skill import corrected_p, has_skill, skill_statement
from spx_assets.forecasting.trained_model import FittedModel
from spx_assets.forecasting.trials import Trial, count_at, trials_record

INTENDED_USE = (
    "A daily forecast of the S&P 500's log return over the coming sessions, read beside its intervals.",
    "Not for trading without costs, risk limits and a person's judgement; not for other indices or intraday use.",
)
LIMITS = (
    "Price returns: dividends and trading costs are left out.",
    "p-values in tables are per model and horizon, not adjusted for the number of candidates and horizons tried.",
    "The verdict and superior ability are corrected for the trials of their horizon, not for several horizons.",
    "Trials made elsewhere, by others or in other homes, are not counted.",
    "Intervals rest on past errors in units of volatility: they cover as stated if the future resembles the past.",
    "Outcomes over several sessions overlap: there are far fewer independent ones than forecasts.",
    "Where inputs carry no vintages, a release lag stands for the date they became known.",
)


@dataclass(frozen=True)
class Circumstances:
    """What the card says beyond the models: inputs, audit, trials, candidates passed over and why, sample."""

    inputs: Mapping[str, str] = field(default_factory=dict)
    audit: Sequence[Mapping[str, Any]] = ()
    trials: Sequence[Trial] = ()
    passed_over: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    refit_every: int = REFIT_EVERY
    sample: Mapping[str, Any] = field(default_factory=dict)
    too_good: Sequence[TooGood] = ()


def model_card(
    cleaned: pd.DataFrame,
    evaluation: pd.DataFrame,
    fitted: Mapping[int, FittedModel],
    rivals: Mapping[int, FittedModel],
    known: Circumstances,
) -> dict[str, Any]:
    """The card of the fitted models; `rivals` are the best candidates where the historical mean is deployed."""
    board = scoreboard(evaluation)
    worth = economic_value(evaluation, trials=max(len(known.trials), 1))
    entries = {
        horizon: _entry(cleaned, evaluation, board, model, rivals.get(horizon), known)
        | {"economic_value": worth[worth["horizon"] == horizon].drop(columns="horizon").to_dict("records")}
        for horizon, model in fitted.items()
    }
    names = list(dict.fromkeys(board["model"]))
    card = {
        "data_window": _window(cleaned["session"]),
        "sample": dict(known.sample),
        "inputs": dict(sorted(known.inputs.items())),
        "features": list(next(iter(fitted.values())).features),
        "candidates": {name: candidate(name, refit_every=known.refit_every).description for name in names},
        "refit_every": known.refit_every,
        "trials": trials_record(known.trials),
        "horizons": {str(horizon): entry for horizon, entry in entries.items()},
        "leakage_audit": list(known.audit),
        "verdict": [f"{entry['statement']} {_held(entry)}".strip() for entry in entries.values()],
        "intended_use": list(INTENDED_USE),
        "limits": list(LIMITS),
    }
    return dict(_json_able(card))


def _entry(
    cleaned: pd.DataFrame,
    evaluation: pd.DataFrame,
    board: pd.DataFrame,
    model: FittedModel,
    rival: FittedModel | None,
    known: Circumstances,
) -> dict[str, Any]:
    rows = evaluation[evaluation["horizon"] == model.horizon]
    forecasts = rows[rows["model"] == model.name]
    scored = board[board["horizon"] == model.horizon].drop(columns="horizon").set_index("model", drop=False)
    judged = rival.name if rival is not None else model.name
    row = {str(name): value for name, value in scored.loc[judged].items()}
    row["trials"] = count_at(known.trials, model.horizon)
    test = {str(name): value for name, value in scored.loc[model.name].items() if name != "model"}
    passed_over = known.passed_over.get(model.horizon, {})
    beyond = [each for each in known.too_good if each.trial.horizon == model.horizon]
    return {
        "model": model.name,
        "hyperparameters": hyperparameters(model.estimator),
        "served_as": served_as(model),
        **_in_sample(cleaned, model),
        "test": test,
        "scoreboard": scored.to_dict("records"),
        "trials": row["trials"],
        "clark_west_p_of_all_tried": corrected_p(row),
        "comparison": comparison(evaluation, model.horizon, known.trials).record,
        "interval_coverage": interval_coverage(forecasts),
        "intervals": interval_scores(forecasts).to_dict("records"),
        "coefficients": coefficients(rival or model),
        "coefficients_of": judged,
        "passed_over": dict(passed_over),
        "too_good": {each.trial.candidate: each.record for each in beyond},
        "skill": has_skill(model.name, row),
        "statement": skill_statement(model.horizon, model.name, row)
        + _passed_over(passed_over)
        + "".join(f" {each.statement}" for each in beyond),
    }


def _in_sample(cleaned: pd.DataFrame, model: FittedModel) -> dict[str, dict[str, Any]]:
    """The rows the model was fitted on, and how well it describes them."""
    X, y = predictors_and_target(cleaned, model.horizon)
    known = (X.notna().all(axis=1) & y.notna()).to_numpy()
    in_sample = model.forecast(X[known].to_numpy())
    return {
        "training_window": _window(cleaned["session"][known]),
        "train": {"r2": scores.r2(y[known], in_sample), "rmse": scores.rmse(y[known], in_sample)},
    }


def _passed_over(reasons: Mapping[str, str]) -> str:
    """Candidates that forecast better and cannot serve: said, not hidden."""
    return "".join(f" {name} had a lower error and cannot be served: {why}." for name, why in reasons.items())


def hyperparameters(estimator: Any) -> dict[str, Any]:
    """Settings of an estimator's last step that differ from its defaults."""
    last = predicting(estimator)
    defaults = {name: each.default for name, each in inspect.signature(type(last)).parameters.items()}
    return {name: value for name, value in last.get_params(deep=False).items() if value != defaults[name]}


def served_as(model: FittedModel) -> str:
    """Whether the service reads the model as plain arrays, or needs scikit-learn for it."""
    compiled = form_of(model.estimator, len(model.features)) is not None
    return "compiled arrays" if compiled else "a skops file: this estimator has no form as arrays"


def coefficients(model: FittedModel) -> dict[str, float]:
    """Log return per standard deviation of each feature, where the model is linear; else empty."""
    slopes = getattr(predicting(model.estimator), "coef_", None)
    return {} if slopes is None else dict(zip(model.features, np.ravel(slopes).tolist(), strict=True))


def _window(sessions: pd.Series) -> dict[str, Any]:
    return {
        "first_session": pd.Timestamp(sessions.iloc[0]).date().isoformat(),
        "last_session": pd.Timestamp(sessions.iloc[-1]).date().isoformat(),
        "sessions": len(sessions),
    }


def _held(entry: Mapping[str, Any]) -> str:
    share = entry["interval_coverage"].get("90", math.nan)
    return "" if math.isnan(share) else f"The deployed model's 90 % interval held {100 * share:.1f} % of outcomes."


def _json_able(value: Any) -> Any:
    """Plain Python throughout, NaN as null."""
    if isinstance(value, Mapping):
        return {str(name): _json_able(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_json_able(part) for part in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and math.isnan(value):
        return None
    return value if value is None or isinstance(value, str | int | float) else repr(value)
