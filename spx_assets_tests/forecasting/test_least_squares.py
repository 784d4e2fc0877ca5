"""The exact path: for whom, and equal to scikit-learn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sklearn.dummy import DummyRegressor
from sklearn.linear_model import Lasso, LinearRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from spx_assets.forecasting.least_squares import linear_forecasts, recognised
from spx_assets.forecasting.panel import Floats, Panel
from spx_assets.forecasting.schedule import Schedule
from spx_assets.forecasting.walk_forward import walk_forward
from spx_assets_tests.forecasting.synthetic import refitted, relative_difference

EXACT = {
    "ols": LinearRegression(),
    "ridge": Ridge(alpha=3.0),
    "scaled ols": make_pipeline(StandardScaler(), LinearRegression()),
    "scaled ridge": make_pipeline(StandardScaler(), Ridge(alpha=3.0)),
}


class Stubborn(LinearRegression):  # type: ignore[misc]  # scikit-learn ships no types
    """A subclass may override anything."""


@pytest.mark.parametrize(
    "estimator",
    [
        Stubborn(),
        Lasso(),
        DummyRegressor(),
        LinearRegression(fit_intercept=False),
        LinearRegression(positive=True),
        Ridge(solver="lsqr"),
        Ridge(alpha=np.array([1.0])),
        make_pipeline(MinMaxScaler(), Ridge()),
        make_pipeline(StandardScaler(with_std=False), Ridge()),
        make_pipeline(StandardScaler(), StandardScaler(), Ridge()),
    ],
    ids=repr,
)
def test_only_what_is_surely_the_same_takes_the_exact_path(estimator: Any) -> None:
    """Anything else is refitted by its own code."""
    assert recognised(estimator) is None


def ill_scaled(seed: int, rows: int, columns: int, *, digits: float, tail: float) -> tuple[Floats, Floats]:
    """Correlated columns of scales 10^±digits, means several deviations off, heavy tails; y follows them."""
    random = np.random.default_rng(seed)
    values = random.standard_normal((rows, columns)) @ random.standard_normal((columns, columns))
    values = np.sign(values) * np.abs(values) ** tail
    y = values @ random.standard_normal(columns) / np.sqrt(columns) + random.standard_normal(rows)
    scale = 10.0 ** random.uniform(-digits, digits, columns)
    return (values + random.normal(0, 5, columns)) * scale, y


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    name=st.sampled_from(sorted(EXACT)),
    seed=st.integers(0, 10_000),
    columns=st.integers(1, 6),
    digits=st.floats(0, 4),
    tail=st.floats(0.5, 3),
    horizon=st.sampled_from([1, 21]),
    window=st.sampled_from([None, 30, 45]),
    step=st.sampled_from([1, 1, 4, 11]),
    holes=st.floats(0, 0.1),
)
@example(name="ols", seed=212, columns=3, digits=4.0, tail=1.0, horizon=1, window=None, step=1, holes=0.0)
def test_equals_refitting_scikit_learn_at_every_origin(
    *,
    name: str,
    seed: int,
    columns: int,
    digits: float,
    tail: float,
    horizon: int,
    window: int | None,
    step: int,
    holes: float,
) -> None:
    """To 1e-10 of the target, on columns whose scales differ up to 10⁸-fold, with holes, purged, any window."""
    X, y = ill_scaled(seed, 110, columns, digits=digits, tail=tail)
    holed = np.random.default_rng(seed).random(X.shape) < holes / columns
    X = np.where(holed, np.nan, X)
    rules = {"first_train": 40, "horizon": horizon, "step": step, "window": window}

    actual = walk_forward(X, y, EXACT[name], **rules)["forecast"].to_numpy()

    assert relative_difference(actual, refitted(X, y, EXACT[name], **rules), y) < 1e-10


@pytest.mark.parametrize("name", ["scaled ols", "scaled ridge"])
@pytest.mark.parametrize("window", [None, 120])
def test_condition_numbers_to_1e8_stay_on_the_exact_path(name: str, window: int | None) -> None:
    """Standardised columns of scales 10⁻⁴ to 10⁴ are solved from moments at every origin, none refitted."""
    X = np.random.default_rng(5).standard_normal((400, 8)) * np.logspace(-4, 4, 8)
    y = X @ (1 / X.std(axis=0)) + np.random.default_rng(6).standard_normal(400)
    method = recognised(EXACT[name])
    assert method is not None

    forecasts, unsolved = linear_forecasts(Panel.of(X, y), Schedule(400, 150, window=window), method)

    assert 1e8 <= np.linalg.cond(X - X.mean(axis=0)) < 1e9
    assert len(unsolved) == 0
    expected = refitted(X, y, EXACT[name], first_train=150, window=window)
    assert relative_difference(forecasts[:, 0], expected, y) < 1e-12


@pytest.mark.parametrize("name", sorted(EXACT))
@pytest.mark.parametrize("window", [None, 35])
def test_columns_that_defeat_the_arithmetic_are_refitted(name: str, window: int | None) -> None:
    """Duplicates, constants, a dummy that wakes up, an all but constant column: still scikit-learn's forecasts."""
    random = np.random.default_rng(2)
    X = random.standard_normal((120, 6))
    X[:, 1] = X[:, 0]
    X[:, 2] = 0.1
    X[:, 3] = (np.arange(120) > 80).astype(float)
    X[:, 4] = 1e9 + 1e-6 * X[:, 4]
    y = random.standard_normal(120)

    actual = walk_forward(X, y, EXACT[name], first_train=40, window=window)["forecast"].to_numpy()

    expected = refitted(X, y, EXACT[name], first_train=40, window=window)
    assert relative_difference(actual, expected, y) < 1e-10


@pytest.mark.parametrize("name", sorted(EXACT))
def test_more_columns_than_rows(name: str) -> None:
    """Where least squares has many solutions, the forecast is the one scikit-learn chooses."""
    random = np.random.default_rng(4)
    X, y = random.standard_normal((30, 12)), random.standard_normal(30)

    actual = walk_forward(X, y, EXACT[name], first_train=8)["forecast"].to_numpy()

    assert relative_difference(actual, refitted(X, y, EXACT[name], first_train=8), y) < 1e-9


def test_rolling_windows_lose_no_digits() -> None:
    """After a regime 10⁶ times as wild has left the window nothing of its rounding remains."""
    random = np.random.default_rng(8)
    X = random.standard_normal((700, 4))
    X[:300] *= 1e6
    y = random.standard_normal(700)
    estimator = EXACT["scaled ridge"]

    actual = walk_forward(X, y, estimator, first_train=100, window=100)["forecast"].to_numpy()

    expected = refitted(X, y, estimator, first_train=100, window=100)
    assert relative_difference(actual[320:], expected[320:], y) < 1e-13
