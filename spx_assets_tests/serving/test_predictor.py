"""The core under the dialects."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from spx_assets.forecasting import FittedModel, TrainedModel, predict, trained_model_files, trained_model_from_files
from spx_assets.forecasting.candidates import CANDIDATES, candidate
from spx_assets.forecasting.compiled import compiled_files
from spx_assets.forecasting.evaluate import predictors_and_target
from spx_assets.forecasting.exercise import Exercise
from spx_assets.serving.deployment import ServedModel
from spx_assets.serving.predictor import Predictor
from spx_assets.serving.problems import Problem


def test_one_row_and_many_agree(model: ServedModel) -> None:
    """Forecast and bounds, for every horizon, level and golden row."""
    for predictor in model.predictors.values():
        rows = predictor.model.golden_rows
        for quantile in predictor.model.score_quantiles.values():
            band = predictor.many(rows, quantile)
            ones = np.array([predictor.one(row, quantile) for row in rows.tolist()])
            np.testing.assert_allclose(ones, np.column_stack(band), rtol=0, atol=1e-12)
            assert (band.lower < band.forecast).all()


def test_the_usual_level_is_ninety_per_cent(model: ServedModel) -> None:
    """And a level that the model has not is refused with those it has."""
    assert model.first.usual_level == 0.9
    with pytest.raises(Problem) as refused:
        model.first.quantile(0.42)
    assert "0.9" in (refused.value.way_out or "")


def test_a_forecast_that_is_no_number_is_refused(model: ServedModel) -> None:
    """Features near the end of double precision."""
    row = [1e308] * len(model.first.model.features)

    with pytest.raises(Problem, match="finite"):
        model.first.one(row, 1e9)
    with pytest.raises(Problem, match="finite"):
        model.first.many(np.array([row]), 1e9)


def test_features_outside_their_range_in_training_are_named(model: ServedModel) -> None:
    """One beyond the largest, in the middle of the rest."""
    core = model.first.model
    row = ((core.minima + core.maxima) / 2).tolist()
    row[2] = float(core.maxima[2]) + 1

    assert model.first.outside(row) == [core.features[2]]


@pytest.mark.parametrize("value", [0.0, -0.0, -16.0, -1e-300])
def test_a_scale_that_is_not_positive_is_rejected_by_name(value: float, model: ServedModel) -> None:
    """It would flatten or reverse the interval: in one row and among many."""
    for predictor in model.predictors.values():
        name = predictor.model.scale_feature
        rows = predictor.model.golden_rows.copy()
        rows[2, predictor.model.features.index(name)] = value

        with pytest.raises(Problem, match=f"{name} is not positive in row 0"):
            predictor.one(rows[2].tolist(), 1.0)
        with pytest.raises(Problem, match=f"{name} is not positive in row 2") as rejected:
            predictor.many(rows, 1.0)
        assert (rejected.value.status, rejected.value.field) == (422, name)


def test_the_scale_of_an_interval_is_its_feature(model: ServedModel) -> None:
    """Twice the feature, twice the width."""
    for predictor in model.predictors.values():
        row = predictor.model.golden_rows[0].tolist()
        twice = list(row)
        twice[predictor.model.features.index(predictor.model.scale_feature)] *= 2
        assert predictor.model.scale_one(twice) == pytest.approx(2 * predictor.model.scale_one(row))


def test_an_answer_outside_the_training_range_says_so(model: ServedModel) -> None:
    """Each feature once, with its range; what the scale means is added; rounding to single precision is inside."""
    core = model.first.model
    rows = np.array([core.minima, core.maxima])
    assert model.first.warnings(rows) == model.first.warnings(rows.astype(np.float32).astype(np.float64)) == []
    scale = core.features.index(core.scale_feature)
    rows[1, [2, scale]] = 100 * core.maxima[[2, scale]]

    told = model.first.warnings(rows)

    assert [core.features[i] for i in sorted([2, scale])] == [each.split()[0] for each in told]
    assert all("in 1 of 2 rows" in each for each in told)
    assert sum("width is proportional" in each for each in told) == 1
    assert len(model.first.warnings_of_one(rows[1].tolist())) == 2
    assert model.first.warnings_of_one(rows[0].tolist()) == []


@pytest.mark.parametrize(
    "name", [*CANDIDATES, "ridge+ct", "combination+ct", "sklearn.tree.DecisionTreeRegressor(max_depth=3)"]
)
def test_a_stored_forecast_is_the_served_one_to_the_last_bit(name: str, cleaned: pd.DataFrame) -> None:
    """Forecast and bounds of the last session, from the files of a deployment and from a request for one row."""
    X, y = predictors_and_target(cleaned, 1)
    estimator = candidate(name, refit_every=252).method.fitted(Exercise(X, y, 504))
    golden = X.to_numpy()[:4]
    fitted = FittedModel(1, name, estimator, tuple(X), {0.9: 1.7}, golden, estimator.predict(golden))
    trained = TrainedModel({1: fitted}, {"horizons": {"1": {}}})

    deployed = trained_model_from_files({**trained_model_files(trained), **compiled_files(trained, cleaned)})
    stored = predict(deployed, cleaned.tail(1), 1).iloc[0].tolist()

    answer = Predictor(deployed.compiled[1]).one(X.to_numpy()[-1].tolist(), 1.7)
    assert list(answer) == stored
