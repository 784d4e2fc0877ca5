"""Exported models predict what ours predict."""

from __future__ import annotations

import io

import joblib
import numpy as np
import pandas as pd
import pytest

from spx_assets import forecasting
from spx_assets.commands import foreign_models
from spx_assets.forecasting import FittedModel
from spx_assets.forecasting.candidates import CANDIDATES, candidate
from spx_assets.forecasting.exercise import Exercise


@pytest.fixture(scope="module", params=[*CANDIDATES, "ridge+ct", "combination+ct", "hist_gradient_boosting+ct"])
def fitted(request: pytest.FixtureRequest, cleaned: pd.DataFrame) -> FittedModel:
    """Each candidate fitted to the embedded data, as if it were deployed."""
    names = [name for name in cleaned.columns if name != "session" and not name.startswith("target_")]
    X, y = cleaned[names].to_numpy(), cleaned["target_1"].to_numpy()
    estimator = candidate(request.param).method.fitted(Exercise(X, y, 504))
    return FittedModel(1, request.param, estimator, tuple(names), {}, X[:4], estimator.predict(X[:4]))


def test_a_joblib_file_predicts_the_same(fitted: FittedModel) -> None:
    """Bit for bit, in scikit-learn."""
    loaded = joblib.load(io.BytesIO(foreign_models.joblib_file(fitted)))  # our own bytes

    assert fitted.golden_predictions.tolist() == loaded.predict(fitted.golden_rows).tolist()


def test_an_onnx_graph_predicts_the_same(fitted: FittedModel) -> None:
    """In double precision, through the reference runtime."""
    reference = pytest.importorskip("onnx.reference", reason="the extra `onnx` is not installed")
    onnx = pytest.importorskip("onnx", reason="the extra `onnx` is not installed")
    graph = onnx.load_from_string(foreign_models.onnx_file(fitted))

    (predicted,) = reference.ReferenceEvaluator(graph).run(None, {"features": fitted.golden_rows})

    assert predicted.dtype == np.float64
    assert predicted.shape == (len(fitted.golden_rows), 1)
    np.testing.assert_allclose(fitted.golden_predictions, predicted.ravel(), rtol=1e-9, atol=1e-12)


def test_encoders_are_those_of_the_command() -> None:
    """Every format that the option offers has its encoder."""
    assert {"joblib", "onnx"} == set(foreign_models.ENCODERS)
    assert forecasting.FittedModel is FittedModel
