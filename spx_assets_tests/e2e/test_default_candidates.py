"""The candidates that ship by default, and the options, from features to promotion: other tests take cheaper ones."""

from __future__ import annotations

from typing import Any

from spx_assets import forecasting
from spx_assets.forecasting import CANDIDATES
from spx_assets_tests.forecasting.conftest import acceptances
from spx_assets_tests.forecasting.synthetic import cleaned_like

OPTIONS = ("ols+ct", "elastic_net+ct", "combination+ct", "sklearn.tree.DecisionTreeRegressor(max_depth=2)")


def test_every_candidate_is_evaluated_audited_trained_and_promoted() -> None:
    """The audit finds nothing, every trial is counted, and the best of them passes every gate."""
    cleaned = cleaned_like(rows=400, r2=0.04)
    names = (*CANDIDATES, *OPTIONS)
    rules: dict[str, Any] = {"candidates": names, "refit_every": 100}
    evaluation = forecasting.evaluate(cleaned, horizons=(1,), first_train=200, **rules)

    audit = forecasting.audited_evaluation(cleaned, evaluation, **rules)
    rules["accepted"] = acceptances(cleaned, evaluation, **rules)
    trained = forecasting.train(cleaned, evaluation, horizons=(1,), audit=audit, **rules)

    assert audit.findings == ()
    assert trained.card["trials"]["count"] == len(names) - 1
    assert trained.at(1).name != "historical_mean"
    promoted = forecasting.gates(trained, None, evaluation, cleaned, **rules)
    assert [(gate.name, gate.reason) for gate in promoted if not gate.passed] == []
