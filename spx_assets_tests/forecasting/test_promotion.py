"""The gates of promotion: each passes for a good model and stops a bad one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.dummy import DummyRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures

from spx_assets.compiled import Linear, Trees
from spx_assets.forecasting import GATES, FittedModel, Gate, TrainedModel, evaluate, gates, train
from spx_assets.forecasting.compiled import form_of
from spx_assets.forecasting.train import Makers
from spx_assets_tests.forecasting.conftest import Made, acceptances
from spx_assets_tests.forecasting.synthetic import cleaned_like


def judged(made: Made, trained: TrainedModel, serving: TrainedModel | None = None) -> dict[str, Gate]:
    """Gates by name."""
    return {gate.name: gate for gate in gates(trained, serving, made.evaluation, made.cleaned, accepted=made.accepted)}


def with_model(made: Made, horizon: int, fitted: FittedModel) -> TrainedModel:
    """The trained model with one horizon's model exchanged."""
    return TrainedModel({**made.trained.fitted, horizon: fitted}, made.trained.card)


def test_a_good_model_passes_every_gate(no_skill: Made, skilled: Made) -> None:
    """In the announced order, each with a reason, with and without something serving."""
    for made in (no_skill, skilled):
        for serving in (None, made.trained):
            found = gates(made.trained, serving, made.evaluation, made.cleaned, accepted=made.accepted)
            assert [gate.name for gate in found] == list(GATES)
            assert [gate.name for gate in found if not gate.passed] == []
            assert all(gate.reason for gate in found)


def constant(made: Made, value: float, name: str) -> TrainedModel:
    """Horizon 1 answered by a constant that calls itself `name`, consistent with its golden predictions."""
    estimator = DummyRegressor(strategy="constant", constant=0.0).fit([[0.0]], [0.0])
    estimator.constant_ = np.array([[value]])
    fitted = replace(made.trained.fitted[1], name=name, estimator=estimator, golden_predictions=np.full(8, value))
    return with_model(made, 1, fitted)


def test_a_forecast_that_is_not_finite_is_stopped(skilled: Made) -> None:
    """NaN everywhere, agreed with by its golden predictions, still does not serve."""
    found = judged(skilled, constant(skilled, np.nan, "ols"))

    assert not found["finite_forecasts"].passed
    assert not found["golden_predictions"].passed


def test_a_constant_that_is_not_the_mean_is_stopped(skilled: Made) -> None:
    """A fitted model that says the same to everything has lost its coefficients."""
    assert not judged(skilled, constant(skilled, 0.001, "ols"))["not_constant"].passed
    assert judged(skilled, constant(skilled, 0.001, "historical_mean"))["not_constant"].passed


def test_a_model_off_its_golden_predictions_is_stopped(skilled: Made) -> None:
    """By as little as a millionth of a per cent."""
    fitted = skilled.trained.fitted[1]
    shifted = replace(fitted, golden_predictions=fitted.golden_predictions + 1e-8)

    gate = judged(skilled, with_model(skilled, 1, shifted))["golden_predictions"]

    assert not gate.passed
    assert "golden" in gate.reason


def test_arrays_that_forecast_otherwise_are_stopped(skilled: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    """A form off by a ten-billionth of a return, its golden predictions with it, does not serve."""

    def off(estimator: object, features: int) -> Linear | Trees | None:
        form = form_of(estimator, features)
        return replace(form, intercept=form.intercept + 1e-10) if isinstance(form, Linear) else form

    monkeypatch.setattr("spx_assets.forecasting.compiled.form_of", off)

    gate = judged(skilled, skilled.trained)["compiled_equals_model"]

    assert not gate.passed
    assert "golden" in gate.reason or "1.0e-10" in gate.reason


def test_a_model_without_a_form_as_arrays_may_serve(skilled: Made) -> None:
    """From its skops file, and the gate says so."""
    fitted = skilled.trained.fitted[1]
    other = make_pipeline(PolynomialFeatures(1), clone(fitted.estimator)).fit(
        fitted.golden_rows, fitted.golden_predictions
    )

    gate = judged(skilled, with_model(skilled, 1, replace(fitted, estimator=other)))["compiled_equals_model"]

    assert gate.passed
    assert "served from its skops file" in gate.evidence["horizon 1"]


def test_a_model_that_was_not_the_one_evaluated_is_stopped(skilled: Made) -> None:
    """The scores must be those of what serves."""
    other = replace(skilled.trained.fitted[1], estimator=skilled.trained.fitted[5].estimator)

    assert not judged(skilled, with_model(skilled, 1, other))["evaluated_as_served"].passed


def test_a_model_refitted_seldom_serves_fitted_on_all_history() -> None:
    """It is not the fit of the last refit, which the evaluation knows; and that fit, left to age, does not serve."""
    cleaned = cleaned_like(r2=0.3)
    rules: dict[str, Any] = {"candidates": ("sklearn.tree.DecisionTreeRegressor(max_depth=2)",), "refit_every": 80}
    evaluation = evaluate(cleaned, horizons=(1,), first_train=150, **rules)
    rules["accepted"] = acceptances(cleaned, evaluation, **rules)
    trained = train(cleaned, evaluation, horizons=(1,), **rules)
    stale = Makers(cleaned, evaluation, (), 80).at_last_refit(trained.at(1).name, 1).fit(trained.at(1).name, 1)

    served, aged = (
        {gate.name: gate for gate in gates(each, None, evaluation, cleaned, **rules)}["evaluated_as_served"]
        for each in (trained, replace(trained, fitted={1: stale}))
    )

    assert trained.card["horizons"]["1"]["training_window"]["sessions"] == cleaned["target_1"].notna().sum()
    assert served.passed
    assert not aged.passed


@pytest.mark.parametrize(
    ("new", "serving", "passes"), [("historical_mean", "ols", False), ("ols", "historical_mean", True)]
)
def test_a_model_worse_than_what_serves_is_stopped(skilled: Made, new: str, serving: str, *, passes: bool) -> None:
    """By squared error on the common window."""
    fitted = skilled.trained.fitted[1]
    candidate = with_model(skilled, 1, replace(fitted, name=new))

    gate = judged(skilled, candidate, with_model(skilled, 1, replace(fitted, name=serving)))["not_worse_than_serving"]

    assert gate.passed is passes


def test_a_model_worse_by_nothing_is_not_stopped(skilled: Made) -> None:
    """A squared error higher in the seventh digit is no reason to hold a model back."""
    fitted = skilled.trained.fitted[1]
    evaluation = skilled.evaluation.copy()
    rows = evaluation["model"] == "ridge"
    other = evaluation[evaluation["model"] == "ols"].set_index(["horizon", "origin"])["forecast"]
    keys = evaluation.loc[rows].set_index(["horizon", "origin"]).index
    noise = np.random.default_rng(0).standard_normal(rows.sum())
    evaluation.loc[rows, "forecast"] = other.reindex(keys).to_numpy() + 1e-5 * noise
    new, serving = (with_model(skilled, 1, replace(fitted, name=name)) for name in ("ridge", "ols"))

    ways = [(new, serving), (serving, new)]
    found = [gates(one, other_way, evaluation, skilled.cleaned) for one, other_way in ways]

    assert [gate.passed for each in found for gate in each if gate.name == "not_worse_than_serving"] == [True, True]


def test_something_serving_that_cannot_be_made_again_is_replaced_by_what_beats_the_mean(skilled: Made) -> None:
    """The historical mean stands in for it: a model worse than that does not serve."""
    serving = with_model(skilled, 1, replace(skilled.trained.fitted[1], name="oracle"))
    shuffled = skilled.evaluation.copy()
    rows = (shuffled["horizon"] == 1) & (shuffled["model"] == skilled.trained.fitted[1].name)
    shuffled.loc[rows, "forecast"] *= -3

    good = judged(skilled, skilled.trained, serving)["not_worse_than_serving"]
    bad = {gate.name: gate for gate in gates(skilled.trained, serving, shuffled, skilled.cleaned)}

    assert good.passed
    assert good.evidence["horizon 1"].startswith("oracle serves and is no candidate now; ")
    assert "over historical_mean" in good.evidence["horizon 1"]
    assert not bad["not_worse_than_serving"].passed


def test_a_candidate_that_serves_and_was_dropped_is_evaluated_for_the_test(skilled: Made) -> None:
    """On the common window, as if it were a candidate still."""
    fitted = skilled.trained.fitted[1]
    serving = with_model(skilled, 1, replace(fitted, name="ols"))
    kept = skilled.evaluation.query("model != 'ols'")
    found = [
        {
            gate.name: gate
            for gate in gates(with_model(skilled, 1, replace(fitted, name=name)), serving, kept, skilled.cleaned)
        }
        for name in ("ridge", "historical_mean")
    ]

    assert [each["not_worse_than_serving"].passed for each in found] == [True, False]
    assert found[0]["not_worse_than_serving"].evidence["horizon 1"].startswith("ridge over ols: ")


def test_a_new_horizon_has_nothing_to_beat(skilled: Made) -> None:
    """What serves knows only horizon 1."""
    serving = TrainedModel({1: skilled.trained.fitted[1]}, skilled.trained.card)

    assert judged(skilled, skilled.trained, serving)["not_worse_than_serving"].evidence["horizon 5"] == "new"


def test_forecasts_that_saw_the_future_stop(skilled: Made) -> None:
    """An evaluation that data cut off earlier does not reproduce."""
    leaked = skilled.evaluation.copy()
    leaked["forecast"] += 1e-9 * leaked["realised"].abs().mean()

    found = {gate.name: gate for gate in gates(skilled.trained, None, leaked, skilled.cleaned)}

    assert not found["no_look_ahead"].passed


def test_a_model_without_a_clean_audit_is_stopped(skilled: Made) -> None:
    """Neither a finding nor a card without an audit passes."""
    record = [dict(row) for row in skilled.trained.card["leakage_audit"]]
    record[0] |= {"passed": False, "findings": ["ols: changes"]}
    found = [
        judged(skilled, TrainedModel(skilled.trained.fitted, {**skilled.trained.card, "leakage_audit": audit}))
        for audit in (record, [])
    ]

    assert [gates["leakage_audit"].passed for gates in found] == [False, False]
    assert "prediction_truncation" in found[0]["leakage_audit"].reason
