"""Evaluations and models that several modules look at, made once: without skill, and with planted skill."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
import pytest

from spx_assets.forecasting import (
    Acceptance,
    TrainedModel,
    evaluate,
    evaluation_rules,
    forecast_audit,
    too_good,
    train,
    trials_of,
)
from spx_assets_tests.forecasting.synthetic import cleaned_like

FIRST_TRAIN = 150
HORIZONS = (1, 5)
CHEAP = ("historical_mean", "ols", "ridge")


@dataclass(frozen=True)
class Made:
    """A table of features, its evaluation and the model trained on both."""

    cleaned: pd.DataFrame
    evaluation: pd.DataFrame
    trained: TrainedModel
    accepted: tuple[Acceptance, ...] = ()

    def rows(self, horizon: int, model: str) -> pd.DataFrame:
        """The out-of-sample rows of one model at one horizon."""
        table = self.evaluation
        return table[(table["horizon"] == horizon) & (table["model"] == model)]


def acceptances(cleaned: pd.DataFrame, evaluation: pd.DataFrame, **rules: Any) -> tuple[Acceptance, ...]:
    """A person accepts every candidate that is too good to be true."""
    beyond = too_good(evaluation, trials_of(cleaned, evaluation, **rules))
    return tuple(
        Acceptance(each.trial, each.r2_os, each.forecasts, "planted", "2026-01-02T00:00:00+00:00") for each in beyond
    )


def made(r2: float) -> Made:
    """Evaluate and train on a table with that much skill at one session."""
    cleaned = cleaned_like(r2=r2)
    evaluation = evaluate(cleaned, horizons=HORIZONS, candidates=CHEAP, first_train=FIRST_TRAIN)
    audit = forecast_audit(cleaned, evaluation, evaluate=evaluation_rules(cleaned, evaluation))
    # A fifth explained is too good to be true, and here it is true: a person accepts it.
    accepted = acceptances(cleaned, evaluation)
    rules: dict[str, Any] = {"horizons": HORIZONS, "inputs": {"cleaned_data": "0" * 16}, "accepted": accepted}
    return Made(cleaned, evaluation, train(cleaned, evaluation, audit=audit, **rules), accepted)


@pytest.fixture(scope="session")
def no_skill() -> Made:
    """Returns that no feature predicts."""
    return made(0.0)


@pytest.fixture(scope="session")
def skilled() -> Made:
    """Returns of which `momentum` explains a fifth, one session ahead."""
    return made(0.2)
