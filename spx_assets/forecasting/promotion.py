"""Promotion: the gates a trained model passes before it serves, each a yes or no with its reason.

Nothing is moved here; the orchestration turns the gates into blocking checks.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from spx_assets import compiled
from spx_assets.errors import SpxError
from spx_assets.forecasting.candidates import BENCHMARK, CANDIDATES, REFIT_EVERY
from spx_assets.forecasting.compiled import AGREEMENT, compiled_files, disagreement, training_rows
from spx_assets.forecasting.evaluate import evaluate, predictors_and_target
from spx_assets.forecasting.plausible_skill import Acceptance, TooGood, too_good
from spx_assets.forecasting.tests_of_skill import diebold_mariano
from spx_assets.forecasting.train import Makers, squared_errors
from spx_assets.forecasting.trained_model import (
    FittedModel,
    TrainedModel,
    compiled_name,
    trained_model_files,
    trained_model_from_files,
)
from spx_assets.forecasting.trials import trials_of
from spx_assets.forecasting.truncation import Evaluate, evaluation_rules, first_training_rows, prediction_truncation

SIGNIFICANT = 0.05
# Two per cent of squared error is more than any skill in daily or monthly returns is worth.
LARGEST_RATIO = 1.02

GATES: Mapping[str, str] = {
    "finite_forecasts": "Every model forecasts a finite return from every row of the features.",
    "not_constant": "A model that is not the historical mean gives different forecasts for different rows.",
    "golden_predictions": "Written to files and read back, every model reproduces its golden predictions.",
    "compiled_equals_model": "As the arrays that serve, every model forecasts what its estimator does, within 1e-12.",
    "evaluated_as_served": "Fitted on what the evaluation's last refit knew, the model forecasts the same there.",
    "not_worse_than_serving": "On the common window it forecasts no worse than what serves now, by test and by margin.",
    "plausible_skill": "No model scores better than is plausible, unless a person accepted it.",
    "no_look_ahead": "Forecasts made again from data cut off at earlier sessions are the same.",
    "leakage_audit": "The model card carries a leakage audit that found nothing.",
}


@dataclass(frozen=True)
class Gate:
    """One condition of promotion: whether it holds, why, and the numbers that say so."""

    name: str
    passed: bool
    reason: str
    evidence: Mapping[str, Any] = field(default_factory=dict)


def gates(
    candidate: TrainedModel,
    serving: TrainedModel | None,
    evaluation: pd.DataFrame,
    cleaned: pd.DataFrame,
    *,
    candidates: Sequence[str] = (),
    refit_every: int = REFIT_EVERY,
    accepted: Sequence[Acceptance] = (),
) -> tuple[Gate, ...]:
    """Every gate of `GATES`, in order, for a model trained on `cleaned` and judged by `evaluation`.

    `candidates` and `refit_every` are those of the settings that `evaluation` was made with; `accepted` are the
    acceptances of candidates that are too good to be true.
    """
    tried = trials_of(cleaned, evaluation, candidates=candidates, refit_every=refit_every)
    beyond = too_good(evaluation, tried, accepted)
    rules = evaluation_rules(cleaned, evaluation, candidates=candidates, refit_every=refit_every)
    forecasts = {horizon: _forecasts(candidate, cleaned, horizon) for horizon in sorted(candidate.fitted)}
    return (
        _finite(forecasts),
        _not_constant(candidate, forecasts),
        _golden(candidate),
        _compiled(candidate, cleaned),
        _as_evaluated(candidate, evaluation, cleaned, refit_every),
        _not_worse(candidate, _without(serving, beyond), evaluation, cleaned, refit_every),
        _plausible(candidate, beyond),
        _no_look_ahead(evaluation, cleaned, rules),
        _audited(candidate),
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


def _compiled(candidate: TrainedModel, cleaned: pd.DataFrame) -> Gate:
    files = compiled_files(candidate, cleaned)
    differences, evidence = {}, {}
    for horizon, fitted in sorted(candidate.fitted.items()):
        file = files.get(compiled_name(horizon))
        if file is None:
            evidence[f"horizon {horizon}"] = f"{fitted.name} has no form as arrays: served from its skops file"
            continue
        try:
            difference = disagreement(fitted, compiled.load(file), training_rows(fitted, cleaned))
        except SpxError as refused:
            return Gate("compiled_equals_model", passed=False, reason=str(refused))
        differences[horizon] = difference
    passed = all(each <= AGREEMENT for each in differences.values())
    reason = f"largest difference of {len(differences)} compiled models {max(differences.values(), default=0.0):.1e}"
    return Gate("compiled_equals_model", passed, reason, evidence | _by_horizon("difference", differences))


def _as_evaluated(candidate: TrainedModel, evaluation: pd.DataFrame, cleaned: pd.DataFrame, refit_every: int) -> Gate:
    makers = Makers(cleaned, evaluation, (), refit_every)
    differences = {horizon: _difference(model, makers) for horizon, model in sorted(candidate.fitted.items())}
    passed = all(each <= 1e-9 for each in differences.values())
    reason = f"largest difference {max(differences.values()):.1e} of the return's volatility"
    return Gate("evaluated_as_served", passed, reason, _by_horizon("difference", differences))


def _difference(model: FittedModel, makers: Makers) -> float:
    """How far the model is from its evaluation at the last refit, in units of the return's volatility.

    Where sessions came after that refit, its candidate is fitted twice more: on what the refit knew, to compare with
    the evaluation, and on all history, to compare with the model.
    """
    if makers.rows(model.name, model.horizon).empty:
        return math.nan
    then = makers.at_last_refit(model.name, model.horizon)
    last = then.rows(model.name, model.horizon).iloc[-1]
    refit, again = model, model
    if len(then.cleaned) < len(makers.cleaned):
        refit, again = (each.fit(model.name, model.horizon) for each in (then, makers))
    asked = then.cleaned[list(model.features)].to_numpy()[-1:]
    change = float(np.max(np.abs(again.forecast(model.golden_rows) - model.forecast(model.golden_rows))))
    return float(max(abs(refit.forecast(asked)[0] - last["forecast"]), change) / last["scale"])


def _not_worse(
    candidate: TrainedModel,
    serving: TrainedModel | None,
    evaluation: pd.DataFrame,
    cleaned: pd.DataFrame,
    refit_every: int,
) -> Gate:
    if serving is None:
        return Gate("not_worse_than_serving", True, "nothing serves yet")
    evidence: dict[str, Any] = {}
    worse = []
    for horizon, model in sorted(candidate.fitted.items()):
        if horizon not in serving.fitted:
            evidence[f"horizon {horizon}"] = "new"
            continue
        name = serving.fitted[horizon].name
        window, rival = _common_window(evaluation, cleaned, horizon, name, refit_every)
        said, is_worse = _challenged(window, horizon, model.name, rival)
        evidence[f"horizon {horizon}"] = said if rival == name else f"{name} serves and is no candidate now; {said}"
        if is_worse:
            worse.append(horizon)
    reason = f"worse at horizons {worse}" if worse else "not worse at any horizon"
    return Gate("not_worse_than_serving", not worse, reason, evidence)


def _common_window(
    evaluation: pd.DataFrame, cleaned: pd.DataFrame, horizon: int, serving: str, refit_every: int
) -> tuple[pd.DataFrame, str]:
    """Forecasts of one horizon with those of what serves among them, and the name to be judged against.

    A candidate of the platform that is not evaluated any more is evaluated here; anything else cannot be made again,
    and the historical mean stands in for it (docs/decisions/0012).
    """
    rows = evaluation[evaluation["horizon"] == horizon]
    if serving in set(rows["model"]):
        return rows, serving
    if serving not in CANDIDATES:
        return rows, BENCHMARK
    first_train = first_training_rows(cleaned, rows[rows["model"] == BENCHMARK], horizon)
    rules: dict[str, Any] = {"first_train": first_train, "refit_every": refit_every}
    again = evaluate(cleaned, horizons=(horizon,), candidates=(serving,), **rules)
    return pd.concat([rows, again[again["model"] == serving]], ignore_index=True), serving


def _challenged(evaluation: pd.DataFrame, horizon: int, new: str, serving: str) -> tuple[str, bool]:
    """What the common window says of the new model, and whether that is worse than may serve.

    Worse is a squared error that Diebold–Mariano's one-sided test calls higher, or one beyond the margin, where
    overlapping outcomes leave the test no power.
    """
    errors = squared_errors(evaluation, horizon, (new, serving))
    ratio = float(errors[new] / errors[serving])
    rows = evaluation[evaluation["horizon"] == horizon].pivot_table(index="origin", columns="model", values="forecast")
    realised = evaluation[evaluation["horizon"] == horizon].groupby("origin")["realised"].first()
    test = diebold_mariano(
        realised.to_numpy(), rows[new].to_numpy(), rows[serving].to_numpy(), horizon=horizon, alternative="less"
    )
    said = f"{new} over {serving}: squared error × {ratio:.6f}, p = {test.p_value:.2f} that it is not worse"
    return said, not ratio <= LARGEST_RATIO or bool(ratio > 1 and test.p_value < SIGNIFICANT)


def _without(serving: TrainedModel | None, beyond: Sequence[TooGood]) -> TrainedModel | None:
    """What serves, less the horizons at which it is set aside now: its error is no standard for an honest model."""
    if serving is None:
        return None
    aside = {(each.trial.candidate, each.trial.horizon) for each in beyond if each.accepted is None}
    kept = {horizon: model for horizon, model in serving.fitted.items() if (model.name, horizon) not in aside}
    return replace(serving, fitted=kept)


def _plausible(candidate: TrainedModel, beyond: Sequence[TooGood]) -> Gate:
    serves = {(model.name, horizon) for horizon, model in candidate.fitted.items()}
    judged = [each for each in beyond if (each.trial.candidate, each.trial.horizon) in serves]
    refused = [each for each in judged if each.accepted is None]
    reason = " ".join(each.statement for each in refused or judged) or "no model that would serve is beyond its limit"
    evidence = {f"{each.trial.candidate}, horizon {each.trial.horizon}": each.statement for each in beyond}
    return Gate("plausible_skill", not refused, reason, evidence)


def _no_look_ahead(evaluation: pd.DataFrame, cleaned: pd.DataFrame, rules: Evaluate) -> Gate:
    truncation = prediction_truncation(cleaned, evaluation, evaluator=rules)
    reason = (
        f"{truncation.forecasts:,} forecasts made again from data cut at {', '.join(truncation.cuts)}: "
        f"largest change {truncation.largest_change:.1e} of the return's volatility"
    )
    evidence = {
        "forecasts made again": truncation.forecasts,
        "largest change": truncation.largest_change,
        "where": truncation.where,
    }
    return Gate("no_look_ahead", truncation.passed, reason, evidence)


def _audited(candidate: TrainedModel) -> Gate:
    record = candidate.card.get("leakage_audit") or []
    failed = [row["name"] for row in record if not row["passed"]]
    passed = bool(record) and not failed
    reason = f"found by {', '.join(failed)}" if failed else f"{len(record)} examinations found nothing"
    evidence = {row["name"]: "; ".join(row["findings"]) or row["looked_at"] for row in record}
    return Gate("leakage_audit", passed, reason if record else "the card has no audit", evidence)


def _by_horizon(what: str, values: Mapping[int, float]) -> dict[str, Any]:
    return {f"{what}, horizon {horizon}": value for horizon, value in values.items()}
