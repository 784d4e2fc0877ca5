"""Sharpe ratios by hand, and the published example of their deflation."""

from __future__ import annotations

import math

import numpy as np
import pytest

from spx_assets.errors import UsageError
from spx_assets.forecasting import (
    deflated_sharpe_ratio,
    expected_maximum_sharpe,
    probabilistic_sharpe_ratio,
    sharpe_ratio,
)


def test_sharpe_by_hand() -> None:
    """Mean 0.01, deviation 0.01 beyond cash; √252 a year."""
    returns = np.array([0.02, 0.0, 0.01, np.nan]) + 0.001

    assert sharpe_ratio(returns, 0.001) == pytest.approx(1.0)
    assert sharpe_ratio(returns, 0.001, periods_per_year=252) == pytest.approx(math.sqrt(252))


def test_deflation_equals_the_published_example() -> None:
    """Bailey and López de Prado (2014, "A numerical example"): SR₀ 0.1132, DSR 0.9004; with 46 trials 0.9505."""
    found = {}
    for trials in (100, 46):
        threshold = expected_maximum_sharpe(trials=trials, variance=0.5 / 250)
        found[trials] = (
            threshold,
            probabilistic_sharpe_ratio(2.5 / math.sqrt(250), n=1250, skewness=-3, kurtosis=10, threshold=threshold),
        )

    assert found[100] == pytest.approx((0.1132, 0.9004), abs=5e-5)
    assert found[46][1] == pytest.approx(0.9505, abs=5e-5)


def test_the_expected_maximum_is_that_of_simulation() -> None:
    """Of 50 standard normals; the approximation is good to a per cent."""
    best = np.random.default_rng(0).standard_normal((20_000, 50)).max(axis=1)

    assert expected_maximum_sharpe(trials=50, variance=1.0) == pytest.approx(best.mean(), rel=0.02)


def test_more_trials_deflate_more() -> None:
    """One trial not at all: then it is the probability of a ratio above zero."""
    returns = 0.05 + np.random.default_rng(0).standard_normal(1_000)

    found = [deflated_sharpe_ratio(returns, trials=trials) for trials in (1, 2, 10, 100)]

    assert found == sorted(found, reverse=True)
    z = (returns - returns.mean()) / returns.std()
    alone = probabilistic_sharpe_ratio(
        sharpe_ratio(returns), n=1_000, skewness=float(np.mean(z**3)), kurtosis=float(np.mean(z**4))
    )
    assert found[0] == alone


def test_undefined_ratios_are_nan() -> None:
    """Constant returns, too few, moments that cannot be."""
    assert math.isnan(sharpe_ratio(np.ones(5)))
    assert math.isnan(sharpe_ratio([0.1]))
    assert math.isnan(deflated_sharpe_ratio(np.ones(50), trials=3))
    assert math.isnan(probabilistic_sharpe_ratio(1.0, n=10, skewness=5.0))


def test_no_trial_is_refused() -> None:
    """What was found was tried."""
    with pytest.raises(UsageError, match="trial"):
        expected_maximum_sharpe(trials=0, variance=1.0)
