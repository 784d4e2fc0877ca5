"""The models that are tried."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from spx_assets.errors import UsageError
from spx_assets.forecasting.candidates import CANDIDATES, candidate
from spx_assets.forecasting.exercise import Exercise
from spx_assets.forecasting.panel import Floats
from spx_assets.forecasting.walk_forward import walk_forward


@pytest.fixture
def sample() -> tuple[Floats, Floats]:
    """Two hundred rows, the last three outcomes not known yet."""
    random = np.random.default_rng(0)
    X = random.standard_normal((200, 3))
    y = X[:, 0] + random.standard_normal(200)
    y[-3:] = np.nan
    return X, y


def test_unknown_names_are_refused_with_the_known_ones() -> None:
    """A typing error in a setting must not pass."""
    with pytest.raises(UsageError, match="historical_mean, ols, ridge"):
        candidate("rigde")


def test_the_historical_mean_forecasts_the_benchmark(sample: tuple[Floats, Floats]) -> None:
    """It is the benchmark itself."""
    X, y = sample

    made = candidate("historical_mean").method.forecasts(Exercise(X, y, 100, horizon=3))

    expected = walk_forward(X, y, LinearRegression(), first_train=100, horizon=3)["benchmark"]
    np.testing.assert_array_equal(made, expected)


def test_ols_forecasts_by_walk_forward(sample: tuple[Floats, Floats]) -> None:
    """Standardised least squares, refitted at every origin."""
    X, y = sample

    made = candidate("ols").method.forecasts(Exercise(X, y, 100, horizon=3))

    estimator = make_pipeline(StandardScaler(), LinearRegression())
    np.testing.assert_array_equal(made, walk_forward(X, y, estimator, first_train=100, horizon=3)["forecast"])


IMPORTED = "sklearn.neighbors.KNeighborsRegressor(n_neighbors=20, weights='uniform')"


def test_names_say_everything(sample: tuple[Floats, Floats]) -> None:
    """Restrictions by suffix, foreign regressors by import path; how often each is refitted."""
    X, y = sample

    restricted = candidate("ols+ct").method.forecasts(Exercise(X, y, 100, horizon=3))

    free = candidate("ols").method.forecasts(Exercise(X, y, 100, horizon=3))
    np.testing.assert_array_equal(restricted, np.maximum(free, 0))
    assert (free < 0).any()
    every = {name: candidate(name, refit_every=63).refit_every for name in (*CANDIDATES, IMPORTED, "random_forest+ct")}
    assert [name for name, step in every.items() if step == 63] == [
        "hist_gradient_boosting", "random_forest", IMPORTED, "random_forest+ct"
    ]  # fmt: skip
    assert every["elastic_net"] == 21
    with pytest.raises(UsageError, match="no candidate"):
        candidate("historical_mean+ct")


@pytest.mark.parametrize("name", [*sorted(CANDIDATES), "combination+ct", "elastic_net+ct", IMPORTED])
def test_what_is_deployed_is_what_was_evaluated(name: str, sample: tuple[Floats, Floats]) -> None:
    """Fitted on what the last refit knew, it gives the walk-forward's forecast there."""
    X, y = sample
    made = candidate(name, refit_every=40)
    last = 102 + (len(y) - 103) // made.refit_every * made.refit_every

    fitted = made.method.fitted(Exercise(X[: last + 1], y[: last + 1], 100, horizon=3))

    forecasts = made.method.forecasts(Exercise(X, y, 100, horizon=3))
    assert fitted.predict(X[last : last + 1])[0] == pytest.approx(forecasts[last - 102], rel=1e-12)
