"""Campbell and Thompson's restrictions."""

from __future__ import annotations

import numpy as np

from spx_assets.features import feature_names
from spx_assets.forecasting import estimators
from spx_assets.forecasting.exercise import Exercise
from spx_assets.forecasting.method import Refitted
from spx_assets.forecasting.restrictions import SIGNS, NonNegative


def test_no_forecast_is_negative_and_no_other_changes() -> None:
    """Nor does the fitted model give one."""
    random = np.random.default_rng(0)
    X = random.standard_normal((150, 2))
    y = X[:, 0] + random.standard_normal(150)
    exercise = Exercise(X, y, 60)

    free, bound = (method.forecasts(exercise) for method in (Refitted(estimators.ols), both()))

    np.testing.assert_array_equal(bound, np.maximum(free, 0))
    assert (free < 0).any()
    assert both().fitted(exercise).predict(X).min() == 0
    assert NonNegative(Refitted(estimators.ols, 7)).step == 7


def both() -> NonNegative:
    """Least squares, cut at zero."""
    return NonNegative(Refitted(estimators.ols))


def test_signs_are_of_features_there_are(cleaned: object) -> None:
    """All but the term spread, which the embedded data lack, are in the embedded features."""
    names = set(feature_names(cleaned))  # type: ignore[arg-type] # the session's table

    assert set(SIGNS) - names == {"term_spread"}
    assert set(SIGNS.values()) == {1, -1}
