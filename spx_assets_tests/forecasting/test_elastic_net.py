"""Elastic net, penalty chosen by past known errors."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.preprocessing import StandardScaler

from spx_assets.forecasting.elastic_net import L1_RATIO, SHARES, ElasticNetPath, path
from spx_assets.forecasting.exercise import Exercise


def ill_scaled() -> tuple[np.ndarray, np.ndarray]:
    """Eight features of very different scales, of which the first matters."""
    random = np.random.default_rng(0)
    X = random.standard_normal((400, 8)) * [1, 10, 100, 1e-3, 1, 1, 1, 1] + 5
    return X, 0.001 * (X[:, 0] - 5) + 0.01 * random.standard_normal(400)


@pytest.mark.parametrize("position", [0, len(SHARES) - 1])
def test_the_path_is_scikit_learns(position: int) -> None:
    """The estimator that is served, fitted anew on standardised features, finds the same slopes."""
    X, y = ill_scaled()

    found = path(X, y, SHARES)

    estimator = found.estimator(position, L1_RATIO).set_params(tol=1e-12, max_iter=100_000)
    expected = estimator.fit(StandardScaler().fit_transform(X), y).coef_
    np.testing.assert_allclose(found.slopes[:, position], expected, atol=1e-9 * y.std(), rtol=0)


def test_the_largest_penalty_is_next_to_the_mean() -> None:
    """Slopes grow as the penalty falls; outcomes that never vary have none."""
    X, y = ill_scaled()

    size = np.abs(path(X, y, SHARES).slopes).sum(axis=0)

    assert 0 < size[0] < size[-1]
    assert not path(X, np.full(400, 0.3), SHARES).slopes.any()


def test_the_choice_does_not_know_its_future() -> None:
    """Cut off, the forecasts up to the cut are the same to the bit."""
    X, y = ill_scaled()
    method = ElasticNetPath(step=7)

    whole = method.forecasts(Exercise(X, y, 120, horizon=5))
    known = np.where(np.arange(300) > 294, np.nan, y[:300])
    cut = method.forecasts(Exercise(X[:300], known, 120, horizon=5))

    np.testing.assert_array_equal(cut, whole[: len(cut)])


def test_a_row_is_forecast_alike_whatever_stands_beside_it() -> None:
    """To the bit: what a memory holds of a longer block is what a shorter one gives by itself."""
    random = np.random.default_rng(0)
    X = random.standard_normal((400, 28))
    found = path(X, 0.001 * X[:, 0] + 0.01 * random.standard_normal(400), SHARES)

    block = found.forecasts(X[:21])

    for rows in range(1, 21):
        np.testing.assert_array_equal(found.forecasts(X[:rows]), block[:rows])
