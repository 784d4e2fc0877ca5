"""Planted leaks of forecasts: each is found by the sample of the audit that runs before a model is stored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import pytest

from spx_assets.errors import DataRefused
from spx_assets.forecasting import evaluate, evaluation_rules, forecast_audit
from spx_assets.forecasting.audit import forecast_examinations
from spx_assets.forecasting.truncation import Evaluate
from spx_assets_tests.forecasting.conftest import Made
from spx_assets_tests.forecasting.leaking_candidates import PLANTS, REMEMBERS, Plant
from spx_assets_tests.forecasting.leaks import EVALUATORS, honest_build, honest_evaluate
from spx_assets_tests.forecasting.synthetic import cleaned_like


@pytest.fixture(scope="module")
def honest(observations: pd.DataFrame) -> pd.DataFrame:
    """`cleaned_data` with two horizons."""
    return honest_build(observations)


def found(cleaned: pd.DataFrame, evaluation: pd.DataFrame, rules: Evaluate) -> bool:
    """Whether any examination of the sample finds something; those after it are not asked."""
    return not all(each.passed for each in forecast_examinations(cleaned, evaluation, rules))


@pytest.mark.parametrize("leak", EVALUATORS)
def test_every_leak_of_forecasts_is_found(leak: str, honest: pd.DataFrame) -> None:
    """Whatever the evaluation does with the future."""
    evaluation = EVALUATORS[leak](honest, (1, 5))

    assert found(honest, evaluation, EVALUATORS[leak])


@pytest.mark.parametrize("leak", PLANTS)
def test_every_leak_inside_a_candidate_is_found(leak: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """By what runs before a model is stored, with everything but the plant as it ships."""
    PLANTS[leak].put(monkeypatch)

    assert found(*_evaluated(PLANTS[leak]))


def test_a_candidate_that_remembers_what_it_saw_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """No forecast of it is made again, so nothing can be said of the table."""
    REMEMBERS.put(monkeypatch)

    with pytest.raises(DataRefused, match=r"Remembers, 1 sessions ahead, .* remembers what it saw"):
        found(*_evaluated(REMEMBERS))


def _evaluated(plant: Plant) -> tuple[pd.DataFrame, pd.DataFrame, Evaluate]:
    cleaned = cleaned_like(rows=450, r2=0.01)
    names: dict[str, Any] = {"candidates": (plant.candidate,), "refit_every": 80}
    evaluation = evaluate(cleaned, horizons=(1, 5), first_train=150, **names)
    return cleaned, evaluation, evaluation_rules(cleaned, evaluation, **names)


def test_a_table_that_is_not_made_again_is_refused_not_called_a_leak(honest: pd.DataFrame) -> None:
    """Changed by hand, or made of a table whose last digits were others: the rules of the evaluation do not give it."""
    changed = honest_evaluate(honest, (1, 5))
    changed.loc[changed.index[100], "forecast"] += 1e-6

    with pytest.raises(DataRefused, match=r"was not made of this cleaned_data: made again, .* differs by .*round_trip"):
        next(forecast_examinations(honest, changed, honest_evaluate))


def test_an_evaluation_that_is_blind_is_found(skilled: Made) -> None:
    """Where even the outcome among the features gives no skill, low skill says nothing."""
    rules = evaluation_rules(skilled.cleaned, skilled.evaluation)

    def blind(cleaned: pd.DataFrame, horizons: Sequence[int]) -> pd.DataFrame:
        made = rules(cleaned, horizons)
        return made.assign(forecast=made["benchmark"])

    audit = forecast_audit(skilled.cleaned, blind(skilled.cleaned, (1, 5)), evaluate=blind)

    assert "canary" in [each.name for each in audit.examinations if not each.passed]
