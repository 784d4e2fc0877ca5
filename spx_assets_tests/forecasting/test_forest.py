"""A random forest that is only asked for forecasts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from spx_assets.forecasting import estimators


@pytest.mark.parametrize(("rows", "features"), [(61, 1), (102, 3), (505, 25)])
def test_it_forecasts_as_the_forest_that_serves(rows: int, features: int) -> None:
    """Equal to the bit: few rows and many, whatever share of them each tree draws, with names and without."""
    random = np.random.default_rng(rows)
    X = random.standard_normal((rows, features)).round(1)  # ties, as rounded prices have them
    y = X[:, 0] + random.standard_normal(rows)
    asked = random.standard_normal((40, features))

    served = estimators.random_forest().fit(X, y).predict(asked)

    forest = clone(estimators.forecasting_forest())
    np.testing.assert_array_equal(forest.fit(X, y).predict(asked), served)
    np.testing.assert_array_equal(forest.fit(pd.DataFrame(X), y).predict(pd.DataFrame(asked)), served)


def test_its_settings_are_those_of_the_forest_that_serves() -> None:
    """One place for both."""
    assert estimators.forecasting_forest().get_params() == estimators.random_forest().get_params()
