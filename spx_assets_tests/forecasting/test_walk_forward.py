"""Out-of-sample forecasts: the rows they use, and the rows they do not."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import Lasso, LinearRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from spx_assets.errors import DataRefused, UsageError
from spx_assets.forecasting.panel import Floats
from spx_assets.forecasting.walk_forward import walk_forward, walk_forward_penalties
from spx_assets_tests.forecasting.synthetic import refitted, relative_difference


def panel(rows: int = 90, columns: int = 3, seed: int = 0) -> tuple[Floats, Floats]:
    """A little signal in a lot of noise."""
    random = np.random.default_rng(seed)
    X = random.standard_normal((rows, columns))
    return X, 0.3 * X[:, 0] + random.standard_normal(rows)


def test_by_hand() -> None:
    """Three known rows on the line y = 2x + 1 forecast 2·5 + 1; the benchmark is their mean."""
    X = np.array([[0.0], [1.0], [3.0], [5.0]])
    y = np.array([1.0, 3.0, 7.0, np.nan])

    actual = walk_forward(X, y, LinearRegression(), first_train=3)

    assert actual.index.tolist() == [3]
    np.testing.assert_allclose(actual.to_numpy(), [[11.0, 11.0 / 3]], rtol=1e-14)


def test_one_row_per_origin_to_the_last_with_the_index_of_x() -> None:
    """Origins whose outcome is not known yet are forecast too."""
    X, y = panel()
    y[-5:] = np.nan
    frame = pd.DataFrame(X, index=pd.date_range("2020-01-01", periods=90))

    actual = walk_forward(frame, pd.Series(y, index=frame.index), Ridge(), first_train=40, horizon=5)

    assert actual.columns.tolist() == ["forecast", "benchmark"]
    assert actual.index.equals(frame.index[44:])
    assert np.isfinite(actual.to_numpy()).all()


def test_benchmark_expands_over_all_known_outcomes() -> None:
    """Whatever the window of the fit, and also over rows whose predictors are missing."""
    X, y = panel()
    X[3] = np.nan
    y[7] = np.nan

    actual = walk_forward(X, y, LinearRegression(), first_train=40, horizon=3, window=20)["benchmark"]

    np.testing.assert_allclose(actual, [np.nanmean(y[: t - 2]) for t in range(42, 90)], rtol=1e-13)


def test_a_missing_predictor_leaves_the_forecast_missing() -> None:
    """And its row out of later fits; other forecasts go on."""
    X, y = panel()
    X[60, 1] = np.nan

    actual = walk_forward(X, y, LinearRegression(), first_train=40)["forecast"]

    assert np.flatnonzero(actual.isna()).tolist() == [20]
    assert relative_difference(actual.to_numpy(), refitted(X, y, LinearRegression(), first_train=40), y) < 1e-12


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 1000),
    cut=st.integers(45, 85),
    horizon=st.sampled_from([1, 3, 10]),
    window=st.sampled_from([None, 25]),
    estimator=st.sampled_from([LinearRegression(), Ridge(), make_pipeline(StandardScaler(), Ridge())]),
    damage=st.sampled_from([0.0, 1e6, np.nan]),
)
def test_the_future_changes_no_forecast(
    seed: int, cut: int, horizon: int, window: int | None, estimator: Any, damage: float
) -> None:
    """Whatever happens to predictors after t and to outcomes after t − horizon, forecasts up to t stay."""
    X, y = panel(seed=seed)
    rules = {"first_train": 30, "horizon": horizon, "window": window}
    before = walk_forward(X, y, estimator, **rules)
    X_after, y_after = X.copy(), y.copy()
    X_after[cut + 1 :] = damage
    y_after[cut - horizon + 1 :] = damage

    after = walk_forward(X_after, y_after, estimator, **rules)
    truncated = walk_forward(X[: cut + 1], np.append(y[: cut - horizon + 1], [np.nan] * horizon), estimator, **rules)

    np.testing.assert_allclose(after.loc[:cut], before.loc[:cut], rtol=0, atol=1e-12)
    np.testing.assert_allclose(truncated, before.loc[:cut], rtol=0, atol=1e-12)


def test_without_the_purge_the_forecast_would_differ() -> None:
    """The last known outcome does matter: the horizon moves the boundary by exactly its rows."""
    X, y = panel()
    y_changed = y.copy()
    y_changed[50] += 1.0

    changed = walk_forward(X, y_changed, Ridge(), first_train=30, horizon=4)["forecast"]
    same = walk_forward(X, y, Ridge(), first_train=30, horizon=4)["forecast"]

    assert changed.index[~np.isclose(changed, same, rtol=0, atol=1e-9)][0] == 54


@pytest.mark.parametrize("estimator", [Lasso(alpha=0.01), RandomForestRegressor(4, random_state=1)], ids=repr)
def test_any_regressor_is_refitted_and_jobs_change_nothing(estimator: Any) -> None:
    """The forecasts of the plain loop; in two processes the same to the last bit."""
    X, y = panel(rows=60)
    rules = {"first_train": 40, "horizon": 2, "step": 3, "window": 30}

    alone = walk_forward(X, y, estimator, **rules)
    shared = walk_forward(X, y, estimator, **rules, n_jobs=2)

    pd.testing.assert_frame_equal(alone, shared, check_exact=True)
    np.testing.assert_allclose(alone["forecast"], refitted(X, y, estimator, **rules), rtol=1e-12)


def test_named_predictors_reach_the_estimator_by_name() -> None:
    """A pipeline that selects columns by name works; so does one on bare arrays."""
    from sklearn.compose import make_column_transformer  # noqa: PLC0415  # only here

    X, y = panel(rows=50)
    frame = pd.DataFrame(X, columns=["a", "b", "c"])
    by_name = make_pipeline(make_column_transformer(("passthrough", ["a"])), LinearRegression())

    actual = walk_forward(frame, y, by_name, first_train=40)["forecast"].to_numpy()

    expected = walk_forward(X[:, :1], y, LinearRegression(), first_train=40)["forecast"].to_numpy()
    np.testing.assert_allclose(actual, expected, rtol=1e-12)


def test_a_window_without_a_complete_row_is_refused() -> None:
    """At the first row that could be forecast, with what is missing."""
    X, y = panel()
    X[:50, 2] = np.nan

    with pytest.raises(DataRefused, match="Nothing can be fitted at row 50: rows 0 to 49"):
        walk_forward(X, y, LinearRegression(), first_train=40)


def test_a_grid_of_penalties_equals_each_alone() -> None:
    """One column per penalty, shared moments, the same forecasts."""
    X, y = panel(rows=120, columns=5)
    penalties = (0.1, 10.0, 1000.0)

    grid = walk_forward_penalties(X, y, penalties, first_train=50, horizon=3, window=40)

    assert grid.columns.tolist() == list(penalties)
    for penalty in penalties:
        alone = make_pipeline(StandardScaler(), Ridge(alpha=penalty))
        expected = refitted(X, y, alone, first_train=50, horizon=3, window=40)
        assert relative_difference(grid[penalty].to_numpy(), expected, y) < 1e-12


def test_a_grid_on_a_singular_window_is_refitted() -> None:
    """Tiny penalties on duplicated columns: scikit-learn's forecasts, not rounding."""
    X, y = panel(rows=60)
    X[:, 1] = X[:, 0]

    grid = walk_forward_penalties(X, y, (1e-12, 1.0), first_train=50)

    expected = refitted(X, y, make_pipeline(StandardScaler(), Ridge(alpha=1.0)), first_train=50)
    assert relative_difference(grid[1.0].to_numpy(), expected, y) < 1e-12


@pytest.mark.parametrize("penalties", [(), (-1.0,), (np.nan,)])
def test_penalties_must_be_numbers_from_zero(penalties: tuple[float, ...]) -> None:
    """Anything else is a mistake."""
    with pytest.raises(UsageError, match="Penalties"):
        walk_forward_penalties(*panel(), penalties, first_train=40)


def test_what_is_no_regressor_is_refused() -> None:
    """A class in place of an instance, nothing at all, and no process to work in."""
    X, y = np.zeros((30, 1)), np.zeros(30)

    for estimator, jobs in ((Ridge, 1), (None, 1), (Ridge(), 0)):
        with pytest.raises(UsageError, match=r"no scikit-learn regressor|n_jobs"):
            walk_forward(X, y, estimator, first_train=10, n_jobs=jobs)


def test_a_predictor_that_is_never_known_forecasts_nothing() -> None:
    """Every forecast is missing, without a warning; the benchmark is there."""
    X, y = np.full((30, 1), np.nan), np.arange(30.0)

    with warnings.catch_warnings(action="error"):
        made = walk_forward(X, y, LinearRegression(), first_train=10)

    assert made["forecast"].isna().all()
    assert made["benchmark"].notna().all()
