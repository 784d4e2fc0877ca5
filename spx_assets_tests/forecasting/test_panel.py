"""Predictors and target, checked once."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from spx_assets.errors import DataRefused, UsageError
from spx_assets.forecasting.panel import Panel, known_mean

X = np.arange(12.0).reshape(6, 2)
Y = np.arange(6.0)


@pytest.mark.parametrize(
    ("predictors", "target"),
    [(X[:, 0], Y), (X, Y[:5]), (X, X), (X[:, :0], Y), (np.array([["a"], ["b"]]), Y[:2])],
)
def test_wrong_shapes_are_refused(predictors: Any, target: Any) -> None:
    """X is a matrix of numbers, y a vector as long."""
    with pytest.raises(UsageError):
        Panel.of(predictors, target)


def test_different_indexes_are_refused() -> None:
    """Rows are matched by position, so indexes that disagree are a mistake."""
    with pytest.raises(UsageError, match="indexes"):
        Panel.of(pd.DataFrame(X), pd.Series(Y, index=range(1, 7)))


@pytest.mark.parametrize("name", ["X", "y"])
def test_infinities_are_refused_with_their_row(name: str) -> None:
    """NaN says unknown; an infinity says nothing."""
    predictors, target = X.copy(), Y.copy()
    (predictors if name == "X" else target)[3] = np.inf

    with pytest.raises(DataRefused, match=f"{name} holds an infinite value: first at row 3"):
        Panel.of(predictors, target)


def test_rows_are_described_and_complete() -> None:
    """A row can be forecast when X is known, learned from when y is known as well."""
    predictors, target = X.copy(), Y.copy()
    predictors[1, 0] = target[4] = np.nan

    panel = Panel.of(predictors, target)

    assert panel.described.tolist() == [True, False, True, True, True, True]
    assert panel.complete.tolist() == [True, False, True, True, False, True]


def test_known_mean_skips_what_is_unknown_and_purges() -> None:
    """At t the mean of y[0 .. t − horizon] without NaN; NaN before anything is known."""
    y = np.array([np.nan, 1.0, 3.0, np.nan, 8.0])

    actual = known_mean(y, 2, np.array([2, 3, 4]))

    np.testing.assert_array_equal(actual, [np.nan, 1.0, 2.0])
    assert np.isnan(known_mean(np.full(4, np.nan), 1, np.array([3]))).all()


def test_known_mean_keeps_its_digits_far_from_zero() -> None:
    """A billion and a bit: sums of deviations do not lose the bit."""
    y = 1e9 + np.random.default_rng(0).standard_normal(5000)

    actual = known_mean(y, 1, np.arange(100, 5000))

    np.testing.assert_allclose(actual, [np.mean(y[:t]) for t in range(100, 5000)], rtol=1e-15)
