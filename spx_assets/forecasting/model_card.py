"""The model card: what was trained, on what, how well it did, what it is for and where it fails.

A plain JSON-able value without a clock, equal for equal inputs; `card_table` and `card_markdown` show it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from spx_assets.forecasting import scores
from spx_assets.forecasting.candidates import candidate
from spx_assets.forecasting.compiled import form_of
from spx_assets.forecasting.evaluate import predictors_and_target
from spx_assets.forecasting.scoreboard import interval_coverage, scoreboard
from spx_assets.forecasting.skill import has_skill, skill_statement
from spx_assets.forecasting.trained_model import FittedModel

INTENDED_USE = (
    "A daily forecast of the S&P 500's log return over the coming sessions, read beside its intervals.",
    "Not for trading without costs, risk limits and a person's judgement; not for other indices or intraday use.",
)
LIMITS = (
    "Price returns: dividends and trading costs are left out.",
    "p-values are per model and horizon, not adjusted for the number of candidates and horizons tried.",
    "Intervals rest on past errors in units of volatility: they cover as stated if the future resembles the past.",
    "Outcomes over several sessions overlap: there are far fewer independent ones than forecasts.",
    "Where inputs carry no vintages, a release lag stands for the date they became known.",
)


def model_card(
    cleaned: pd.DataFrame,
    evaluation: pd.DataFrame,
    fitted: Mapping[int, FittedModel],
    rivals: Mapping[int, FittedModel],
    inputs: Mapping[str, str],
    audit: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """The card of the fitted models; `rivals` are the best candidates where the historical mean is deployed."""
    board = scoreboard(evaluation)
    entries = {
        horizon: _entry(cleaned, evaluation, board, model, rivals.get(horizon)) for horizon, model in fitted.items()
    }
    names = list(dict.fromkeys(board["model"]))
    sessions = cleaned["session"]
    card = {
        "data_window": _window(sessions),
        "inputs": dict(sorted(inputs.items())),
        "features": list(next(iter(fitted.values())).features),
        "candidates": {name: candidate(name).description for name in names},
        "horizons": {str(horizon): entry for horizon, entry in entries.items()},
        "leakage_audit": list(audit),
        "verdict": [f"{entry['statement']} {_held(entry)}".strip() for entry in entries.values()],
        "intended_use": list(INTENDED_USE),
        "limits": list(LIMITS),
    }
    return dict(_json_able(card))


def card_table(card: Mapping[str, Any]) -> pd.DataFrame:
    """One row per horizon: what is deployed, its settings, and its scores in and out of sample."""
    rows = []
    for horizon, entry in card["horizons"].items():
        train, test = entry["train"], entry["test"]
        rows.append(
            {
                "horizon": int(horizon),
                "model": entry["model"],
                "hyperparameters": _settings(entry["hyperparameters"]) or "none",
                "train R²": train["r2"],
                "test R²": test["r2"],
                "R²_OS": test["r2_os"],
                "train RMSE": train["rmse"],
                "test RMSE": test["rmse"],
                "hit rate": test["hit_rate"],
                "Clark–West p": test["clark_west_p"],
                "coverage of 90 %": test["coverage_90"],
                "skill": entry["skill"],
            }
        )
    return pd.DataFrame(rows)


def card_markdown(card: Mapping[str, Any]) -> str:
    """The card for a reader."""
    window = card["data_window"]
    inputs = ", ".join(f"{asset} `{version}`" for asset, version in card["inputs"].items()) or "not recorded"
    sections = [
        "## Verdict\n\n" + _bullets(card["verdict"]),
        "## Models\n\n" + _markdown_table(card_table(card)),
        "Served as: " + "; ".join(f"{h} sessions: {entry['served_as']}" for h, entry in card["horizons"].items()) + ".",
        f"## Data\n\n{window['sessions']:,} sessions from {window['first_session']} to {window['last_session']}.",
        f"Inputs: {inputs}.",
        f"{len(card['features'])} features: {', '.join(card['features'])}.",
        "## Candidates\n\n" + _bullets([f"`{name}`: {text}" for name, text in card["candidates"].items()]),
        "## Leakage audit\n\n" + _bullets([_audited(row) for row in card.get("leakage_audit", [])] or ["Not made."]),
        "## Intended use\n\n" + _bullets(card["intended_use"]),
        "## Limits\n\n" + _bullets(card["limits"]),
    ]
    return "\n\n".join(sections) + "\n"


def _entry(
    cleaned: pd.DataFrame,
    evaluation: pd.DataFrame,
    board: pd.DataFrame,
    model: FittedModel,
    rival: FittedModel | None,
) -> dict[str, Any]:
    X, y = predictors_and_target(cleaned, model.horizon)
    known = X.notna().all(axis=1) & y.notna()
    in_sample = model.forecast(X[known].to_numpy())
    scored = board[board["horizon"] == model.horizon].drop(columns="horizon").set_index("model", drop=False)
    judged = rival.name if rival is not None else model.name
    row = {str(name): value for name, value in scored.loc[judged].items()}
    test = {str(name): value for name, value in scored.loc[model.name].items() if name != "model"}
    forecasts = evaluation[(evaluation["horizon"] == model.horizon) & (evaluation["model"] == model.name)]
    return {
        "model": model.name,
        "hyperparameters": hyperparameters(model.estimator),
        "served_as": served_as(model),
        "training_window": _window(cleaned["session"][known]),
        "train": {"r2": scores.r2(y[known], in_sample), "rmse": scores.rmse(y[known], in_sample)},
        "test": test,
        "scoreboard": scored.to_dict("records"),
        "interval_coverage": interval_coverage(forecasts),
        "coefficients": coefficients(rival or model),
        "coefficients_of": judged,
        "skill": has_skill(model.name, row),
        "statement": skill_statement(model.horizon, model.name, row),
    }


def hyperparameters(estimator: Any) -> dict[str, Any]:
    """Settings of an estimator's last step that differ from its defaults."""
    last = _last_step(estimator)
    defaults = type(last)().get_params(deep=False)
    return {name: value for name, value in last.get_params(deep=False).items() if value != defaults[name]}


def served_as(model: FittedModel) -> str:
    """Whether the service reads the model as plain arrays, or needs scikit-learn for it."""
    compiled = form_of(model.estimator, len(model.features)) is not None
    return "compiled arrays" if compiled else "a skops file: this estimator has no form as arrays"


def coefficients(model: FittedModel) -> dict[str, float]:
    """Log return per standard deviation of each feature, where the model is linear; else empty."""
    slopes = getattr(_last_step(model.estimator), "coef_", None)
    return {} if slopes is None else dict(zip(model.features, np.ravel(slopes).tolist(), strict=True))


def _last_step(estimator: Any) -> Any:
    return estimator.steps[-1][1] if hasattr(estimator, "steps") else estimator


def _window(sessions: pd.Series) -> dict[str, Any]:
    return {
        "first_session": pd.Timestamp(sessions.iloc[0]).date().isoformat(),
        "last_session": pd.Timestamp(sessions.iloc[-1]).date().isoformat(),
        "sessions": len(sessions),
    }


def _audited(row: Mapping[str, Any]) -> str:
    found = "; ".join(row["findings"]) or "nothing found"
    return f"{row['name']}: {row['question']} {row['looked_at']}: {found}."


def _held(entry: Mapping[str, Any]) -> str:
    share = entry["interval_coverage"].get("90", math.nan)
    return "" if math.isnan(share) else f"The deployed model's 90 % interval held {100 * share:.1f} % of outcomes."


def _settings(settings: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in settings.items())


def _bullets(lines: list[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _markdown_table(table: pd.DataFrame) -> str:
    def shown(value: Any) -> str:
        if value is None or (isinstance(value, float) and math.isnan(value)):
            return "–"
        return f"{value:.4g}" if isinstance(value, float) else str(value)

    lines = ["| " + " | ".join(table.columns) + " |", "|" + " --- |" * table.shape[1]]
    lines += ["| " + " | ".join(shown(value) for value in row) + " |" for row in table.itertuples(index=False)]
    return "\n".join(lines)


def _json_able(value: Any) -> Any:
    """Plain Python throughout, NaN as null."""
    if isinstance(value, Mapping):
        return {str(name): _json_able(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_json_able(part) for part in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and math.isnan(value) else value
