"""`train`: per horizon the candidate that forecast best, fitted on all history, or else the historical mean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # ships no annotations

from spx_assets.errors import DataRefused, ModelRefused
from spx_assets.forecasting import model_file
from spx_assets.forecasting.audit import LeakageAudit, forecast_audit
from spx_assets.forecasting.candidates import BENCHMARK, REFIT_EVERY, candidate
from spx_assets.forecasting.evaluate import LEVELS, exercise, predictors_and_target, too_short
from spx_assets.forecasting.import_path import is_import_path
from spx_assets.forecasting.intervals import conformal_quantiles
from spx_assets.forecasting.model_card import Circumstances, model_card
from spx_assets.forecasting.plausible_skill import Acceptance, set_aside_at, too_good
from spx_assets.forecasting.schedule import FEWEST_OUTCOMES
from spx_assets.forecasting.trained_model import FittedModel, TrainedModel
from spx_assets.forecasting.trials import Trial, merged, trials_of
from spx_assets.forecasting.truncation import evaluation_rules, first_training_rows, known_at

GOLDEN_ROWS = 8


def train(  # noqa: PLR0913 - what was evaluated, under which rules, and what the card has to say of it
    cleaned: pd.DataFrame,
    evaluation: pd.DataFrame,
    *,
    horizons: Sequence[int] = (1, 5, 21),
    candidates: Sequence[str] | None = None,
    refit_every: int = REFIT_EVERY,
    levels: Sequence[float] = LEVELS,
    inputs: Mapping[str, str] | None = None,
    audit: LeakageAudit | None = None,
    trials: Sequence[Trial] = (),
    sample: Mapping[str, Any] | None = None,
    accepted: Sequence[Acceptance] = (),
) -> TrainedModel:
    """Fit the chosen candidate of each horizon, and write the card.

    Fitted as the evaluation's refits were, on every session whose return is known. `evaluation` is `evaluate`'s table
    of the same `cleaned`; `candidates` are those to choose from, all of the evaluation unless given; `inputs` maps the
    assets it was made from to their versions; `audit` is what `audited_evaluation` found; `trials` are those of earlier
    evaluations, to which this one's are added; `sample` is the record of the sample, for the card; a candidate that is
    too good to be true is not chosen unless it is among `accepted`. The intervals take the errors of the chosen
    candidate's out-of-sample forecasts.
    """
    names = tuple(dict.fromkeys(evaluation["model"])) if candidates is None else tuple(candidates)
    _refuse_too_few_outcomes(cleaned, evaluation, horizons)
    now = trials_of(cleaned, evaluation, candidates=names, refit_every=refit_every)
    tried, beyond = merged(trials, now), too_good(evaluation, now, accepted)
    makers = Makers(cleaned, evaluation, levels, refit_every)
    fitted, rivals, passed_over = {}, {}, {}
    # One thread of linear algebra: sums split over more would round differently on another machine.
    with threadpool_limits(limits=1):
        for horizon in sorted(horizons):
            aside = [each.trial.candidate for each in set_aside_at(beyond, horizon)]
            errors = squared_errors(evaluation, horizon, names).drop(aside, errors="ignore")
            fitted[horizon], passed_over[horizon] = makers.best(errors, horizon)
            if fitted[horizon].name == BENCHMARK and len(errors) > 1:
                # What the best model looks like is worth showing even where it is not good enough to serve.
                rivals[horizon] = makers.fit(str(errors.drop(BENCHMARK).idxmin()), horizon)
        record = audit.record if audit else []
        known = Circumstances(inputs or {}, record, tried, passed_over, refit_every, sample or {}, beyond)
        return TrainedModel(fitted, model_card(cleaned, evaluation, fitted, rivals, known))


def _refuse_too_few_outcomes(cleaned: pd.DataFrame, evaluation: pd.DataFrame, horizons: Iterable[int]) -> None:
    for horizon in sorted(horizons, reverse=True):
        rows = evaluation[(evaluation["horizon"] == horizon) & (evaluation["model"] == BENCHMARK)]
        if len(rows) and rows["realised"].notna().sum() < FEWEST_OUTCOMES:
            raise too_short(cleaned, horizon, first_training_rows(cleaned, rows, horizon))


def audited_evaluation(
    cleaned: pd.DataFrame,
    evaluation: pd.DataFrame,
    *,
    candidates: Sequence[str] = (),
    refit_every: int = REFIT_EVERY,
) -> LeakageAudit:
    """The sampled leakage audit of the forecasts a model is chosen by; the model card carries its record."""
    _refuse_too_few_outcomes(cleaned, evaluation, evaluation["horizon"].unique())
    rules = evaluation_rules(cleaned, evaluation, candidates=candidates, refit_every=refit_every)
    return forecast_audit(cleaned, evaluation, evaluate=rules)


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


@dataclass(frozen=True, eq=False)
class Makers:
    """What fitting any candidate takes."""

    cleaned: pd.DataFrame
    evaluation: pd.DataFrame
    levels: Sequence[float]
    refit_every: int

    def best(self, errors: pd.Series, horizon: int) -> tuple[FittedModel, dict[str, str]]:
        """The fitted candidate with the lowest error among those that can be stored, and why others cannot."""
        passed_over: dict[str, str] = {}
        while True:
            chosen = best_candidate(errors)
            made = self.fit(chosen, horizon)
            # The platform's own are known to fit in a model file; of others one learns it by writing them.
            why = unstorable(made) if is_import_path(chosen) else ""
            if not why:
                return made, passed_over
            passed_over[chosen] = why
            errors = errors.drop(chosen)

    def rows(self, name: str, horizon: int) -> pd.DataFrame:
        """The evaluation of one candidate at one horizon."""
        return self.evaluation[(self.evaluation["horizon"] == horizon) & (self.evaluation["model"] == name)]

    def at_last_refit(self, name: str, horizon: int) -> Makers:
        """The same as known when the evaluation last refitted the candidate."""
        rows = self.rows(name, horizon)
        since = (len(rows) - 1) % candidate(name, refit_every=self.refit_every).refit_every
        known = known_at(self.cleaned, len(self.cleaned) - 1 - since, [horizon])
        return replace(self, cleaned=known, evaluation=rows.iloc[: len(rows) - since])

    def fit(self, name: str, horizon: int) -> FittedModel:
        """A candidate fitted on all history, with the interval quantiles its past errors give today."""
        X, _ = predictors_and_target(self.cleaned, horizon)
        rows = self.rows(name, horizon)
        first_train = first_training_rows(self.cleaned, rows, horizon)
        found = candidate(name, refit_every=self.refit_every)
        estimator = found.method.fitted(exercise(self.cleaned, horizon, first_train))
        known = (rows["realised"], rows["forecast"], rows["scale"])
        quantiles = conformal_quantiles(*known, self.levels, horizon=horizon)
        golden = X.to_numpy()[np.linspace(0, len(X) - 1, GOLDEN_ROWS).astype(int)]
        return FittedModel(
            horizon=horizon,
            name=name,
            estimator=estimator,
            features=tuple(X.columns),
            score_quantiles=dict(zip(self.levels, quantiles[-1].tolist(), strict=True)),
            golden_rows=golden,
            golden_predictions=np.asarray(estimator.predict(golden), dtype=np.float64),
        )


def unstorable(made: FittedModel) -> str:
    """Why a fitted model cannot be written to a file of ours and read back; empty when it can."""
    try:
        model_file.loads(model_file.dumps(made.estimator))
    except ModelRefused as refused:
        return refused.evidence
    except Exception as error:  # noqa: BLE001 - skops raises many types of its own for what it cannot write
        return f"{type(error).__name__}: {error}"
    return ""
