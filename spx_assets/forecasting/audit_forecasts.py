"""Examinations of the forecasts: cut off, perturbed, shuffled, fed the answer, and compared with what is plausible.

Each runs the pipeline's own `evaluate` again. Features and targets are taken as given: `audit_features` examines
them.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from spx_assets.features import feature_names, mean_name, target_name
from spx_assets.forecasting.audit_finding import Examination, Finding, examination
from spx_assets.forecasting.candidates import BENCHMARK
from spx_assets.forecasting.plausible_skill import largest_plausible_r2_os
from spx_assets.forecasting.scoreboard import scoreboard
from spx_assets.forecasting.truncation import (
    TOLERANCE,
    Evaluate,
    changes,
    place,
    prediction_truncation,
    require_reproduced,
)

# Deviations of the outcome, in a future that nobody could overhear without being moved.
LOUD = 100.0
# Mean of the placebo's statistics in standard errors: chance gives this to one in thirty thousand.
PLACEBO_LIMIT = 4.0


@dataclass(frozen=True)
class Extent:
    """How much is looked at: cuts and futures as shares of the origins, shuffles, and the origins of each of these.

    Shuffled and planted outcomes ask about the pipeline, not about the years, so only the last `origins` are
    forecast; of each future so many sessions are looked into, or all of it.
    """

    cuts: tuple[float, ...]
    futures: tuple[float, float]
    shuffles: int
    origins: int
    future_sessions: int | None = None


SAMPLE = Extent(cuts=(0.4, 0.9), futures=(0.1, 0.2), shuffles=4, origins=504, future_sessions=252)
THOROUGH = Extent(cuts=(0.05, 0.2, 0.4, 0.6, 0.8, 0.9, 0.99), futures=(0.5, 0.9), shuffles=10, origins=2520)


def prediction_truncation_audit(
    cleaned: pd.DataFrame, evaluation: pd.DataFrame, evaluate: Evaluate, extent: Extent
) -> Examination:
    """Forecast, benchmark, scale and bounds, made again from data that ends at a cut, are the same."""
    found = prediction_truncation(cleaned, evaluation, evaluator=evaluate, shares=extent.cuts)
    if not found.passed:
        require_reproduced(cleaned, evaluation, evaluate)
    findings = [] if found.passed else [Finding(found.where, f"changes by {found.largest_change:.1e} of its scale")]
    question = "Is every forecast, benchmark and bound the same when the data ends at a cut?"
    looked_at = f"{found.forecasts:,} forecasts, {len(found.cuts)} cuts"
    return examination("prediction_truncation", question, looked_at, findings)


def prediction_perturbation(
    cleaned: pd.DataFrame, evaluation: pd.DataFrame, evaluate: Evaluate, extent: Extent, *, seed: int
) -> Examination:
    """Features after a cut and outcomes not known by it are others: no forecast up to it moves.

    Two futures, both loud: in one the outcomes are noise, in the other the features foretell them. A setting chosen
    by what was not known goes to one end in the first and to the other in the second.
    """
    random = np.random.default_rng(seed)
    horizons = _horizons(evaluation)
    origins = np.unique(evaluation["origin"].to_numpy())
    looked_at, findings = 0, []
    for share, foretold in zip(extent.futures, (False, True), strict=True):
        cut = origins[int(share * (len(origins) - 1))]
        row = int(np.searchsorted(cleaned["session"].to_numpy(), cut))
        future = _another_future(cleaned, row, horizons, random, foretold=foretold)
        if extent.future_sessions is not None:
            future = future.head(row + extent.future_sessions)
        again = evaluate(future, horizons)
        change = changes(again[again["origin"] <= cut], evaluation)
        looked_at += len(change)
        if not change.max() <= TOLERANCE:
            require_reproduced(cleaned, evaluation, evaluate)
            findings.append(Finding(place(change), f"changes by {change.max():.1e} of its scale when the future does"))
    question = "Is every forecast the same when the future is another one?"
    return examination("prediction_perturbation", question, f"{looked_at:,} forecasts, 2 futures", findings)


def _another_future(
    cleaned: pd.DataFrame, row: int, horizons: Sequence[int], random: np.random.Generator, *, foretold: bool
) -> pd.DataFrame:
    """The table with other features after `row`, and other outcomes where `row` did not know them."""
    changed = cleaned.copy()
    names = feature_names(cleaned)
    for name in names:
        values = cleaned[name].to_numpy().copy()
        noise = random.standard_normal(len(values) - row - 1)
        values[row + 1 :] = values[row + 1 :] * np.exp(0.3 * noise) + 0.1 * np.nanstd(values) * np.abs(noise)
        changed[name] = values
    told = changed[names[0]].to_numpy()
    signal = (told - np.nanmean(told)) / (np.nanstd(told) or 1.0)
    for horizon in horizons:
        if (mean := mean_name(horizon)) in cleaned:
            changed[mean] = cleaned[mean].mask(np.arange(len(cleaned)) > row, cleaned[mean] + cleaned[mean].std())
        name = target_name(horizon)
        unknown = np.arange(len(cleaned)) > row - horizon
        values = LOUD * cleaned[name].std() * (signal if foretold else random.standard_normal(len(cleaned)))
        changed[name] = cleaned[name].mask(unknown & cleaned[name].notna(), pd.Series(values, index=cleaned.index))
    return changed


def placebo(
    cleaned: pd.DataFrame, evaluation: pd.DataFrame, evaluate: Evaluate, extent: Extent, *, seed: int
) -> Examination:
    """Outcomes dealt to other sessions at random cannot be forecast: who forecasts them has seen them."""
    random = np.random.default_rng(seed)
    horizon = _horizons(evaluation)[0]
    target = target_name(horizon)
    cleaned = _recent(cleaned, evaluation, extent.origins)
    known = np.flatnonzero(cleaned[target].notna())
    statistics = []
    for _ in range(extent.shuffles):
        shuffled = cleaned.copy()
        dealt = cleaned[target].to_numpy().copy()
        dealt[known] = dealt[random.permutation(known)]
        shuffled[target] = dealt
        board = scoreboard(evaluate(shuffled, (horizon,))).set_index("model")
        statistics.append(board["clark_west"].drop(BENCHMARK, errors="ignore"))
    means = pd.DataFrame(statistics).mean() * math.sqrt(extent.shuffles)
    findings = [
        Finding(f"{model}, {horizon} sessions ahead", f"forecasts shuffled outcomes, {value:.1f} standard errors")
        for model, value in means.items()
        if value > PLACEBO_LIMIT
    ]
    question = "Is there no skill in forecasting outcomes that were shuffled?"
    return examination("placebo", question, f"{extent.shuffles} shuffles of {target}", findings)


def canary(cleaned: pd.DataFrame, evaluation: pd.DataFrame, evaluate: Evaluate, extent: Extent) -> Examination:
    """The outcome planted among the features must show as implausible skill: else low skill means nothing."""
    horizon = _horizons(evaluation)[0]
    cleaned = _recent(cleaned, evaluation, extent.origins)
    planted = cleaned.copy()
    planted.insert(1, "canary", cleaned[target_name(horizon)].fillna(0.0))
    board = scoreboard(evaluate(planted, (horizon,)))
    tried = board[board["model"] != BENCHMARK]
    best = float(tried["r2_os"].max()) if len(tried) else math.nan
    caught = tried.empty or best > largest_plausible_r2_os(horizon)
    findings = (
        [] if caught else [Finding("canary", f"the outcome among the features gives an R²_OS of {best:.2%} only")]
    )
    question = "Does the outcome, planted among the features, show as skill too good to be true?"
    said = f"Planted leak detected: {'yes' if caught else 'no'}"
    looked_at = said if len(tried) else "no model but the historical mean"
    return examination("canary", question, looked_at, findings)


def plausible_skill(evaluation: pd.DataFrame, accepted: Collection[tuple[str, int]] = ()) -> Examination:
    """No model does better than is plausible, those aside that a person accepted, by (candidate, horizon).

    It is no part of what stops a model from being stored: there, such a candidate is set aside (`plausible_skill`).
    """
    board = scoreboard(evaluation)
    findings = [
        Finding(f"{row['model']}, {row['horizon']} sessions ahead", f"R²_OS {row['r2_os']:.1%} is too good to be true")
        for row in board.to_dict("records")
        if row["r2_os"] > largest_plausible_r2_os(row["horizon"]) and (row["model"], row["horizon"]) not in accepted
    ]
    question = "Is every R²_OS plausible: at most 1 % at one session, 2 % at 21, unless a person accepted it?"
    return examination("plausible_skill", question, f"{len(board)} models and horizons", findings)


def _recent(cleaned: pd.DataFrame, evaluation: pd.DataFrame, origins: int) -> pd.DataFrame:
    """The newest rows: as many as `origins` forecasts and the training window before them take.

    Without the means of all returns, which know the outcomes where they belong: where outcomes are shuffled or planted
    the table is all the history there is.
    """
    before = int(np.searchsorted(cleaned["session"].to_numpy(), np.datetime64(evaluation["origin"].min())))
    means = [mean_name(horizon) for horizon in _horizons(evaluation)]
    return cleaned.tail(before + origins).drop(columns=means, errors="ignore")


def _horizons(evaluation: pd.DataFrame) -> list[int]:
    return sorted(int(horizon) for horizon in evaluation["horizon"].unique())
