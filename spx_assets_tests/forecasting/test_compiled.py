"""Estimators as arrays: equal forecasts for whatever was fitted, and no claim where there is no such form."""

from __future__ import annotations

import io
from typing import Any, Self

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import BaseEstimator
from sklearn.compose import TransformedTargetRegressor
from sklearn.dummy import DummyRegressor
from sklearn.ensemble import (
    ExtraTreesRegressor,
    HistGradientBoostingRegressor,
    RandomForestRegressor,
    VotingRegressor,
)
from sklearn.linear_model import ElasticNet, GammaRegressor, LinearRegression, Ridge
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler
from sklearn.tree import DecisionTreeRegressor

from spx_assets import compiled
from spx_assets.forecasting import FittedModel, compiled_files, predict, volatility_scale
from spx_assets.forecasting.compiled import AGREEMENT, compile_model, disagreement, form_of, training_rows
from spx_assets_tests.forecasting.conftest import Made

ESTIMATORS = {
    "mean": DummyRegressor(),
    "ols": LinearRegression(),
    "scaled_ols": make_pipeline(StandardScaler(), LinearRegression()),
    "unscaled": make_pipeline("passthrough", Ridge(3.0)),
    "ridge": make_pipeline(StandardScaler(with_mean=False), Ridge(31.6)),
    "elastic_net": make_pipeline(StandardScaler(with_std=False), ElasticNet(1e-4)),
    "forest": RandomForestRegressor(5, min_samples_leaf=3, random_state=0),
    "scaled_forest": make_pipeline(StandardScaler(), ExtraTreesRegressor(3, random_state=0)),
    "tree": DecisionTreeRegressor(max_leaf_nodes=9, random_state=0),
    "boosting": HistGradientBoostingRegressor(max_iter=8, min_samples_leaf=5, random_state=0),
    "scaled_boosting": make_pipeline(
        StandardScaler(), HistGradientBoostingRegressor(max_iter=3, loss="absolute_error")
    ),
}


class NonNegativeRegressor(BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no annotations
    """Predictions of a regressor, none below zero."""

    def __init__(self, regressor: Any) -> None:
        self.regressor = regressor

    def fit(self, X: Any, y: Any) -> Self:
        """Fit the regressor."""
        self.regressor.fit(X, y)
        return self

    def predict(self, X: Any) -> Any:
        """Its predictions, cut."""
        return np.maximum(self.regressor.predict(X), 0)


ESTIMATORS["restricted"] = NonNegativeRegressor(make_pipeline(StandardScaler(), LinearRegression()))


def fitted(estimator: Any, seed: int = 0, features: int = 4, level: float = 0.0) -> tuple[FittedModel, np.ndarray]:
    """An estimator fitted on random rows, whose features have means of that size and scales over five decades."""
    random = np.random.default_rng(seed)
    X = random.standard_normal((80, features)) * np.geomspace(1e-3, 1e2, features) + level * random.standard_normal(
        features
    )
    y = 0.01 * random.standard_normal(80) + 0.01 * (X[:, 0] > X[:, 0].mean())
    estimator.fit(X, y)
    names = (*(f"feature_{i}" for i in range(features - 1)), "realized_volatility_22")
    return FittedModel(1, "tried", estimator, names, {0.9: 1.6}, X[:8], estimator.predict(X[:8])), X


@settings(max_examples=40, deadline=None)
@given(
    name=st.sampled_from(sorted(ESTIMATORS)),
    seed=st.integers(0, 2**32 - 1),
    features=st.integers(1, 12),
    level=st.sampled_from([0.0, 1.0, 1e4]),
)
def test_whatever_was_fitted_forecasts_the_same_as_arrays(name: str, seed: int, features: int, level: float) -> None:
    """Written, read back, and compared on its own rows and a thousand others, one by one and together."""
    # Far from zero, slopes on raw features lose digits in scikit-learn too: there only centred models are held to this.
    model, X = fitted(ESTIMATORS[name], seed, features, level if name.startswith("scaled") else 0.0)

    made = compile_model(model, X)

    assert made is not None
    assert disagreement(model, compiled.load(compiled.dumps(made)), X) <= AGREEMENT


def test_scaling_is_folded_where_that_costs_no_digits() -> None:
    """A level a million times the scale takes ten of sixteen digits: there the row is centred first."""
    folded = [compile_model(*fitted(ESTIMATORS["scaled_ols"], level=level)) for level in (1.0, 1e8)]

    assert [each.form.folded for each in folded if each and isinstance(each.form, compiled.Linear)] == [True, False]


@pytest.mark.parametrize(
    "estimator",
    [
        KNeighborsRegressor(2),
        VotingRegressor([("ols", LinearRegression())]),
        TransformedTargetRegressor(LinearRegression()),
        GammaRegressor(),
        make_pipeline(PolynomialFeatures(), LinearRegression()),
        HistGradientBoostingRegressor(max_iter=2, loss="poisson"),
        HistGradientBoostingRegressor(max_iter=2, categorical_features=[0]),
    ],
    ids=lambda each: type(each).__name__,
)
def test_other_estimators_have_no_form(estimator: Any) -> None:
    """None rather than a guess: they are served from their skops file."""
    X = np.abs(np.random.default_rng(0).standard_normal((30, 3))).round(1)
    estimator.fit(X, X[:, 0] + 0.1)

    assert form_of(estimator, 3) is None


def test_files_hold_every_horizon_as_trained(skilled: Made) -> None:
    """Names, ranges of the training rows, intervals; plain arrays that numpy reads without pickle."""
    files = compiled_files(skilled.trained, skilled.cleaned)

    assert list(files) == ["horizon_1.npz", "horizon_5.npz"]
    assert compiled_files(skilled.trained, skilled.cleaned) == files
    model, rows = compiled.load(files["horizon_1.npz"]), training_rows(skilled.trained.fitted[1], skilled.cleaned)
    np.testing.assert_array_equal(model.minima, rows.min(axis=0))
    np.testing.assert_array_equal(model.maxima, rows.max(axis=0))
    with np.load(io.BytesIO(files["horizon_1.npz"]), allow_pickle=False) as plain:
        assert {plain[name].dtype.kind for name in plain.files} <= set("biufU")


def test_intervals_are_those_of_the_trained_model(skilled: Made) -> None:
    """Quantile times scale, to the bit."""
    model = compiled.load(compiled_files(skilled.trained, skilled.cleaned)["horizon_5.npz"])
    last = skilled.cleaned.tail(1)
    rows = last[list(model.features)].to_numpy()

    found = predict(skilled.trained, last, 5, [0.9]).iloc[0]

    assert model.scale(rows).tolist() == volatility_scale(last, 5).tolist() == [model.scale_one(rows[0].tolist())]
    forecast, half = model.forecast(rows)[0], model.score_quantiles[0.9] * model.scale(rows)[0]
    pd.testing.assert_series_equal(
        found, pd.Series([forecast, forecast - half, forecast + half], index=found.index, name=found.name), rtol=1e-14
    )
