"""Conformal intervals in units of known volatility."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spx_assets.errors import UsageError
from spx_assets.forecasting import intervals

LEVELS = (0.5, 0.9)


def test_bounds_are_named_by_per_cent() -> None:
    """Whole per cents without a point."""
    assert intervals.bound_names(0.9) == ("lower_90", "upper_90")
    assert intervals.bound_names(0.55) == ("lower_55", "upper_55")
    assert intervals.bound_names(0.975) == ("lower_97.5", "upper_97.5")


@pytest.mark.parametrize("level", [0.0, 1.0, 90])
def test_levels_lie_between_zero_and_one(level: float) -> None:
    """Ninety is not 0.9."""
    with pytest.raises(UsageError, match="between 0 and 1"):
        intervals.bound_names(level)


def test_scale_is_implied_volatility_over_the_horizon() -> None:
    """A VIX of 20 is 20 % a year; without it the realised volatility per session serves."""
    features = pd.DataFrame({"vix_level": [20.0], "realized_volatility_22": [0.01]})

    implied = intervals.volatility_scale(features, 21)
    realized = intervals.volatility_scale(features.drop(columns="vix_level"), 21)

    np.testing.assert_allclose([implied[0], realized[0]], [0.2 * math.sqrt(21 / 252), 0.01 * math.sqrt(21)])
    with pytest.raises(UsageError, match="need a volatility"):
        intervals.volatility_scale(features[[]], 21)


def test_quantile_takes_the_finite_sample_rank() -> None:
    """Of 99 scores the 90th covers 90 %; below 60 scores, or past the largest, there is none."""
    ordered = [float(i) for i in range(1, 100)]

    assert intervals.conformal_quantile(ordered, 0.9) == 90
    assert intervals.conformal_quantile(ordered, 0.55) == 55
    assert math.isnan(intervals.conformal_quantile(ordered[:59], 0.5))
    assert math.isnan(intervals.conformal_quantile(ordered[:60], 0.99))


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 1000), horizon=st.sampled_from([1, 5, 21]))
def test_quantiles_at_t_use_exactly_the_outcomes_known_at_t(seed: int, horizon: int) -> None:
    """Sorting the scores of rows up to t − horizon afresh at every origin gives the same."""
    random = np.random.default_rng(seed)
    y, f = random.standard_normal((2, 140))
    scale = np.exp(random.standard_normal(140))
    y[random.random(140) < 0.1] = np.nan

    actual = intervals.conformal_quantiles(y, f, scale, LEVELS, horizon=horizon)

    scores = np.abs(y - f) / scale
    for t in range(140):
        known = scores[: max(t - horizon + 1, 0)]
        expected = [intervals.conformal_quantile(sorted(known[~np.isnan(known)]), level) for level in LEVELS]
        np.testing.assert_array_equal(actual[t], expected)


def test_coverage_is_what_the_level_says() -> None:
    """Independent errors in units of a volatility that moves: 50 and 90 % to a percentage point or two."""
    random = np.random.default_rng(7)
    scale = np.exp(np.sin(np.arange(6000) / 50))
    y = scale * random.standard_t(4, 6000)

    quantiles = intervals.conformal_quantiles(y, np.zeros(6000), scale, LEVELS, horizon=1)

    shares = [intervals.coverage(y, -q * scale, q * scale) for q in quantiles.T]
    np.testing.assert_allclose(shares, LEVELS, atol=0.015)


def test_coverage_and_width_by_hand() -> None:
    """Bounds included; rows without an outcome or without bounds are not judged."""
    y = [0.0, 1.0, 2.0, np.nan, 5.0]
    low, high = [0.0, 1.5, 1.0, 0.0, np.nan], [1.0, 2.5, 3.0, 1.0, np.nan]

    assert intervals.coverage(y, low, high) == pytest.approx(2 / 3)
    assert intervals.mean_width(y, low, high) == pytest.approx(4 / 3)
    assert math.isnan(intervals.coverage([np.nan], [0.0], [1.0]))
