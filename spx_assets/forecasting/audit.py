"""The leakage audit: every way in which a forecast could know its future, tried on the pipeline itself.

`audit_features` and `audit_forecasts` hold the examinations; here they become one verdict. A pipeline is two
functions, `build` (observations to features and targets) and `evaluate` (features to forecasts): the audit asks
them again about data cut off, changed and shuffled, and believes no table that they do not reproduce.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import time
from itertools import chain
from typing import Any

import pandas as pd

from spx_assets.forecasting import audit_features as on_features
from spx_assets.forecasting import audit_forecasts as on_forecasts
from spx_assets.forecasting.audit_features import Build
from spx_assets.forecasting.audit_finding import Examination, Finding
from spx_assets.forecasting.truncation import Evaluate
from spx_assets.market.calendar import CLOSE

SEED = 20_101


@dataclass(frozen=True)
class LeakageAudit:
    """What was examined, in order, and every leak that was found."""

    examinations: tuple[Examination, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding of every examination."""
        return tuple(finding for examination in self.examinations for finding in examination.findings)

    @property
    def passed(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    @property
    def record(self) -> list[dict[str, Any]]:
        """One JSON-able row per examination, for a model card."""
        return [examination.record for examination in self.examinations]


def leakage_audit(  # noqa: PLR0913 - tables, the pipeline, and how much is looked at
    observations: pd.DataFrame,
    cleaned: pd.DataFrame,
    evaluation: pd.DataFrame,
    *,
    build: Build,
    evaluate: Evaluate,
    decision_time: time = CLOSE,
    sessions: int = on_features.CUTS,
    accepted: Collection[tuple[str, int]] = (),
    progress: Callable[[Examination], None] | None = None,
) -> LeakageAudit:
    """The whole audit: `cleaned` is `build(observations)`, `evaluation` is `evaluate(cleaned, horizons)`.

    `sessions` cuts are spread over the sample for feature truncation; sessions on which a revision is about to
    become known are added. `accepted` are the candidates, with their horizons, that a person accepted although they are
    too good to be true. `progress` hears of every examination that is done. Deterministic: shuffles and
    perturbations have a fixed seed.
    """
    source = on_features.Source(observations, build, decision_time)
    made = []
    for each in chain(
        _of_features(source, cleaned, sessions),
        forecast_examinations(cleaned, evaluation, evaluate, on_forecasts.THOROUGH),
        (on_forecasts.plausible_skill(evaluation, accepted),),
    ):
        made.append(each)
        if progress is not None:
            progress(each)
    return LeakageAudit(tuple(made))


def feature_audit(
    observations: pd.DataFrame,
    cleaned: pd.DataFrame,
    *,
    build: Build,
    decision_time: time = CLOSE,
    sessions: int = on_features.CUTS,
) -> LeakageAudit:
    """The examinations of observations, features and targets."""
    source = on_features.Source(observations, build, decision_time)
    return LeakageAudit(tuple(_of_features(source, cleaned, sessions)))


def forecast_audit(cleaned: pd.DataFrame, evaluation: pd.DataFrame, *, evaluate: Evaluate) -> LeakageAudit:
    """The examinations that need no observations, on a sample that costs little beside an evaluation."""
    return LeakageAudit(tuple(forecast_examinations(cleaned, evaluation, evaluate)))


def forecast_examinations(
    cleaned: pd.DataFrame,
    evaluation: pd.DataFrame,
    evaluate: Evaluate,
    extent: on_forecasts.Extent = on_forecasts.SAMPLE,
) -> Iterator[Examination]:
    """Those of `forecast_audit`, each made when it is asked for."""
    yield on_forecasts.prediction_truncation_audit(cleaned, evaluation, evaluate, extent)
    yield on_forecasts.prediction_perturbation(cleaned, evaluation, evaluate, extent, seed=SEED)
    yield on_forecasts.placebo(cleaned, evaluation, evaluate, extent, seed=SEED)
    yield on_forecasts.canary(cleaned, evaluation, evaluate, extent)


def _of_features(source: on_features.Source, cleaned: pd.DataFrame, sessions: int) -> Iterator[Examination]:
    yield on_features.known_at(source.observations)
    yield on_features.feature_truncation(source, cleaned, sessions=sessions)
    yield on_features.target_timing(source, cleaned)
    yield on_features.future_perturbation(source, cleaned, seed=SEED)
    yield on_features.warm_up(source, cleaned)
    yield on_features.feature_canary(source, cleaned)
